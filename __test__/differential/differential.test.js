// The same calls on npm's etcdjs and on this package, against the same etcd, which is nobody else's.
const assert = require("node:assert/strict");
const { after, before, describe, test } = require("node:test");
const original = require("etcdjs-original");
const { prefix, startEtcd, subject } = require("../support");
const { Allowed } = require("./allowed");
const badInput = require("./bad-input");
const differences = require("./differences");
const { forwarder } = require("./forwarder");
const json = require("./json-differences");
const { search } = require("./search");
const { Side, raw } = require("./side");
const { trouble } = require("./situations");
const { Stream } = require("./stream");

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000);
const CALLS = Number(process.env.DIFFERENTIAL_CALLS ?? 6_000);
const PATH = process.env.DIFFERENTIAL_PATH;
const HISTORY = 1_100;
const ENTRIES = [...differences.ENTRIES, ...json.ENTRIES, ...badInput.ENTRIES];
const COUNTEREXAMPLE = /^DIFFERENTIAL_SEED=(\d+) DIFFERENTIAL_PATH=(\S+)$/m;

let env;

// So that what is about history that etcd no longer has is so from the start.
async function outgrowHistory(url) {
	const path = `${url}/v2/keys/${prefix("history")}x?value=1`;
	const batch = 50;
	for (let made = 0; made < HISTORY; made += batch)
		await Promise.all(Array.from({ length: batch }, () => raw(path, "PUT")));
}

function sides({ url }, ours = subject) {
	const base = prefix("differential");
	const packages = { original, ours };
	return Object.entries(packages).map(([name, etcdjs], i) => {
		const own = { prefix: `${base}${i}/`, number: 10 ** 8 + i };
		return new Side({ name, etcdjs, url, ...own });
	});
}

/** Plays steps; resolves with its failures as text, "" if there are none. */
async function failuresOf(allowed, steps) {
	const stream = new Stream({ sides: sides(env), env, allowed });
	await stream.run(steps);
	return stream.report;
}

/** Searches for a sequence of calls on which `ours` differs from etcdjs. */
function differenceOf({ ours, ...options }) {
	const allowed = new Allowed(ENTRIES);
	const open = () => new Stream({ sides: sides(env, ours), env, allowed });
	return search({ ...options, open });
}

/** This package with a defect: a get without options finds each directory empty. */
function broken(...args) {
	const client = subject(...args);
	const { get } = client;
	client.get = (key, opts, callback) => {
		if (typeof opts !== "function")
			return get.call(client, key, opts, callback);
		return get.call(client, key, (...results) => {
			delete results[1]?.node?.nodes;
			opts(...results);
		});
	};
	return client;
}

/** The lines of a description that show the calls. */
function callsOf(difference) {
	return difference.split(/^ {2}calls:\n/m)[1];
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
		const { example } = entry;
		test(`what differs by ${entry.point}: ${entry.what}`, async () => {
			const allowed = new Allowed([entry]);
			assert.equal(await failuresOf(allowed, example), "");
			assert.deepEqual(allowed.dead, []);
			if (entry.skip || entry.fatal) return;
			assert.notEqual(await failuresOf(new Allowed([]), example), "");
		});
	}

	test("random calls give the same results on both packages", async (t) => {
		t.diagnostic(`DIFFERENTIAL_SEED=${SEED} DIFFERENTIAL_CALLS=${CALLS}`);
		const limits = { seed: SEED, calls: CALLS, replay: PATH };
		const difference = await differenceOf({ ours: subject, ...limits });
		if (difference) assert.fail(difference);
	});

	test("a difference is shrunk to three calls at most, and can be replayed", async () => {
		const options = { ours: broken, seed: 1, calls: 6_000 };
		const difference = await differenceOf(options);
		const [, seed, replay] = COUNTEREXAMPLE.exec(difference) ?? [];
		assert.match(callsOf(difference), /^( {4}.*\n){0,2} {4}get\([^{}]*\)$/);
		const replayed = await differenceOf({
			...options,
			seed: Number(seed),
			replay,
		});
		assert.equal(callsOf(replayed), callsOf(difference));
	});
});
