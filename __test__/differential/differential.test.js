// The same calls on npm's etcdjs and on this package, against the same etcd, which is nobody else's.
const assert = require("node:assert/strict");
const { after, before, describe, test } = require("node:test");
const original = require("etcdjs-original");
const { prefix, startEtcd, subject } = require("../support");
const { Allowed } = require("./allowed");
const badInput = require("./bad-input");
const differences = require("./differences");
const { forwarder } = require("./forwarder");
const { Generator } = require("./generator");
const json = require("./json-differences");
const { Chance } = require("./prng");
const { report } = require("./report");
const { Side, raw } = require("./side");
const { trouble } = require("./situations");
const { Stream } = require("./stream");

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000);
const CALLS = Number(process.env.DIFFERENTIAL_CALLS ?? 6_000);
const HISTORY = 1_100;
const ENTRIES = [...differences.ENTRIES, ...json.ENTRIES, ...badInput.ENTRIES];

let env;

// So that what is about history that etcd no longer has is so from the start.
async function outgrowHistory(url) {
	const path = `${url}/v2/keys/${prefix("history")}x?value=1`;
	const batch = 50;
	for (let made = 0; made < HISTORY; made += batch)
		await Promise.all(Array.from({ length: batch }, () => raw(path, "PUT")));
}

function sides({ url }) {
	const base = prefix("differential");
	const packages = { original, ours: subject };
	return Object.entries(packages).map(([name, etcdjs], i) => {
		const own = { prefix: `${base}${i}/`, number: 10 ** 8 + i };
		return new Side({ name, etcdjs, url, ...own });
	});
}

/** Plays steps, made by `steps(sides)`; returns its failures as text, "" if there are none. */
async function failuresOf(allowed, steps) {
	const pair = sides(env);
	const stream = new Stream({ sides: pair, env, allowed });
	await stream.run(steps(pair));
	return report(stream.failures);
}

describe("beside etcdjs", () => {
	before(async () => {
		const etcd = await startEtcd();
		await outgrowHistory(etcd.url);
		const silent = await forwarder(etcd.url);
		env = { ...(await trouble(etcd.url)), silent, etcd };
	});

	after(async () => {
		await Promise.all([env.close(), env.silent.close(), env.etcd.stop()]);
	});

	for (const entry of ENTRIES) {
		const example = () => entry.example;
		test(`what differs by ${entry.point}: ${entry.what}`, async () => {
			const allowed = new Allowed([entry]);
			assert.equal(await failuresOf(allowed, example), "");
			assert.deepEqual(allowed.dead, []);
			if (entry.skip || entry.fatal) return;
			assert.notEqual(await failuresOf(new Allowed([]), example), "");
		});
	}

	test("calls made by chance come out alike", async (t) => {
		t.diagnostic(`DIFFERENTIAL_SEED=${SEED} DIFFERENTIAL_CALLS=${CALLS}`);
		const steps = ([side]) =>
			new Generator(new Chance(SEED), side).steps(CALLS);
		const failures = await failuresOf(new Allowed(ENTRIES), steps);
		if (failures) assert.fail(`DIFFERENTIAL_SEED=${SEED}\n${failures}`);
	});
});
