// A watch of a store whose `get` or `wait` the caller has wrapped.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { AbortError } = require("../../promises");
const { cleared, node } = require("../support");
const { client, deferred, hostOf, rejection } = require("../support/lifetime");

const HEADERS = { "x-etcd-index": "41" };
const READ = { headers: HEADERS, body: node("/k", "v", 5) };
const EVENT = { headers: HEADERS, body: node("/k", "new", 42, "set") };

/** A store whose host answers reads, and polls with `poll`; with the store's methods before they were wrapped. */
async function stage(t, poll = "silence") {
	const open = new Set();
	const parked = deferred();
	const host = await hostOf(t, ({ url }, response) => {
		if (!url.includes("wait=true")) return READ;
		open.add(response);
		response.on("close", () => open.delete(response));
		parked.resolve(response);
		return typeof poll === "function" ? poll(url) : poll;
	});
	const store = client(t, host.url);
	const { get, wait } = store;
	return { host, store, get, wait, open, parked: parked.promise };
}

const ENDS = {
	abort: (_watch, controller) => controller.abort(),
	return: (watch) => watch.return(),
};

for (const [end, act] of Object.entries(ENDS))
	for (const method of ["get", "wait"])
		test(`${end} ends a watch whose wrapped ${method} returns nothing`, async (t) => {
			const scene = await stage(t);
			scene.store[method] = function (...args) {
				scene[method].apply(this, args);
			};
			const controller = new AbortController();
			const { signal } = controller;
			const watch = scene.store.watch("k", { signal });
			const ready = rejection(watch.ready);
			const next = watch.next();
			await act(watch, controller);
			if (end === "abort")
				assert.ok((await rejection(next)) instanceof AbortError);
			else assert.equal((await next).done, true);
			await ready;
		});

for (const end of Object.keys(ENDS))
	test(`${end} closes the poll of a watch whose wrapped get answers reads at once`, async (t) => {
		const { store, get, open, parked } = await stage(t);
		store.get = function (key, opts, cb) {
			if (opts.wait) return get.call(this, key, opts, cb);
			cb(null, READ.body);
			return () => {};
		};
		const controller = new AbortController();
		const watch = store.watch("k", { signal: controller.signal });
		watch.next().catch(() => {});
		const response = await parked;
		const closed = new Promise((resolve) => response.on("close", resolve));
		await ENDS[end](watch, controller);
		await closed;
		assert.equal(open.size, 0);
	});

const byName = (opts) => JSON.parse(JSON.stringify(opts));

for (const [what, wrap] of [
	["copies the options by name", (opts, cb) => [byName(opts), cb]],
	[
		"puts a callback of its own in place",
		(opts, cb) => [opts, (...args) => cb(...args)],
	],
]) {
	test(`a watch is ready at the store's index where a wrapped get ${what}`, async (t) => {
		const { store, get } = await stage(t);
		store.get = function (key, opts, cb) {
			return get.call(this, key, ...wrap(opts, cb));
		};
		const watch = store.watch("k");
		assert.equal(await watch.ready, 42);
		await watch.return();
	});

	test(`a watch resyncs from the store's index where a wrapped get ${what}`, async (t) => {
		const { store, get } = await stage(t, (url) =>
			url.endsWith("=7") ? cleared(41) : EVENT,
		);
		store.get = function (key, opts, cb) {
			const { onGap } = opts;
			const [copy, callback] = wrap(opts, cb);
			return get.call(this, key, Object.assign(copy, { onGap }), callback);
		};
		const watch = store.watch("k", { from: 7, resync: true });
		assert.equal((await watch.next()).value.action, "resync");
		assert.equal((await watch.next()).value.node.modifiedIndex, 42);
		await watch.return();
	});
}

test("a watch follows from its first poll where a wrapped get passes on nothing of the watch's", async (t) => {
	const { store, get } = await stage(t, EVENT);
	store.get = function (key, opts, cb) {
		return get.call(this, key, byName(opts), (...args) => cb(...args));
	};
	const watch = store.watch("k");
	assert.equal((await watch.next()).value.node.value, "new");
	assert.equal(await watch.ready, 42);
	await watch.return();
});
