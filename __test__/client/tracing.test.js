// What diagnostics_channel's subscribers are told of a call.
const assert = require("node:assert/strict");
const { AsyncLocalStorage } = require("node:async_hooks");
const diagnostics = require("node:diagnostics_channel");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call, closedPort, prefix, sharedEtcd } = require("../support");
const {
	client,
	hostOf,
	rejection,
	silentHost,
} = require("../support/lifetime");

const NAMES = ["start", "end", "asyncStart", "asyncEnd", "error"];

/** What is told of the calls of this operation: the channel's name, and a copy of its context. */
function listen(t, operation) {
	const channel = diagnostics.tracingChannel("etcdjs:request");
	const told = [];
	const listeners = Object.fromEntries(
		NAMES.map((name) => {
			const tell = (context) => {
				if (context.operation === operation) told.push([name, { ...context }]);
			};
			return [name, tell];
		}),
	);
	channel.subscribe(listeners);
	t.after(() => channel.unsubscribe(listeners));
	return told;
}

test("a call is told of when it is made, when it has returned, and around its callback", async (t) => {
	const url = await sharedEtcd();
	const store = client(t, url);
	const key = `${prefix()}k`;
	const told = listen(t, "set");
	const { args } = await call(store, "set", key, "secret-value");
	assert.equal(args[1].node.value, "secret-value");
	const asked = { operation: "set", key };
	const unknown = { host: undefined, attempt: undefined, status: undefined };
	const answered = { host: url, attempt: 1, status: 201 };
	assert.deepEqual(told, [
		["start", { ...asked, ...unknown }],
		["end", { ...asked, ...unknown }],
		["asyncStart", { ...asked, ...answered }],
		["asyncEnd", { ...asked, ...answered }],
	]);
	assert.doesNotMatch(inspect(told, { depth: 9 }), /secret-value/);
});

test("a call that fails is told of with its error", async (t) => {
	const store = client(t, `127.0.0.1:${await closedPort()}`);
	const told = listen(t, "get");
	const { args } = await call(store, "get", "k");
	const names = told.map(([name]) => name);
	assert.deepEqual(names, ["start", "end", "error", "asyncStart", "asyncEnd"]);
	const [, { error, attempt, host }] = told[2];
	assert.equal(error, args[0]);
	assert.equal(attempt, 2);
	assert.equal(host, error.endpoint);
});

test("the number of the attempt that was answered is told, and of a miss its status", async (t) => {
	const refusing = `127.0.0.1:${await closedPort()}`;
	const host = await hostOf(t, [
		{ status: 404, body: { errorCode: 100, message: "m", index: 1 } },
	]);
	const store = client(t, [refusing, host.url]);
	const told = listen(t, "get");
	const { args } = await call(store, "get", "k");
	assert.deepEqual(args, [null, undefined]);
	const [, { attempt, status, host: answering }] = told.at(-1);
	assert.deepEqual([attempt, status, answering], [2, 404, host.url]);
});

test("a call that is not sent does not make the next one bring a line of its own", async (t) => {
	const store = client(t, await sharedEtcd(), { strict: true });
	const key = `${prefix()}k`;
	listen(t, "set");
	await call(store, "set", key, {});
	await call(store, "set", key, "v");
	const { args } = await call(store, "get", key);
	assert.equal(args[1].node.value, "v");
});

test("a call that is aborted is told of with the error of its promise", async (t) => {
	const host = await silentHost(t);
	const { promises } = client(t, host.url);
	const told = listen(t, "push");
	const error = await rejection(promises.push("k", "v", { timeout: 50 }));
	const names = told.map(([name]) => name);
	assert.deepEqual(names, ["start", "end", "error", "asyncStart", "asyncEnd"]);
	assert.equal(told[2][1].error, error);
});

test("a call that is stopped is told of without an error", async (t) => {
	const host = await silentHost(t);
	const told = listen(t, "get");
	const stop = client(t, host.url).get("k", () => assert.fail("it was called"));
	await host.asked;
	stop();
	stop();
	const names = told.map(([name]) => name);
	assert.deepEqual(names, ["start", "end", "asyncStart", "asyncEnd"]);
	assert.equal(told[3][1].error, undefined);
});

test("a store that is bound to the channel is there in the callback", async (t) => {
	const storage = new AsyncLocalStorage();
	const { asyncStart } = diagnostics.tracingChannel("etcdjs:request");
	asyncStart.bindStore(storage, ({ operation }) => operation);
	t.after(() => asyncStart.unbindStore(storage));
	const store = client(t, await sharedEtcd());
	const bound = await new Promise((resolve) => {
		store.get(`${prefix()}k`, () => resolve(storage.getStore()));
	});
	assert.equal(bound, "get");
});

for (const [operation, args] of [
	["wait", ["k"]],
	["del", ["k"]],
	["push", ["k", "v"]],
	["machines", []],
	["leader", []],
	["stats.self", []],
	["stats.store", []],
	["stats.leader", []],
])
	test(`${operation} is told of by its name`, async (t) => {
		const host = await hostOf(t, [{ status: 400, body: { message: "m" } }]);
		const told = listen(t, operation);
		await call(client(t, host.url), operation, ...args);
		assert.equal(told.length, 5);
	});
