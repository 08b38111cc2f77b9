// Random calls through the v2 API of one etcd and through the v3 API of another: the answers and the events are the same.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const fc = require("fast-check");
const { binaryOf, installedVersions } = require("../../scripts/etcd-folder");
const { startEtcd, subject } = require("../support");
const { WATCHES, callLists } = require("./random-calls");
const { Side } = require("./sides");

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000);
const CALLS = Number(process.env.DIFFERENTIAL_CALLS ?? 3_000);
const LENGTH = 100;
const LIMITS = {
	interruptAfterTimeLimit: 90_000,
	markInterruptAsFailure: true,
};
const TOPS = ["/a", "/b", "/_h"];

let members;
let sides;
let exactSides;

function v3Binary() {
	const { ETCD_API, ETCD_BIN, ETCD_VERSION } = process.env;
	if (ETCD_API === "v3" && ETCD_BIN) return ETCD_BIN;
	const wanted = ETCD_API === "v3" ? ETCD_VERSION : undefined;
	const version = wanted ?? installedVersions("v3").at(-1);
	assert.ok(version, "no etcd for the v3 API: run node scripts/setup.js");
	return binaryOf(version, "v3");
}

before(async () => {
	const oldest = binaryOf(installedVersions()[0]);
	members = await Promise.all([
		startEtcd({ binary: oldest, v2: true }),
		startEtcd({ binary: v3Binary(), v2: false }),
		startEtcd({ binary: oldest, v2: true }),
	]);
	const apis = ["v2", "v3", "v2"];
	const clients = members.map(({ url }, i) => subject(url, { api: apis[i] }));
	sides = clients.map((client) => new Side(client));
	const opts = { api: "v3", v3: { createdIndex: "exact" } };
	const exact = subject(members[1].url, opts);
	exactSides = [new Side(clients[0], true), new Side(exact, true)];
});

after(async () => {
	for (const { client } of [...(sides ?? []), ...(exactSides ?? [])])
		client.destroy();
	await Promise.all((members ?? []).map((member) => member.stop()));
});

/** Makes the calls on both stores, and compares the answers one by one. */
async function sameAnswers(pair, calls) {
	for (const side of pair) await side.start();
	for (const call of calls) {
		const [expected, actual] = await Promise.all(
			pair.map((side) => side.play(call)),
		);
		assert.deepEqual(actual, expected, JSON.stringify(call));
	}
}

/** The last event of each watch: a value that no call stores. */
async function endHistory(side) {
	for (const [at, [key]] of WATCHES.entries()) {
		for (const top of TOPS) await side.remove(top);
		await side.client.promises.set(key === "/" ? "/end" : key, `end ${at}`);
	}
}

// The v2 API leaks events of hidden keys, and tells a watch of a key that never existed that a directory above was removed.
function isQuirk(event, key, others) {
	const { action, node } = event;
	const below = node.key.slice(key.replace(/\/$/, "").length);
	const isHidden = node.key.startsWith(key) && below.includes("/_");
	const isAbove = node.dir && key.startsWith(`${node.key}/`);
	const isKnown = others.some(
		({ node: other }) =>
			other.key === node.key && other.modifiedIndex === node.modifiedIndex,
	);
	return isHidden || (action === "delete" && isAbove && !isKnown);
}

async function sameEvents(pair, calls, isLeftOut = isQuirk) {
	await sameAnswers(pair, calls);
	for (const side of pair) await endHistory(side);
	for (const [at, watch] of WATCHES.entries()) {
		const [v2, v3] = await Promise.all(
			pair.map((side) => side.history(watch, `end ${at}`)),
		);
		const expected = v2.filter((event) => !isLeftOut(event, watch[0], v3));
		assert.deepEqual(v3, expected, `events of ${watch}`);
	}
}

function check(pair, compare, calls = CALLS) {
	const property = fc.asyncProperty(callLists(LENGTH), (list) =>
		compare(pair, list),
	);
	const numRuns = Math.ceil(calls / LENGTH);
	return fc.check(property, { seed: SEED, numRuns, ...LIMITS });
}

function described(details) {
	const { message } = details.errorInstance ?? {};
	return `${fc.defaultReportMessage(details)}\n${message}`;
}

async function assertSame(t, pair, compare, calls) {
	t.diagnostic(`DIFFERENTIAL_SEED=${SEED} DIFFERENTIAL_CALLS=${CALLS}`);
	const details = await check(pair, compare, calls);
	assert.ok(!details.failed, described(details));
}

test("random calls have the same answers over the v3 API as over the v2 API", (t) =>
	assertSame(t, sides.slice(0, 2), sameAnswers));

test("random calls have the same createdIndexes, too, with v3.createdIndex = exact", (t) =>
	assertSame(t, exactSides, sameAnswers));

test("random calls have the same events over the v3 API as over the v2 API", (t) =>
	assertSame(t, sides.slice(0, 2), sameEvents, CALLS / 3));

test("two stores of the v2 API do not differ in answers or events", async () => {
	const compare = (pair, calls) => sameEvents(pair, calls, () => false);
	const details = await check([sides[0], sides[2]], compare, 500);
	assert.ok(!details.failed, described(details));
});

test("a store that forgets prevNode differs, and the calls shrink to two at most", async () => {
	const broken = Object.create(sides[2], {
		normal: {
			value: (answer) => {
				const { prevNode, ...rest } = sides[2].normal(answer);
				return rest;
			},
		},
	});
	const { failed, counterexample } = await check(
		[sides[0], broken],
		sameAnswers,
	);
	assert.ok(failed);
	assert.ok(counterexample[0].length <= 2, JSON.stringify(counterexample));
});
