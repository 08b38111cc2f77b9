// What calls take: options, keys, and callbacks that are not there. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call, closedPort, node, prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");
const { client, hostOf, proceed } = require("../support/lifetime");
const { anyAnswer, everyCall, keyed } = require("../support/every-call");

const FOUND = { body: node("/k", "v", 5) };
const VERB = {
	get: "GET",
	wait: "GET",
	set: "PUT",
	update: "PUT",
	compareAndSwap: "PUT",
	mkdir: "PUT",
	push: "POST",
	del: "DELETE",
	rmdir: "DELETE",
	compareAndDelete: "DELETE",
};

const ODD_OPTIONS = [
	...[null, undefined, 0, 5, "", "ttl", true, false, 1n, Symbol("s")],
	...[Object.freeze({}), Object.freeze({ recursive: true, ttl: 9 })],
];

async function shared(t, opts) {
	return client(t, await sharedEtcd(), opts);
}

function requestLines({ requests }) {
	return requests.map(({ method, url }) => `${method} ${url}`);
}

for (const [method, ...args] of everyCall()) {
	test(`6. the callback of ${method} may stand where options would`, async (t) => {
		const host = await hostOf(t, anyAnswer);
		const { args: results } = await call(client(t, host.url), method, ...args);
		assert.equal(results[0], null);
		assert.equal(host.requests.length, 1);
	});
}

for (const [method, ...args] of keyed("k")) {
	test(`6. the options of ${method} may be null, a primitive or frozen`, async (t) => {
		for (const opts of ODD_OPTIONS) {
			const host = await hostOf(t, [FOUND]);
			const store = client(t, host.url);
			const { args: results } = await call(store, method, ...args, opts);
			assert.deepEqual(results?.slice(0, 2), [null, FOUND.body], inspect(opts));
			const lines = requestLines(host).map((line) => line.split("?")[0]);
			assert.deepEqual(lines, [`${VERB[method]} /v2/keys/k`]);
		}
	});
}

test("6. options that are frozen are read", async (t) => {
	const store = await shared(t);
	const folder = prefix();
	const set = Object.freeze({ ttl: 100, prevExist: false });
	const { args } = await call(store, "set", `${folder}a/b`, "v", set);
	assert.equal(args[1].node.ttl, 100);
	const get = Object.freeze({ recursive: true });
	const { args: found } = await call(store, "get", folder, get);
	assert.equal(found[1].node.nodes[0].nodes[0].value, "v");
	const del = Object.freeze({ recursive: true, dir: true });
	const { args: gone } = await call(store, "del", folder, del);
	assert.equal(gone[1].action, "delete");
});

for (const [method, args, written] of [
	["update", ["k", "v"], { prevExist: true }],
	["compareAndSwap", ["k", "v", "p"], { prevValue: "p" }],
	["compareAndDelete", ["k", "p"], { prevValue: "p" }],
	["mkdir", ["k"], { dir: true }],
	["rmdir", ["k"], { dir: true }],
	["wait", ["k"], { wait: true, waitIndex: 6 }],
	["get", ["k"], {}],
	["set", ["k", "v"], {}],
	["del", ["k"], {}],
	["push", ["k", "v"], {}],
]) {
	const names = Object.keys(written).join(" and ") || "nothing";
	test(`7. ${method} writes ${names} back to the caller's options`, async (t) => {
		const { url } = await hostOf(t, [FOUND]);
		const opts = { recursive: true };
		await call(client(t, url), method, ...args, opts);
		assert.deepEqual(opts, { recursive: true, ...written });
	});

	test(`7. ${method} leaves frozen options as they are`, async (t) => {
		const { url } = await hostOf(t, [FOUND]);
		const opts = Object.freeze({ recursive: true });
		const { thrown } = await call(client(t, url), method, ...args, opts);
		assert.equal(thrown, undefined);
		assert.deepEqual(opts, { recursive: true });
	});
}

for (const [method, args, opts, written] of [
	["update", ["k", "v"], { prevExist: false }, { prevExist: true }],
	["compareAndSwap", ["k", "v", "p"], { prevValue: "x" }, { prevValue: "p" }],
	["compareAndDelete", ["k", "p"], { prevValue: "x" }, { prevValue: "p" }],
	["mkdir", ["k"], { dir: false }, { dir: true }],
	["rmdir", ["k"], { dir: false }, { dir: true }],
	["wait", ["k"], { wait: false }, { wait: true }],
]) {
	test(`7. ${method} writes over what the options had, at the call`, async (t) => {
		const { url } = await hostOf(t, ["silence"]);
		client(t, url)[method](...args, opts, () => {});
		assert.deepEqual(opts, written);
	});
}

test("7. options used again go on where the wait before left off", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}k`;
	const { args: first } = await call(store, "set", key, "1");
	await call(store, "set", key, "2");
	const opts = { waitIndex: first[1].node.modifiedIndex };
	const values = [];
	for (const _turn of [1, 2]) {
		const { args } = await call(store, "wait", key, opts);
		values.push(args[1].node.value);
	}
	assert.deepEqual(values, ["1", "2"]);
});

test("7. each turn of a wait writes waitIndex back", async (t) => {
	const answers = [5, 8, 13, 20].map((i) => ({ body: node("/k", "v", i) }));
	const { url } = await hostOf(t, answers);
	const opts = {};
	let { args } = await call(client(t, url), "wait", "k", opts);
	for (const waitIndex of [6, 9, 14]) {
		assert.deepEqual(opts, { wait: true, waitIndex });
		args = (await proceed(args[2])).args;
	}
});

test("8. get(cb) and del(cb) mean the root", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const store = client(t, host.url);
	await call(store, "get");
	await call(store, "del");
	await call(store, "delete");
	const del = "DELETE /v2/keys/";
	assert.deepEqual(requestLines(host), ["GET /v2/keys/", del, del]);
});

test("8. etcd answers get(cb) with the root, and will not delete it", async (t) => {
	const store = await shared(t);
	const { args: found } = await call(store, "get");
	assert.equal(found[1].node.dir, true);
	const { args: refused } = await call(store, "del");
	assert.equal(refused[0].code, 107);
});

for (const key of [undefined, null]) {
	for (const [method, , ...args] of keyed(key)) {
		test(`8. ${method}(${key}) throws a TypeError`, async (t) => {
			const host = await hostOf(t, anyAnswer);
			const store = client(t, host.url);
			const called = [];
			const cb = () => called.push(method);
			for (const rest of [[cb], [null, cb], [{}, cb], []])
				assert.throws(() => store[method](key, ...args, ...rest), TypeError);
			await call(store, "get", "later");
			assert.deepEqual(requestLines(host), ["GET /v2/keys/later"]);
			assert.deepEqual(called, []);
		});
	}
}

for (const method of ["get", "del", "wait", "set", "push", "mkdir"]) {
	test(`8. ${method}() without arguments throws a TypeError`, (t) => {
		const store = client(t, "127.0.0.1:1");
		assert.throws(() => store[method](), TypeError);
	});
}

for (const [key, path] of [
	[5, "5"],
	[0, "0"],
	[-0, "0"],
	[Number.NaN, "NaN"],
	[true, "true"],
	[false, "false"],
	[7n, "7"],
	["", ""],
	[["a", "b"], "a,b"],
	[{ toString: () => "own" }, "own"],
	[{}, "[object%20Object]"],
	[Buffer.from("text"), "text"],
]) {
	test(`8. the key ${inspect(key)} is turned into a string`, async (t) => {
		const host = await hostOf(t, [FOUND]);
		const store = client(t, host.url);
		for (const args of keyed(key, {})) await call(store, ...args);
		const paths = host.requests.map(({ url }) => url.split("?")[0]);
		const expected = keyed(key).map(() => `/v2/keys/${path}`);
		assert.deepEqual(paths, expected);
	});
}

test("8. set(k, cb) calls back, with an empty string stored", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}k`;
	const { args } = await call(store, "set", key);
	assert.equal(args[0], null);
	assert.equal(args[1].node.value, "");
	const { args: found } = await call(store, "get", key);
	assert.equal(found[1].node.value, "");
});

test("8. update(k, cb) calls back", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}k`;
	const { args } = await call(store, "update", key);
	assert.equal(args[0].code, 100);
});

for (const strict of [false, true]) {
	for (const [method, ...args] of [
		["compareAndSwap", "k", "v"],
		["compareAndDelete", "k"],
	]) {
		const signature = `${method}(${args.join(", ")}, cb)`;
		test(`8. ${signature} is an error and sends nothing (strict: ${strict})`, async (t) => {
			const host = await hostOf(t, [FOUND]);
			const store = client(t, host.url, { strict });
			const { args: results } = await call(store, method, ...args);
			assert.equal(results.length, 1);
			assert.ok(results[0] instanceof Error);
			await call(store, "get", "later");
			assert.deepEqual(requestLines(host), ["GET /v2/keys/later"]);
		});
	}
}

// In a process of its own: it ends with code 0 only if no call threw, then or later.
async function withoutCallbacks({ call, subject }, url, calls) {
	const store = subject(url, { timeout: 2000 });
	for (const [method, ...args] of calls) {
		const owner = method.startsWith("stats.") ? store.stats : store;
		owner[method.replace("stats.", "")](...args);
	}
	await call(store, "get", "last");
	return "done";
}

for (const [title, answer] of [
	["succeed", anyAnswer],
	["find nothing", [{ status: 404, body: { errorCode: 100, message: "no" } }]],
	["fail", [{ status: 500, body: "broken" }]],
	["are no JSON", [{ body: "{" }]],
]) {
	test(`9. every call works without a callback, whose answers ${title}`, async (t) => {
		const host = await hostOf(t, answer);
		const calls = [
			...everyCall(),
			...keyed("k", {}),
			...keyed("k", null, null),
		];
		const args = [host.url, calls];
		const { code, result, stderr } = await inChild(withoutCallbacks, args);
		assert.equal(code, 0, stderr);
		assert.equal(result, "done");
		const asked = new Set(host.requests.map(({ method }) => method));
		assert.deepEqual([...asked].sort(), ["DELETE", "GET", "POST", "PUT"]);
		assert.ok(host.requests.length > calls.length);
	});
}

test("9. every call works without a callback, where no host is there", async () => {
	const url = `http://127.0.0.1:${await closedPort()}`;
	const calls = [...everyCall(), ...keyed("k", {})];
	const { code, stderr } = await inChild(withoutCallbacks, [url, calls]);
	assert.equal(code, 0, stderr);
});

test("9. a call without a callback does its work", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}k`;
	const waited = call(store, "wait", key, { recursive: true });
	store.push(key, "pushed");
	const { args } = await waited;
	assert.equal(args[1]?.node.value, "pushed");
});
