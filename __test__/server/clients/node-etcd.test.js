// npm node-etcd by the examples of its README, each method once: what it gives beside what it gives for an etcd 3.4.23.
const assert = require("node:assert/strict");
const { execFile } = require("node:child_process");
const { once } = require("node:events");
const path = require("node:path");
const { test } = require("node:test");
const { promisify } = require("node:util");
const { installNodeEtcd } = require("../../../scripts/foreign-clients");
const { answer } = require("./normalise");
const { assertSame, sides, untilWatched, watchers } = require("./sides");

const LIMIT_MS = 20_000;

const run = promisify(execFile);

/** Calls in the order of the README. */
const CALLS = [
	["set", "key", "value"],
	["set", "key", "value", { ttl: 60 }],
	["set", "key", "value", { maxRetries: 3 }],
	["set", "key", "value", { prevExist: false }],
	["set", "directory/", null],
	["get", "key"],
	["get", "key", { recursive: true }],
	["get", "none"],
	["compareAndSwap", "key", "newvalue", "value"],
	["compareAndSwap", "key", "newValue", "oldValue", {}],
	["testAndSet", "key", "value", "newvalue"],
	["compareAndDelete", "key", "oldvalue"],
	["testAndDelete", "key", "value", {}],
	["mkdir", "dir"],
	["mkdir", "dir/"],
	["rmdir", "dir"],
	["mkdir", "dir", {}],
	["set", "dir/key", "value"],
	["rmdir", "dir/"],
	["rmdir", "dir/", { recursive: true }],
	["create", "queue", "first"],
	["post", "queue", "next"],
	["get", "queue", { recursive: true, sorted: true }],
	["del", "queue/", { recursive: true }],
	["delete", "key"],
	["machines"],
	["leader"],
	["raw", "PUT", "v2/keys/key", "value", {}],
	["raw", "GET", "v2/keys/key", null, {}],
	["raw", "PATCH", "v2/keys/key", "value", {}],
	["version"],
];
const SYNCHRONOUS = [
	["setSync", "sync", "value"],
	["setSync", "sync", "value", { prevValue: "value" }],
	["getSync", "sync"],
	["getSync", "none"],
	["delSync", "sync"],
	["mkdirSync", "sync"],
	["rmdirSync", "sync"],
];

/** `[error, result]` as values that can be compared. */
function shown(err, result, base) {
	const seen = err ? answer(err.error ?? { message: err.message }, base) : null;
	const isObject = typeof result === "object" && result !== null;
	return [seen, isObject ? answer(result, base) : result];
}

function resultOf(client, { base }, [method, ...args]) {
	return new Promise((resolve) => {
		client[method](...args, (err, result) => resolve(shown(err, result, base)));
	});
}

/** The results of the synchronous methods. */
async function synchronously({ url, base }) {
	const script = path.join(__dirname, "node-etcd-synchronous.js");
	const args = [await installNodeEtcd(), url, JSON.stringify(SYNCHRONOUS)];
	const { stdout } = await run(process.execPath, [script, ...args], {
		timeout: LIMIT_MS,
	});
	return JSON.parse(stdout).map(({ err, body }) => shown(err, body, base));
}

async function resultsOf(client, side) {
	const results = [];
	for (const call of CALLS) results.push(await resultOf(client, side, call));
	results.push(...(await synchronously(side)));
	return results;
}

/** The constructor of node-etcd; skips the test where it cannot be had. */
async function nodeEtcdFor(t) {
	try {
		return require(await installNodeEtcd());
	} catch (error) {
		t.skip(`node-etcd is missing: ${error.message}`);
	}
}

test("each method of node-etcd gives what it gives for etcd 3.4.23", async (t) => {
	const Etcd = await nodeEtcdFor(t);
	if (!Etcd) return;
	const [etcd, ...servers] = await sides(t);
	const expected = await resultsOf(new Etcd(etcd.url), etcd);
	for (const server of servers) {
		const found = await resultsOf(new Etcd(server.url), server);
		for (const [i, call] of [...CALLS, ...SYNCHRONOUS].entries())
			assertSame(server, found[i], expected[i], call);
	}
});

test("the statistics of node-etcd have the fields of etcd 3.4.23", async (t) => {
	const Etcd = await nodeEtcdFor(t);
	if (!Etcd) return;
	const all = (await sides(t)).map(async (side) => {
		const names = [];
		for (const method of ["leaderStats", "selfStats"]) {
			const [err, stats] = await resultOf(new Etcd(side.url), side, [method]);
			names.push([err, Object.keys(stats).sort()]);
		}
		return names;
	});
	const [etcd, ...servers] = await Promise.all(all);
	for (const server of servers) assert.deepEqual(server, etcd);
});

/** What a watcher gets of writes of `key`, and the waits of the README. */
async function watchedOn(Etcd, side) {
	const client = new Etcd(side.url);
	const does = (...call) => resultOf(client, side, call);
	const before = await watchers(side);
	const waited = does("watch", "key");
	await untilWatched(side, before);
	await does("set", "key", "0");
	const seen = [await waited, await does("watchIndex", "key", side.base + 1)];
	const watcher = client.watcher("key", side.base + 1);
	const recursive = client.watcher("/", side.base + 1, { recursive: true });
	const events = { change: [], set: [], delete: [], recursive: [] };
	for (const name of ["change", "set", "delete"])
		watcher.on(name, (event) => events[name].push(answer(event, side.base)));
	recursive.on("change", (event) =>
		events.recursive.push(answer(event, side.base)),
	);
	await does("set", "key", "1");
	await does("set", "other", "1");
	await does("del", "key");
	while (events.delete.length < 1) await once(watcher, "change");
	while (events.recursive.length < 4) await once(recursive, "change");
	const stopped = [watcher, recursive].map((one) => once(one, "stop"));
	for (const one of [watcher, recursive]) one.stop();
	await Promise.all(stopped);
	return { seen, events };
}

test("watch, watchIndex and watchers of node-etcd see what they see of etcd 3.4.23", async (t) => {
	const Etcd = await nodeEtcdFor(t);
	if (!Etcd) return;
	const started = await sides(t);
	const all = started.map((side) => watchedOn(Etcd, side));
	const [etcd, ...servers] = await Promise.all(all);
	assert.equal(etcd.events.change.length, 3);
	const found = servers.map((server, i) => [started[i + 1], server]);
	for (const [side, seen] of found) assertSame(side, seen, etcd, "watchers");
});

test("a watcher of node-etcd resyncs after a gap, and its wait can be cancelled", async (t) => {
	const Etcd = await nodeEtcdFor(t);
	if (!Etcd) return;
	const [etcd, memory] = await sides(t);
	for (const side of [etcd, memory]) {
		const client = new Etcd(side.url);
		const writes = Array.from({ length: 1_010 }, (_, i) =>
			resultOf(client, side, ["set", `other/${i % 10}`, "1"]),
		);
		await Promise.all(writes);
		const watcher = client.watcher("key", side.base + 1);
		const [gap] = await once(watcher, "resync");
		assert.equal(gap.error.errorCode, 401);
		const seen = once(watcher, "set");
		await resultOf(client, side, ["set", "key", "after"]);
		const [event] = await seen;
		assert.equal(event.node.value, "after");
		watcher.stop();
		const token = client.watch("key", () => assert.fail("it was cancelled"));
		token.cancel?.() ?? token.abort();
		await resultOf(client, side, ["set", "key", "1"]);
	}
});
