// What callbacks are given and when, and what calls return. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const {
	call,
	closedPort,
	etcdError,
	node,
	prefix,
	sharedEtcd,
} = require("../support");
const { client, deferred, hostOf, silentHost } = require("../support/lifetime");
const { anyAnswer, everyCall, keyed } = require("../support/every-call");

const MISS = { status: 404, body: etcdError(100, "Key not found", "/k", 5) };
const FAILURE = { status: 412, body: etcdError(101, "Compare failed", "", 5) };
const STATS = ["leader", "stats.self", "stats.store", "stats.leader"];

async function shared(t, opts) {
	return client(t, await sharedEtcd(), opts);
}

async function closedUrl() {
	return `http://127.0.0.1:${await closedPort()}`;
}

function ownerOf(store, method) {
	const [last, owner] = method.split(".").reverse();
	return [owner ? store[owner] : store, last];
}

/** Whether the callback came within the call, and its arguments. */
function whenCalled(store, [method, ...args]) {
	const [owner, name] = ownerOf(store, method);
	return new Promise((resolve) => {
		let returned = false;
		owner[name](...args, (...results) => {
			resolve({ synchronously: !returned, results });
		});
		returned = true;
	});
}

function assertIsError(method, args) {
	assert.ok(args[0] instanceof Error, `${method} gives an error`);
	if (method !== "wait") return assert.equal(args.length, 1, method);
	assert.equal(args.length, 3);
	assert.equal(args[1], null);
	assert.equal(typeof args[2], "function");
}

for (const [method, ...args] of everyCall()) {
	const arity = method === "wait" ? 3 : 2;
	test(`10. ${method} gives a success as ${arity} arguments`, async (t) => {
		const { url } = await hostOf(t, anyAnswer);
		const { args: results } = await call(client(t, url), method, ...args);
		assert.equal(results.length, arity);
		assert.equal(results[0], null);
		assert.notEqual(results[1], undefined);
		if (arity === 3) assert.equal(typeof results[2], "function");
	});
}

test("10. a get that finds nothing gives null and undefined, two arguments", async (t) => {
	const store = await shared(t);
	for (const opts of [{}, { recursive: true, sorted: true }, { json: true }]) {
		const { args } = await call(store, "get", `${prefix()}none`, opts);
		assert.deepEqual(args, [null, undefined]);
	}
});

test("10. a get with wait that finds nothing gives null and undefined", async (t) => {
	const { url } = await hostOf(t, [MISS]);
	const { args } = await call(client(t, url), "get", "k", { wait: true });
	assert.deepEqual(args, [null, undefined]);
});

test("10. a wait that finds nothing gives null, undefined and next", async (t) => {
	const store = await shared(t);
	// A quorum read never waits.
	const { args } = await call(store, "wait", `${prefix()}none?quorum=true`);
	assert.deepEqual(args.slice(0, 2), [null, undefined]);
	assert.equal(typeof args[2], "function");
});

for (const method of STATS) {
	test(`10. ${method} on 404 gives no arguments`, async (t) => {
		const { url } = await hostOf(t, [MISS]);
		const { args } = await call(client(t, url), method);
		assert.equal(args.length, 0);
	});
}

for (const [method, ...args] of everyCall()) {
	const arguments_ =
		method === "wait" ? "error, null and next" : "one argument";
	test(`10. ${method} gives an error answer as ${arguments_}`, async (t) => {
		const { url } = await hostOf(t, [FAILURE]);
		const { args: results } = await call(client(t, url), method, ...args);
		assertIsError(method, results);
	});

	test(`10. ${method} gives a network error as ${arguments_}`, async (t) => {
		const store = client(t, await closedUrl());
		const { args: results } = await call(store, method, ...args);
		assertIsError(method, results);
		assert.equal(results[0].code, "ECONNREFUSED");
	});

	test(`10. ${method} gives the error of destroy() as ${arguments_}`, async (t) => {
		const silent = await silentHost(t);
		const store = client(t, silent.url);
		const pending = call(store, method, ...args);
		await silent.asked;
		store.destroy();
		const { args: results } = await pending;
		assertIsError(method, results);
		assert.equal(results[0].message, "store destroyed");
	});

	test(`10. ${method} after destroy() gives its error as ${arguments_}`, async (t) => {
		const store = client(t, await closedUrl());
		store.destroy();
		const { args: results } = await call(store, method, ...args);
		assertIsError(method, results);
		assert.equal(results[0].message, "store destroyed");
	});
}

test("10. etcd's own errors come as one argument", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}k`;
	await call(store, "set", key, "v");
	for (const args of [
		["set", key, "v", { prevExist: false }],
		["compareAndSwap", key, "v", "other"],
		["get", `${key}/below`, { waitIndex: "x" }],
		["mkdir", key, { prevExist: false }],
		["del", `${key}-none`],
	]) {
		const { args: results } = await call(store, ...args);
		assertIsError(args[0], results);
	}
});

for (const [title, makeStore] of [
	["an answer", async (t) => client(t, (await hostOf(t, anyAnswer)).url)],
	["an error", async (t) => client(t, (await hostOf(t, [FAILURE])).url)],
	["a closed port", async (t) => client(t, await closedUrl())],
	["an empty list of hosts", (t) => client(t, [])],
]) {
	test(`11. no callback is called synchronously with ${title}`, async (t) => {
		const store = await makeStore(t);
		for (const args of everyCall()) {
			const { synchronously } = await whenCalled(store, args);
			assert.equal(synchronously, false, args[0]);
		}
	});
}

test("11. no callback is called synchronously after destroy()", async (t) => {
	const store = client(t, await closedUrl());
	store.destroy();
	for (const args of everyCall()) {
		const { synchronously, results } = await whenCalled(store, args);
		assert.equal(synchronously, false, args[0]);
		assert.equal(results[0].message, "store destroyed");
	}
});

test("11. no callback is called synchronously for arguments that are refused", async (t) => {
	const { url, requests } = await hostOf(t, anyAnswer);
	const store = client(t, url, { strict: true });
	for (const args of [...keyed(".."), ...keyed("\ud800")]) {
		const { synchronously, results } = await whenCalled(store, args);
		assert.equal(synchronously, false, args[0]);
		assert.ok(results[0] instanceof Error);
	}
	assert.equal(requests.length, 0);
});

test("11. a call within a callback is not answered synchronously", async (t) => {
	const store = client(t, (await hostOf(t, anyAnswer)).url);
	const inner = await new Promise((resolve) => {
		store.get("k", () => resolve(whenCalled(store, ["get", "k"])));
	});
	assert.equal(inner.synchronously, false);
});

test("11. next() of a wait is not answered synchronously", async (t) => {
	const store = client(t, (await hostOf(t, anyAnswer)).url);
	const { args } = await call(store, "wait", "k");
	const inner = await whenCalled({ next: args[2] }, ["next"]);
	assert.equal(inner.synchronously, false);
});

for (const [method, ...args] of everyCall()) {
	test(`11. destroy() calls the pending callback of ${method} at once`, async (t) => {
		const silent = await silentHost(t);
		const store = client(t, silent.url);
		const called = [];
		const [owner, name] = ownerOf(store, method);
		owner[name](...args, (error) => called.push(error.message));
		await silent.asked;
		assert.deepEqual(called, []);
		store.destroy();
		assert.deepEqual(called, ["store destroyed"]);
	});
}

for (const [method, ...args] of everyCall()) {
	const kind = method === "get" || method === "wait" ? "function" : "undefined";
	const what = kind === "function" ? "a stop function" : "undefined";

	test(`12. ${method} returns ${what}`, async (t) => {
		const store = client(t, (await hostOf(t, anyAnswer)).url);
		const withCallback = await call(store, method, ...args);
		assert.equal(typeof withCallback.returned, kind);
	});

	test(`12. ${method} returns ${what} after destroy()`, async (t) => {
		const store = client(t, (await hostOf(t, anyAnswer)).url);
		store.destroy();
		const { returned } = await call(store, method, ...args);
		assert.equal(typeof returned, kind);
	});
}

test("12. destroy() and autoRefresh() return undefined", (t) => {
	const store = client(t, "127.0.0.1:1");
	assert.equal(store.autoRefresh(), undefined);
	assert.equal(store.destroy(), undefined);
});

for (const method of ["get", "wait"]) {
	test(`12. what ${method} returns stops it: its callback is not called`, async (t) => {
		const asked = deferred();
		const held = deferred();
		const { url } = await hostOf(t, (_request, _response, index) => {
			if (index > 0) return { body: node("/k", "v", 5) };
			asked.resolve();
			return held.promise;
		});
		const store = client(t, url);
		const called = [];
		const stop = store[method]("k", (...args) => called.push(args));
		await asked.promise;
		assert.equal(stop(), undefined);
		held.resolve({ body: node("/k", "v", 5) });
		for (const key of ["a", "b"]) await call(store, "get", key);
		assert.deepEqual(called, []);
	});

	test(`12. stopping ${method} after its answer, or after destroy(), is harmless`, async (t) => {
		const store = client(t, (await hostOf(t, anyAnswer)).url);
		const { returned } = await call(store, method, "k");
		returned();
		const { args } = await call(store, "get", "k");
		assert.equal(args[0], null);
		store.destroy();
		returned();
	});
}

test("12. a stopped wait does not see the write after it", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}k`;
	const called = [];
	store.wait(key, (...args) => called.push(args))();
	const other = call(store, "wait", key);
	await call(store, "set", key, "v");
	assert.equal((await other).args[1].node.value, "v");
	assert.deepEqual(called, []);
});
