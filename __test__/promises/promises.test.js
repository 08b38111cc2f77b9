// The methods as promises: what they resolve with, what they are rejected with, and what ends them early.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { promisify } = require("node:util");
const promises = require("../../promises");
const { call, closedPort, prefix, sharedEtcd } = require("../support");
const { isV3, ofMode } = require("../support/etcd/api");
const { client, rejection, silentHost } = require("../support/lifetime");

const etcd = ofMode(promises);
const { ApiError, ArgumentError, EtcdError, NetworkError, TimeoutError } = etcd;

function storeOf(t, ...args) {
	const store = etcd(...args);
	t.after(() => store.destroy());
	return store;
}

test("each method resolves with what its callback would get", async (t) => {
	const store = storeOf(t, await sharedEtcd());
	const key = `${prefix()}k`;
	const action = async (promise) => (await promise).action;
	assert.equal(await action(store.set(key, "1")), "set");
	assert.equal(await action(store.update(key, "2")), "update");
	assert.equal(
		await action(store.compareAndSwap(key, "3", "2")),
		"compareAndSwap",
	);
	assert.equal((await store.get(key)).node.value, "3");
	assert.equal((await store.get(key, { quorum: true })).node.value, "3");
	assert.equal(
		await action(store.compareAndDelete(key, "3")),
		"compareAndDelete",
	);
	assert.equal(await action(store.set(key, "4", { ttl: 100 })), "set");
	assert.equal(await action(store.del(key)), "delete");
	assert.equal(await action(store.mkdir(key)), "set");
	assert.match((await store.push(key, "5")).node.key, /\/\d{20}$/);
	assert.equal(await action(store.delete(key, { recursive: true })), "delete");
	await store.mkdir(key);
	assert.equal(await action(store.rmdir(key)), "delete");
	assert.equal((await store.get()).node.dir, true);
	assert.equal((await store.machines()).length, 1);
	assert.equal(typeof (await store.leader()), "string");
	assert.equal((await store.stats.self()).state, "StateLeader");
	const ofLeader = await store.stats.leader();
	assert.equal(typeof ofLeader.leader, "string");
	if (isV3()) {
		const { code } = await rejection(store.stats.store());
		assert.equal(code, "ERR_ETCD_UNSUPPORTED");
	} else {
		assert.equal(typeof (await store.stats.store()).watchers, "number");
		assert.deepEqual(ofLeader.followers, {});
	}
	const waiting = store.wait(key);
	await store.set(key, "6");
	assert.equal((await waiting).node.value, "6");
});

test("a key that is not there is undefined", async (t) => {
	const store = storeOf(t, await sharedEtcd());
	assert.equal(await store.get(`${prefix()}none`), undefined);
});

test("a call is rejected with an error of its kind, and all are EtcdErrors", async (t) => {
	const etcdUrl = await sharedEtcd();
	const key = `${prefix()}k`;
	const silent = await silentHost(t);
	const refusing = `127.0.0.1:${await closedPort()}`;
	const table = [
		[etcdUrl, ["del", key], ApiError, 100],
		[refusing, ["get", key], NetworkError, "ECONNREFUSED"],
		[silent.url, ["get", key], TimeoutError, "ESOCKETTIMEDOUT"],
		[etcdUrl, ["get", "a/../b"], ArgumentError, "ERR_ETCD_INVALID_KEY"],
		[etcdUrl, ["get", undefined], ArgumentError, undefined],
		[etcdUrl, ["set", key, {}], ArgumentError, "ERR_INVALID_ARG_VALUE"],
	];
	for (const [url, [method, ...args], kind, code] of table) {
		const store = storeOf(t, url, { timeout: 300 });
		const error = await rejection(store[method](...args));
		assert.equal(error.constructor, kind, `${method} ${error}`);
		assert.equal(error.name, kind.name);
		assert.equal(error.code, code);
		assert.ok(error instanceof EtcdError && error instanceof Error);
	}
});

test("an error has all that the callback's has, and the stack of the caller", async (t) => {
	const url = await sharedEtcd();
	const key = `${prefix()}k`;
	const plain = client(t, url);
	await call(plain, "set", key, "v");
	const { args } = await call(plain, "compareAndSwap", key, "w", "x");
	async function theCaller() {
		return await plain.promises.compareAndSwap(key, "w", "x");
	}
	const error = await rejection(theCaller());
	for (const name of ["message", "code", "cause", "status", "endpoint"])
		assert.equal(error[name], args[0][name], name);
	assert.deepEqual(error.attempts, args[0].attempts);
	assert.deepEqual(Object.keys(error), Object.keys(args[0]));
	assert.match(error.stack, /^ApiError: Compare failed\n\s+at .*theCaller/);
});

test("a destroyed store rejects pending and later calls", async (t) => {
	const host = await silentHost(t);
	const store = storeOf(t, host.url);
	const pending = rejection(store.push("k", "v"));
	await host.asked;
	store.destroy();
	const error = await pending;
	assert.equal(error.message, "store destroyed");
	assert.equal(error.ambiguous, true);
	assert.ok(error instanceof EtcdError);
	assert.equal((await rejection(store.get("k"))).message, "store destroyed");
});

test("the options are left as they were, and may serve for another method", async (t) => {
	const store = storeOf(t, await sharedEtcd(), { strict: false });
	const opts = Object.freeze({ timeout: 60_000 });
	await store.mkdir(prefix(), opts);
	const key = `${prefix()}k`;
	await store.set(key, "a", opts);
	await store.update(key, "b", opts);
	await store.compareAndSwap(key, "c", "b", opts);
	const waits = store.wait(key, opts);
	await store.set(key, "d", opts);
	assert.equal((await waits).node.value, "d");
	assert.equal((await store.get(key, opts)).node.value, "d");
	await store.set(`${prefix()}other`, "v", opts);
});

test("a timeout that no timer can count ends nothing", async (t) => {
	const store = storeOf(t, await sharedEtcd());
	for (const timeout of [2 ** 31, Number.MAX_VALUE, Infinity])
		assert.equal(await store.get(`${prefix()}k`, { timeout }), undefined);
});

test("a callback, or what is no object of options, is an error", async (t) => {
	const store = storeOf(t, await sharedEtcd());
	const callback = () => assert.fail("it was called");
	for (const [method, ...args] of [
		["get", callback],
		["get", "k", callback],
		["get", "k", {}, callback],
		["set", "k", callback],
		["set", "k", "v", callback],
		["wait", "k", callback],
		["machines", callback],
	]) {
		const error = await rejection(store[method](...args));
		assert.ok(error instanceof ArgumentError);
		assert.match(error.message, /takes no callback: it returns a promise/);
	}
	const error = await rejection(store.get("k", "recursive"));
	assert.ok(error instanceof ArgumentError);
	assert.match(error.message, /options must be an object, not string/);
});

test("an option whose getter throws rejects the call", async (t) => {
	const store = storeOf(t, await sharedEtcd());
	const bad = new Error("no");
	for (const name of ["signal", "recursive"]) {
		const get = () => {
			throw bad;
		};
		const opts = Object.defineProperty({}, name, { get, enumerable: true });
		assert.equal((await rejection(store.get("k", opts))).message, "no");
	}
});

for (const [title, format] of [
	["formats stacks itself", (_error, frames) => frames],
	[
		"fails to format stacks",
		() => {
			throw new Error("no stack");
		},
	],
])
	test(`a program that ${title} gets its errors all the same`, async (t) => {
		const store = storeOf(t, await sharedEtcd());
		const { prepareStackTrace } = Error;
		Error.prepareStackTrace = format;
		t.after(() => {
			Error.prepareStackTrace = prepareStackTrace;
		});
		const updated = await rejection(store.update(`${prefix()}k`, "v"));
		const refused = await rejection(store.get("a/../b"));
		const watched = await rejection(store.watch("a/../b").next());
		Error.prepareStackTrace = prepareStackTrace;
		assert.equal(updated.code, 100);
		assert.equal(refused.code, "ERR_ETCD_INVALID_KEY");
		assert.equal(watched.code, "ERR_ETCD_INVALID_KEY");
	});

test("where it is strict, an option that is spelled almost right is an error", async (t) => {
	const url = await sharedEtcd();
	const strict = storeOf(t, url);
	const table = [
		["get", ["k", { recursiv: true }], /no option recursiv: recursive/],
		["get", ["k", { Quorum: true }], /no option Quorum: quorum/],
		["set", ["k", "v", { tll: 5 }], undefined],
		["set", ["k", "v", { prevExists: true }], /prevExists: prevExist/],
		["set", ["k", "v", { prevvalue: "v" }], /prevvalue: prevValue/],
		["machines", [{ timeouts: 5 }], /timeouts: timeout/],
		["get", [`${prefix()}k`, { namespace: "x", cache: true }], undefined],
	];
	for (const [method, args, said] of table) {
		if (!said) {
			await strict[method](...args);
			continue;
		}
		const error = await rejection(strict[method](...args));
		assert.ok(error instanceof ArgumentError);
		assert.match(error.message, said);
	}
	assert.throws(() => etcd(url, { timeOut: 5 }), /no option timeOut: timeout/);
	const loose = storeOf(t, url, { strict: false, timeOut: 5 });
	await loose.get(`${prefix()}k`, { recursiv: true });
});

test("etcdjs/promises is strict unless told otherwise, and store.promises is as its store", async (t) => {
	const url = await sharedEtcd();
	const key = `${prefix()}k`;
	const zero = async (store) => {
		await store.set(key, 0);
		return (await store.get(key)).node.value;
	};
	assert.equal(await zero(storeOf(t, url)), "0");
	assert.equal(await zero(storeOf(t, { host: url })), "0");
	assert.equal(await zero(storeOf(t, url, { strict: false })), "");
	assert.equal(await zero(client(t, url).promises), "");
	assert.equal(await zero(client(t, url, { strict: true }).promises), "0");
});

test("the promises of a store call its methods, which may be wrapped", async (t) => {
	const store = client(t, await sharedEtcd());
	const { get } = store;
	const seen = [];
	store.get = function (key, ...rest) {
		seen.push(key);
		return get.call(this, key, ...rest);
	};
	await store.promises.get("wrapped");
	assert.deepEqual(seen, ["wrapped"]);
	assert.equal(store.promises, store.promises);
});

test("a method with a callback, or with none, returns no promise", async (t) => {
	const store = client(t, `127.0.0.1:${await closedPort()}`);
	const rejections = [];
	const note = (error) => rejections.push(error);
	process.on("unhandledRejection", note);
	t.after(() => process.off("unhandledRejection", note));
	assert.equal(store.set("k", "v"), undefined);
	assert.equal(store.del("k"), undefined);
	await call(store, "machines");
	assert.deepEqual(rejections, []);
});

test("util.promisify makes promises of the methods, too", async (t) => {
	const store = client(t, await sharedEtcd());
	const key = `${prefix()}k`;
	const [get, set] = [store.get, store.set].map(promisify);
	await set.call(store, key, "v");
	assert.equal((await get.call(store, key)).node.value, "v");
	assert.equal(await get.call(store, `${key}-none`), undefined);
});

test("the end of a block that uses it asynchronously closes a store", async (t) => {
	const url = await sharedEtcd();
	for (const store of [etcd(url), client(t, url)]) {
		await store[Symbol.asyncDispose]();
		const promises = store.promises ?? store;
		assert.equal(
			(await rejection(promises.get("k"))).message,
			"store destroyed",
		);
	}
});
