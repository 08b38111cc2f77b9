// The methods as promises: what ends them early, a signal or a timeout.
const assert = require("node:assert/strict");
const { getEventListeners } = require("node:events");
const { test } = require("node:test");
const etcd = require("../../promises");
const { cleared, node, prefix, sharedEtcd } = require("../support");
const { ofMode } = require("../support/etcd/api");
const {
	client,
	deferred,
	hostOf,
	rejection,
	silentHost,
} = require("../support/lifetime");

const { AbortError, ArgumentError, EtcdError, TimeoutError } = etcd;

function storeOf(t, ...args) {
	const store = ofMode(etcd)(...args);
	t.after(() => store.destroy());
	return store;
}

for (const [method, args, isWrite] of [
	["get", ["k"], false],
	["wait", ["k"], false],
	["set", ["k", "v"], true],
	["del", ["k"], true],
	["push", ["k", "v"], true],
	["machines", [], false],
]) {
	test(`an abort of its signal ends ${method}, and the request`, async (t) => {
		const host = await silentHost(t);
		const store = storeOf(t, host.url);
		const controller = new AbortController();
		const { signal } = controller;
		const ended = rejection(store[method](...args, { signal }));
		await host.asked;
		const reason = new Error("enough");
		controller.abort(reason);
		const error = await ended;
		assert.ok(error instanceof AbortError && error instanceof EtcdError);
		assert.equal(error.code, "ABORT_ERR");
		assert.equal(error.cause, reason);
		assert.equal(error.ambiguous, isWrite ? true : undefined);
		await host.left;
	});

	test(`${method} may take no longer than its timeout`, async (t) => {
		const host = await silentHost(t);
		const store = storeOf(t, host.url);
		const error = await rejection(store[method](...args, { timeout: 50 }));
		assert.ok(error instanceof TimeoutError);
		assert.equal(error.code, "ETIMEDOUT");
		assert.equal(error.ambiguous, isWrite ? true : undefined);
		await host.left;
	});
}

test("an abort of its signal ends a wait that has gone on behind a lost history, and the request", async (t) => {
	const asked = deferred();
	const left = deferred();
	const host = await hostOf(t, (_request, response, index) => {
		if (index === 0) return cleared(50);
		response.on("close", left.resolve);
		asked.resolve();
	});
	const controller = new AbortController();
	const opts = { waitIndex: 1, signal: controller.signal };
	const ended = rejection(storeOf(t, host.url).wait("k", opts));
	await asked.promise;
	controller.abort();
	assert.ok((await ended) instanceof AbortError);
	await left.promise;
	assert.equal(host.requests.length, 2);
});

test("many calls may have one signal, which has one listener for them", async (t) => {
	const store = storeOf(t, (await silentHost(t)).url);
	const controller = new AbortController();
	const { signal } = controller;
	const warned = [];
	const note = (warning) => warned.push(warning);
	process.on("warning", note);
	t.after(() => process.off("warning", note));
	const keys = Array.from({ length: 20 }, (_, i) => `${i}`);
	const ended = keys.map((key) => rejection(store.get(key, { signal })));
	assert.equal(getEventListeners(signal, "abort").length, 1);
	controller.abort();
	for (const error of await Promise.all(ended))
		assert.ok(error instanceof AbortError);
	await new Promise(setImmediate);
	assert.deepEqual(warned, []);
});

test("a wrapped method that calls back at once leaves no listener", async (t) => {
	const store = client(t, await sharedEtcd());
	store.get = (_key, _opts, cb) => cb(null, "at once");
	const { signal } = new AbortController();
	assert.equal(await store.promises.get("k", { signal }), "at once");
	assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("with a signal that is aborted already nothing is sent", async (t) => {
	const host = await hostOf(t, [{ body: node("/k", "v", 5) }]);
	const store = storeOf(t, host.url);
	const error = await rejection(
		store.get("k", { signal: AbortSignal.abort() }),
	);
	assert.ok(error instanceof AbortError);
	await store.get("k");
	assert.equal(host.requests.length, 1);
});

test("a call that has ended listens to its signal no more", async (t) => {
	const store = storeOf(t, await sharedEtcd());
	const { signal } = new AbortController();
	await store.get(`${prefix()}k`, { signal });
	await rejection(store.del(`${prefix()}k`, { signal }));
	assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a signal or a timeout that is none is an error that says what it must be", async (t) => {
	const host = await hostOf(t, [{ body: node("/k", "v", 5) }]);
	const store = storeOf(t, host.url, { strict: false });
	const table = [
		[{ signal: 5 }, /signal must be an AbortSignal/],
		[{ signal: {} }, /signal must be an AbortSignal/],
		[{ signal: new AbortController() }, /signal must be an AbortSignal/],
		...["5", -1, 0, Number.NaN].map((timeout) => [
			{ timeout },
			/timeout must be a number of milliseconds above 0/,
		]),
	];
	for (const [opts, said] of table) {
		const error = await rejection(store.get("k", opts));
		assert.ok(error instanceof ArgumentError);
		assert.match(error.message, said);
	}
	assert.equal(host.requests.length, 0);
});
