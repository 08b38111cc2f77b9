// The store in memory: one of its own or shared by name.
const assert = require("node:assert/strict");
const { once } = require("node:events");
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
	const done = once(worker, "message");
	await ready;
	await store.promises.set("there", "value");
	await done;
	assert.equal((await store.promises.get("back")).node.value, "value");
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
	for (const call of [
		() => store.memory.dump(),
		() => store.memory.load({ node: {} }),
		() => store.memory.advance(1),
		() => store.memory.fail("refused"),
	])
		assert.throws(call, { name: "EtcdError", message: "store destroyed" });
});

test("a host that only looks like a store in memory is refused", () => {
	for (const [hosts, opts, message] of [
		[["memory:", "127.0.0.1:1"], {}, /no other hosts/],
		[["memory:a", "memory:b"], {}, /no other hosts/],
		["memory:a,memory:b", {}, /no other hosts/],
		["memory:a,127.0.0.1:1", {}, /no other hosts/],
		["127.0.0.1:1, memory:", {}, /no other hosts/],
		["memory://x", {}, /memory:NAME.*not memory:\/\/x$/],
		["memory: x", {}, /memory:NAME/],
		["MEMORY:", {}, /small letters/],
		["memory:", { token: "https://127.0.0.1:1/t" }, /discovery/],
	])
		assert.throws(() => subject(hosts, opts), {
			code: "ERR_INVALID_ARG_VALUE",
			message,
		});
});

test("a method without its store says so", (t) => {
	const { advance } = memory(t).memory;
	assert.throws(() => advance(1), {
		name: "TypeError",
		message: /without its store/,
	});
});
