// The store in memory: one of its own or shared by name, its clock, its content and its faults.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Worker } = require("node:worker_threads");
const { subject } = require("../support");
const { rejection } = require("../support/lifetime");

function memory(t, name = "", opts) {
	const store = subject(`memory:${name}`, opts);
	t.after(() => store.destroy());
	return store;
}

test("a store without a name is its client's alone", async (t) => {
	const [one, other] = [memory(t), memory(t)];
	await one.promises.set("k", "v");
	assert.equal(await other.promises.get("k"), undefined);
	assert.deepEqual(one._hosts, ["memory:"]);
	for (const { memory, promises } of [one, subject("127.0.0.1:1")])
		assert.equal(promises.memory, memory);
	assert.equal(subject("127.0.0.1:1").memory, undefined);
});

test("all clients of the process share a store by its name, also after the last one has ended", async (t) => {
	const [one, other] = [memory(t, "shared"), memory(t, "shared")];
	const waited = other.promises.wait("k", { waitIndex: 1 });
	await one.promises.set("k", "v");
	assert.equal((await waited).node.value, "v");
	one.destroy();
	other.destroy();
	const later = memory(t, "shared");
	assert.equal((await later.promises.get("k")).node.value, "v");
});

test("a worker shares a store by its name", async (t) => {
	const store = memory(t, "worker");
	const code = `
		const { parentPort, workerData } = require("node:worker_threads");
		const store = require(workerData)("memory:worker");
		store.wait("there", (err, event) => {
			store.set("back", event.node.value, () => parentPort.postMessage("done"));
		});
		store.set("ready", "1");
	`;
	const workerData = require.resolve("../..");
	const ready = store.promises.wait("ready");
	const worker = new Worker(code, { eval: true, workerData });
	t.after(() => worker.terminate());
	await ready;
	await store.promises.set("there", "value");
	await new Promise((resolve) => worker.once("message", resolve));
	assert.equal((await store.promises.get("back")).node.value, "value");
});

test("a key expires when its TTL has passed, without a call", async (t) => {
	const { promises } = memory(t);
	await promises.set("k", "v", { ttl: 1 });
	const event = await promises.wait("k");
	assert.equal(event.action, "expire");
	assert.equal(await promises.get("k"), undefined);
});

test("advance moves the clock on: TTLs end, and waits have the event", async (t) => {
	const store = memory(t);
	const { promises } = store;
	await promises.set("dir/k", "v", { ttl: 100 });
	const waited = promises.wait("dir", { recursive: true });
	store.memory.advance(98_500);
	assert.equal((await promises.get("dir/k")).node.ttl, 2);
	store.memory.advance(2_000);
	assert.equal((await waited).action, "expire");
	assert.equal(await promises.get("dir/k"), undefined);
	for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY, "1", undefined])
		assert.throws(() => store.memory.advance(ms), {
			code: "ERR_INVALID_ARG_VALUE",
		});
});

test("a dump can be loaded into another store, with its indexes and TTLs", async (t) => {
	const [from, to] = [memory(t), memory(t)];
	await from.promises.set("a/b", "1");
	await from.promises.set("_hidden", "2", { ttl: 100 });
	await from.promises.mkdir("empty");
	to.memory.load(from.memory.dump());
	const dumps = [from, to].map((store) => {
		const { index, node } = store.memory.dump();
		return [index, node.nodes.map(({ ttl, ...fields }) => fields)];
	});
	assert.deepEqual(dumps[1], dumps[0]);
	to.memory.advance(101_000);
	assert.equal(await to.promises.get("_hidden"), undefined);
});

test("a tree that is written by hand can be loaded, and the answer to a get", async (t) => {
	const store = memory(t);
	const { promises } = store;
	store.memory.load({
		node: { nodes: [{ key: "/a", nodes: [{ key: "/a/b", value: "1" }] }] },
	});
	assert.equal((await promises.get("a/b")).node.value, "1");
	const answer = await promises.get("", { recursive: true });
	await promises.set("a/c", "2");
	store.memory.load(answer);
	assert.equal(await promises.get("a/c"), undefined);
	assert.equal((await promises.get("a/b")).node.value, "1");
});

test("a malformed tree is an error that names the place, and changes nothing", async (t) => {
	const store = memory(t);
	await store.promises.set("k", "v");
	const before = store.memory.dump();
	for (const [tree, place] of [
		[undefined, /tree/],
		[null, /./],
		["text", /./],
		[{ node: { nodes: [{ key: "/a" }, { key: "/a" }] } }, /nodes\[1\]/],
		[{ node: { nodes: [{ key: "/a", value: 1 }] } }, /nodes\[0\]\.value/],
		[{ node: { nodes: [{ key: "b", value: "" }] } }, /nodes\[0\]\.key/],
		[{ node: { nodes: [{ key: "/a", ttl: -1, value: "" }] } }, /ttl/],
	])
		assert.throws(() => store.memory.load(tree), {
			code: "ERR_INVALID_ARG_VALUE",
			message: place,
		});
	assert.deepEqual(store.memory.dump(), before);
});

test("a wait that is in flight when a tree is loaded is told of a gap", async (t) => {
	const store = memory(t);
	const { promises } = store;
	await promises.set("k", "1");
	const gaps = [];
	const waited = new Promise((resolve) => {
		store.wait("k", { onGap: (from, to) => gaps.push([from, to]) }, (...args) =>
			resolve(args),
		);
	});
	store.memory.load(store.memory.dump());
	await promises.set("k", "2");
	const [error, event] = await waited;
	assert.equal(error, null);
	assert.equal(event.node.value, "2");
	assert.equal(gaps.length, 1);
});

for (const [what, resync] of [
	["ends with a HistoryGapError", false],
	["with resync gives all there is", true],
])
	test(`a watch in flight when a tree is loaded ${what}`, async (t) => {
		const store = memory(t);
		const { promises } = store;
		await promises.set("k", "1");
		const before = store.memory.dump();
		const watch = store.watch("k", { resync });
		await watch.ready;
		const next = watch.next();
		while ((await promises.stats.store()).watchers === 0)
			await new Promise(setImmediate);
		store.memory.load(before);
		if (!resync) {
			const error = await rejection(next);
			return assert.equal(error.code, "ERR_ETCD_HISTORY_GAP");
		}
		const { action, node } = (await next).value;
		assert.deepEqual([action, node.value], ["resync", "1"]);
		await watch.return();
	});

test("calls fail as planned, and in the order of the plan", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const table = [
		["refused", "ECONNREFUSED", undefined, false],
		["timeout", "ESOCKETTIMEDOUT", true, false],
		["ambiguous", "ECONNRESET", true, true],
		["noQuorum", 300, true, false],
		[{ error: "ambiguous", applied: false }, "ECONNRESET", true, false],
		[{ error: "timeout", applied: true }, "ESOCKETTIMEDOUT", true, true],
	];
	store.memory.fail(table.map(([fault]) => fault));
	for (const [i, [, code, ambiguous]] of table.entries()) {
		const error = await rejection(promises.set(`k${i}`, "v"));
		assert.deepEqual([error.code, error.ambiguous], [code, ambiguous]);
		assert.equal(error.attempts.length, 1);
	}
	for (const [i, [, , , applied]] of table.entries())
		assert.equal(Boolean(await promises.get(`k${i}`)), applied, `${i}`);
});

test("a fault may be for an operation, for a key, and for several calls", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const key = "a";
	store.memory.fail({ error: "refused", operation: "get", key, times: 2 });
	await promises.set("a", "1");
	assert.equal(await promises.get("b"), undefined);
	for (let i = 0; i < 2; i++) {
		const { code, ambiguous } = await rejection(promises.get("/a"));
		assert.deepEqual([code, ambiguous], ["ECONNREFUSED", undefined]);
	}
	assert.equal((await promises.get("a")).node.value, "1");
	store.memory.fail("refused");
	store.memory.fail([]);
	await promises.set("a", "2");
});

test("a plan that is none is an error that says what it may be", (t) => {
	const store = memory(t);
	for (const [plan, message] of [
		[undefined, /a fault or a list/],
		["often", /error must be one of refused, /],
		[
			{ error: "refused", operation: "update" },
			/operation must be one of get, /,
		],
		[{ error: "refused", times: 0 }, /times/],
		[{ error: "refused", key: 1 }, /key/],
		[{ error: "refused", applied: "yes" }, /applied/],
		[{ error: "refused", when: "now" }, /when/],
	])
		assert.throws(() => store.memory.fail(plan), {
			code: "ERR_INVALID_ARG_VALUE",
			message,
		});
});

test("a watch is told of a history that was cleared", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const { node } = await promises.set("k", "1");
	await promises.set("k", "2");
	store.memory.fail("historyCleared");
	const from = node.modifiedIndex;
	const gaps = [];
	const waited = new Promise((resolve) => {
		const opts = { waitIndex: from, onGap: (...gap) => gaps.push(gap) };
		store.wait("k", opts, (...args) => resolve(args));
	});
	while (gaps.length === 0) await new Promise(setImmediate);
	await promises.set("k", "3");
	assert.equal((await waited)[1].node.value, "3");
	assert.equal(gaps.length, 1);
});

test("an idle wait ends as one of a cluster, and next goes on", async (t) => {
	const store = memory(t, "", { timeout: 50 });
	const { promises } = store;
	const seen = [];
	await new Promise((resolve) => {
		const onevent = (error, event, next) => {
			seen.push(error ? error.code : event.node.value);
			if (event) return resolve();
			next(onevent);
			promises.set("k", "v");
		};
		store.wait("k", onevent);
	});
	assert.deepEqual(seen, ["ESOCKETTIMEDOUT", "v"]);
});

test("1,000 waits have each event once, and none is left after destroy", async (t) => {
	const [store, other] = [memory(t, "many"), memory(t, "many")];
	const waits = Array.from({ length: 1000 }, () => store.promises.wait("k"));
	await store.promises.set("k", "v");
	for (const { node } of await Promise.all(waits))
		assert.equal(node.value, "v");
	const ended = Array.from({ length: 10 }, () =>
		rejection(store.promises.wait("k")),
	);
	store.destroy();
	for (const error of await Promise.all(ended))
		assert.match(error.message, /store destroyed/);
	while ((await other.promises.stats.store()).watchers > 0)
		await new Promise(setImmediate);
	assert.throws(() => store.memory.dump(), /store destroyed/);
});

test("a store in memory has no other host beside it", () => {
	for (const hosts of [
		["memory:", "127.0.0.1:1"],
		["memory:a", "memory:b"],
	])
		assert.throws(() => subject(hosts), { code: "ERR_INVALID_ARG_VALUE" });
});
