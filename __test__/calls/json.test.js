// The option json, of a client and of a call. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node, prefix, sharedEtcd } = require("../support");
const { client, hostOf } = require("../support/lifetime");

const JSON_CLIENT = { json: true };
const VALUES = [
	{ a: [1, { b: null }] },
	[],
	"text",
	"",
	5,
	0,
	true,
	false,
	null,
];

/** A client with json, one without on the same etcd, and a key of their own. */
async function clients(t) {
	const url = await sharedEtcd();
	const key = `${prefix()}key`;
	return { store: client(t, url, JSON_CLIENT), plain: client(t, url), key };
}

async function result(store, ...args) {
	const { args: results } = await call(store, ...args);
	assert.equal(results[0], null);
	return results[1];
}

async function failure(store, ...args) {
	const { args: results } = await call(store, ...args);
	assert.ok(results[0] instanceof Error, `${args[0]} gives an error`);
	return results[0];
}

for (const value of VALUES) {
	const text = JSON.stringify(value);

	test(`41. a client with json stores ${text} as JSON and reads it back`, async (t) => {
		const { store, plain, key } = await clients(t);
		const set = await result(store, "set", key, value);
		assert.deepEqual(set.node.value, value);
		assert.equal((await result(plain, "get", key)).node.value, text);
		assert.deepEqual((await result(store, "get", key)).node.value, value);
	});

	test(`41. a call with json stores ${text} as JSON, and a get with json reads it back`, async (t) => {
		const { plain, key } = await clients(t);
		const set = await result(plain, "set", key, value, { json: true });
		assert.equal(set.node.value, text);
		assert.equal((await result(plain, "get", key)).node.value, text);
		const get = await result(plain, "get", key, { json: true });
		assert.deepEqual(get.node.value, value);
	});
}

test("41. a client with json parses the nodes of a directory, at every level", async (t) => {
	const { store, plain } = await clients(t);
	const dir = prefix();
	await result(store, "set", `${dir}a`, { a: 1 });
	await result(store, "set", `${dir}b/c`, [2]);
	const opts = { recursive: true, sorted: true };
	for (const [reader, more] of [
		[store, {}],
		[plain, { json: true }],
	]) {
		const get = await result(reader, "get", dir, { ...opts, ...more });
		const [a, b] = get.node.nodes;
		assert.deepEqual(a.value, { a: 1 });
		assert.equal("value" in b, false);
		assert.deepEqual(b.nodes[0].value, [2]);
	}
});

test("41. prevNode stays text", async (t) => {
	const { store, key } = await clients(t);
	await result(store, "set", key, { a: 1 });
	const set = await result(store, "set", key, { a: 2 });
	assert.deepEqual(set.node.value, { a: 2 });
	assert.equal(set.prevNode.value, '{"a":1}');
	const del = await result(store, "del", key);
	assert.equal(del.prevNode.value, '{"a":2}');
	assert.equal("value" in del.node, false);
});

test("41. a client with json stringifies prevValue", async (t) => {
	const { store, plain, key } = await clients(t);
	await result(store, "set", key, { a: 1 });
	const set = await result(
		store,
		"set",
		key,
		{ a: 2 },
		{ prevValue: { a: 1 } },
	);
	assert.equal(set.action, "compareAndSwap");
	await result(store, "compareAndSwap", key, "text", { a: 2 });
	assert.equal(
		(await failure(store, "del", key, { prevValue: "no" })).code,
		101,
	);
	await result(store, "compareAndDelete", key, "text");
	assert.equal(await result(plain, "get", key), undefined);
});

test("41. a client with json parses what a wait sees", async (t) => {
	const { store, plain, key } = await clients(t);
	const { node: first } = await result(store, "set", key, { a: 1 });
	const opts = { waitIndex: first.modifiedIndex };
	const event = await result(store, "wait", key, { ...opts });
	assert.deepEqual(event.node.value, { a: 1 });
	const own = await result(plain, "wait", key, { ...opts, json: true });
	assert.deepEqual(own.node.value, { a: 1 });
});

test("41. a client with json makes directories", async (t) => {
	const { store } = await clients(t);
	const dir = `${prefix()}dir`;
	const made = await result(store, "mkdir", dir);
	assert.equal(made.node.dir, true);
	assert.equal((await result(store, "get", dir)).node.dir, true);
	await result(store, "rmdir", dir);
	assert.equal(await result(store, "get", dir), undefined);
});

test("41. a call's json parses in get only", async (t) => {
	const { plain, key } = await clients(t);
	const json = { json: true };
	const set = await result(plain, "set", key, { a: 1 }, json);
	assert.equal(set.node.value, '{"a":1}');
	const update = await result(plain, "update", key, { a: 2 }, { json: true });
	assert.equal(update.node.value, '{"a":2}');
	const del = await result(plain, "del", key, json);
	assert.equal(del.prevNode.value, '{"a":2}');
});

test("41. a call's json stringifies an object as prevValue", async (t) => {
	const { plain, key } = await clients(t);
	const json = { json: true };
	await result(plain, "set", key, { a: 1 }, json);
	const set = { ...json, prevValue: { a: 1 } };
	await result(plain, "set", key, { a: 2 }, set);
	await result(plain, "compareAndSwap", key, { a: 3 }, { a: 2 }, { ...json });
	assert.equal((await result(plain, "get", key)).node.value, '{"a":3}');
	await result(plain, "compareAndDelete", key, { a: 3 }, { ...json });
	assert.equal(await result(plain, "get", key), undefined);
});

test("41. push stringifies objects, of a client with json", async (t) => {
	const { store, plain } = await clients(t);
	const dir = prefix();
	for (const value of [{ a: 1 }, [1, 2], []]) {
		const push = await result(store, "push", dir, value);
		assert.deepEqual(push.node.value, value);
		const { key } = push.node;
		const text = JSON.stringify(value);
		assert.equal((await result(plain, "get", key)).node.value, text);
	}
});

test("41. push stringifies objects, of a call with json", async (t) => {
	const { plain } = await clients(t);
	const push = await result(plain, "push", prefix(), { a: 1 }, { json: true });
	assert.equal(push.node.value, '{"a":1}');
});

test("41. push sends what is no object as it is, json or not", async (t) => {
	const { store, plain } = await clients(t);
	for (const [value, text] of [
		["5", "5"],
		[5, "5"],
		['"quoted"', '"quoted"'],
		[true, "true"],
	]) {
		const { node: own } = await result(store, "push", prefix(), value);
		assert.equal((await result(plain, "get", own.key)).node.value, text);
		const opts = { json: true };
		const push = await result(plain, "push", prefix(), value, opts);
		assert.equal(push.node.value, text);
	}
});

test("41. a call's json leaves a text as prevValue as it is", async (t) => {
	const { plain, key } = await clients(t);
	await result(plain, "set", key, "text");
	const opts = { json: true, prevValue: "text" };
	const set = await result(plain, "set", key, 1, opts);
	assert.equal(set.action, "compareAndSwap");
});

test("41. json of a client and of a call together parse once", async (t) => {
	const { store, key } = await clients(t);
	for (const value of ['"quoted"', "text", "5", { a: "1" }]) {
		await result(store, "set", key, value, { json: true });
		const get = await result(store, "get", key, { json: true });
		assert.deepEqual(get.node.value, value);
		const opts = { json: true, waitIndex: get.node.modifiedIndex };
		const event = await result(store, "wait", key, opts);
		assert.deepEqual(event.node.value, value);
	}
});

test("41. json of a client and of a call together stringify prevValue once", async (t) => {
	const { store, key } = await clients(t);
	await result(store, "set", key, "text");
	const opts = { json: true, prevValue: "text" };
	const set = await result(store, "set", key, "other", opts);
	assert.equal(set.node.value, "other");
});

for (const text of ["no json", "{", "", "undefined", "NaN"]) {
	test(`41. a value that is '${text}' is an error in the callback`, async (t) => {
		const { store, plain, key } = await clients(t);
		await result(plain, "set", key, text);
		assert.ok((await failure(store, "get", key)) instanceof SyntaxError);
		const own = await failure(plain, "get", key, { json: true });
		assert.ok(own instanceof SyntaxError);
		assert.equal((await result(plain, "get", key)).node.value, text);
	});
}

test("41. one value that is no JSON makes a whole directory an error", async (t) => {
	const { store, plain } = await clients(t);
	const dir = prefix();
	await result(store, "set", `${dir}good`, 1);
	await result(plain, "set", `${dir}bad/value`, "no json");
	const opts = { recursive: true };
	assert.ok((await failure(store, "get", dir, opts)) instanceof SyntaxError);
	const own = await failure(plain, "get", dir, { ...opts, json: true });
	assert.ok(own instanceof SyntaxError);
});

test("41. a value that JSON cannot hold is an error in the callback, and nothing is sent", async (t) => {
	const host = await hostOf(t, [{ body: node("/k", "1", 5) }]);
	const store = client(t, host.url, JSON_CLIENT);
	const plain = client(t, host.url);
	const circle = {};
	circle.circle = circle;
	for (const value of [circle, 10n])
		for (const [by, ...args] of [
			[store, "set", "k", value],
			[store, "update", "k", value],
			[store, "compareAndSwap", "k", "v", value],
			[store, "compareAndDelete", "k", value],
			[plain, "set", "k", value, { json: true }],
		])
			assert.ok((await failure(by, ...args)) instanceof TypeError);
	assert.ok((await failure(store, "push", "k", circle)) instanceof TypeError);
	assert.equal(host.requests.length, 0);
});

test("41. without json values stay text, and json: false of a call does not turn a client's off", async (t) => {
	const { store, plain, key } = await clients(t);
	await result(store, "set", key, { a: 1 }, { json: false });
	assert.equal((await result(plain, "get", key)).node.value, '{"a":1}');
	const get = await result(store, "get", key, { json: false });
	assert.deepEqual(get.node.value, { a: 1 });
});

test("41. a write whose answer is no JSON has been applied: its error is ambiguous", async (t) => {
	const { store, plain, key } = await clients(t);
	const error = await failure(store, "push", key, "plain");
	assert.equal(error.name, "SyntaxError");
	assert.equal(error.ambiguous, true);
	const { node } = await result(plain, "get", key);
	assert.equal(node.nodes[0].value, "plain");
	const read = await failure(store, "get", key);
	assert.equal(read.ambiguous, undefined);
});
