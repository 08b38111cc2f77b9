// What the end of one call of a promise does to the others.
const assert = require("node:assert/strict");
const diagnostics = require("node:diagnostics_channel");
const { test } = require("node:test");
const { client, deferred, hostOf, rejection } = require("../support/lifetime");

test("an abort of two calls, of which the end of one ends the other, throws nothing", async (t) => {
	const asked = deferred();
	const host = await hostOf(t, () => {
		asked.resolve();
		return "silence";
	});
	const store = client(t, host.url);
	const { get } = store;
	store.get = function (key, opts, cb) {
		get.call(this, key, opts, cb);
		return get.call(this, key, opts, cb);
	};
	const { error } = diagnostics.tracingChannel("etcdjs:request");
	const destroy = () => store.destroy();
	error.subscribe(destroy);
	t.after(() => error.unsubscribe(destroy));
	const controller = new AbortController();
	const { signal } = controller;
	const ended = rejection(store.promises.get("own", { signal }));
	await asked.promise;
	const uncaught = [];
	const note = (err) => uncaught.push(err);
	process.on("uncaughtException", note);
	t.after(() => process.off("uncaughtException", note));
	controller.abort();
	await ended;
	await new Promise((resolve) => setImmediate(resolve));
	assert.deepEqual(uncaught, []);
});
