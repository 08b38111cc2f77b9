// What an answer becomes: results, misses and etcd's errors. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const {
	call,
	etcdError,
	node,
	prefix,
	sharedEtcd,
	startCluster,
} = require("../support");
const { isV3 } = require("../support/etcd/api");
const { client, hostOf, hostsOf } = require("../support/lifetime");

async function shared(t, opts) {
	return client(t, await sharedEtcd(), opts);
}

/** The error of a call. */
async function failure(store, ...args) {
	const { args: results } = await call(store, ...args);
	assert.ok(results[0] instanceof Error, `${args[0]} gives an error`);
	return results[0];
}

test("20. a get of a key that is not there is no error", async (t) => {
	const store = await shared(t);
	const { args } = await call(store, "get", `${prefix()}none`);
	assert.deepEqual(args, [null, undefined]);
});

test("20. a write to a key that is not there is etcd's error 100", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}none`;
	assert.equal((await failure(store, "update", key, "v")).code, 100);
	assert.equal((await failure(store, "del", key)).code, 100);
	assert.equal((await failure(store, "compareAndDelete", key, "v")).code, 100);
});

test("21. etcd's errors carry message, code, cause and index", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}key`;
	await call(store, "set", key, "here");
	const error = await failure(store, "set", key, "v", { prevExist: false });
	assert.equal(error.message, "Key already exists");
	assert.equal(error.code, 105);
	assert.equal(error.cause, `/${key}`);
	assert.ok(Number.isInteger(error.index) && error.index > 0);
});

test("21. each of etcd's errors has its number and its cause", async (t) => {
	const store = await shared(t);
	const dir = `${prefix()}dir`;
	const key = `${dir}/key`;
	await call(store, "set", key, "here");
	const cases = [
		[101, "[other != here]", "compareAndSwap", key, "v", "other"],
		[102, `/${dir}`, "set", dir, "v"],
		[104, `/${key}`, "set", `${key}/below`, "v"],
		[107, "/", "set", "", "v"],
		[108, `/${dir}`, "rmdir", dir],
		[202, undefined, "set", key, "v", { ttl: "soon" }],
		[203, undefined, "set", key, "v", { prevIndex: "first" }],
		[209, undefined, "set", key, "v", { prevExist: "perhaps" }],
	];
	for (const [code, cause, ...args] of cases) {
		const error = await failure(store, ...args);
		assert.equal(error.code, code);
		if (cause) assert.equal(error.cause, cause);
	}
});

test("21. an error has code, cause and index to enumerate, and nothing else", async (t) => {
	const store = await shared(t);
	const error = await failure(store, "update", `${prefix()}none`, "v");
	assert.deepEqual(Object.keys(error).sort(), ["cause", "code", "index"]);
});

test("21. status, endpoint and attempts of an error are not enumerable", async (t) => {
	const url = await sharedEtcd();
	const error = await failure(client(t, url), "update", `${prefix()}no`, "v");
	assert.equal(error.status, 404);
	assert.equal(error.endpoint, url);
	assert.ok(Array.isArray(error.attempts));
	for (const name of ["status", "endpoint", "attempts"])
		assert.equal(
			Object.getOwnPropertyDescriptor(error, name).enumerable,
			false,
		);
});

test("21. a network error tells every attempt that was made", async (t) => {
	const [one, two] = await hostsOf(t, ["hangup"], ["hangup"]);
	const store = client(t, [one.url, two.url]);
	const error = await failure(store, "get", "k");
	const hosts = error.attempts.map((attempt) => attempt.host);
	assert.deepEqual(hosts, [one.url, two.url, one.url]);
	assert.equal(error.endpoint, one.url);
	assert.equal(Object.keys(error).includes("attempts"), false);
});

for (const [what, body] of [
	["text", "out of order"],
	["nothing", ""],
	["JSON without a message", { error: "out of order" }],
]) {
	test(`21. a status with ${what} as its body is 'bad status' without a code`, async (t) => {
		const host = await hostOf(t, [{ status: 400, body }]);
		const calls = [["get"], ["set", "v"], ["del"], ["push", "v"]];
		for (const [method, ...value] of calls) {
			const store = client(t, host.url);
			const error = await failure(store, method, "k", ...value);
			assert.equal(error.message, "bad status: 400");
			assert.equal("code" in error, false);
		}
	});
}

test("21. an error body with a message alone gives the message, and no code", async (t) => {
	const host = await hostOf(t, [{ status: 403, body: { message: "not now" } }]);
	const error = await failure(client(t, host.url), "stats.store");
	assert.equal(error.message, "not now");
	assert.equal(error.code, undefined);
});

test("21. errors of leader and machines are 'bad status' whatever the body says", async (t) => {
	const body = etcdError(300, "Raft Internal Error", "no leader", 7);
	const host = await hostOf(t, [{ status: 400, body }]);
	const store = client(t, host.url);
	for (const method of ["leader", "machines"]) {
		const error = await failure(store, method);
		assert.equal(error.message, "bad status: 400");
		assert.equal(error.code, undefined);
	}
});

test("22. a 200 that is no JSON is handed on as text", async (t) => {
	const host = await hostOf(t, [{ body: "hello" }]);
	const store = client(t, host.url);
	for (const args of [
		["get", "k"],
		["set", "k", "v"],
		["del", "k"],
	])
		assert.deepEqual((await call(store, ...args)).args, [null, "hello"]);
	for (const method of ["stats.self", "stats.store", "leader"])
		assert.deepEqual((await call(store, method)).args, [null, "hello"]);
});

test("22. an empty 200 is undefined, and '' from leader", async (t) => {
	const host = await hostOf(t, [{ body: "" }]);
	const store = client(t, host.url);
	for (const args of [["get", "k"], ["set", "k", "v"], ["stats.store"]])
		assert.deepEqual((await call(store, ...args)).args, [null, undefined]);
	assert.deepEqual((await call(store, "leader")).args, [null, ""]);
});

for (const [what, body, result] of [
	["an empty body", "", undefined],
	["null", "null", null],
	["{}", "{}", {}],
]) {
	test(`22. with json on, ${what} is no crash`, async (t) => {
		const host = await hostOf(t, [{ body }]);
		const store = client(t, host.url, { json: true });
		const plain = client(t, host.url);
		for (const args of [
			["get", "k"],
			["set", "k", 1],
			["del", "k"],
		])
			assert.deepEqual((await call(store, ...args)).args, [null, result]);
		const { args } = await call(plain, "get", "k", { json: true });
		assert.deepEqual(args, [null, result]);
	});
}

test("22. a wait answered with JSON that is no event is no crash", async (t) => {
	for (const body of ["{}", "null", '"text"', "text"]) {
		const event = { body: node("/k", "v", 9, "set") };
		const host = await hostOf(t, [{ body }, event]);
		const { args } = await call(client(t, host.url), "wait", "k");
		assert.equal(args.length, 3);
		assert.equal(typeof args[2], "function");
	}
});

// Over the v3 API each member knows the leader's id, and no more.
async function assertSameLeader(t, { members, urls, leader }, args) {
	const { id } = await leader();
	const text = JSON.stringify({ leader: BigInt(id).toString(16) });
	assert.deepEqual(args, [null, text]);
	for (const { url } of members) {
		assert.deepEqual((await call(client(t, url), "leader")).args, args);
		const stats = await call(client(t, url), "stats.leader");
		assert.deepEqual(stats.args, [null, JSON.parse(text)]);
	}
	const machines = await call(client(t, urls[0]), "machines");
	assert.deepEqual(machines.args, [null, [...urls].sort()]);
}

test("23. leader gives the text of stats/leader, and a follower's 403 is an error", async (t) => {
	const cluster = await startCluster();
	t.after(() => cluster.stop());
	const leader = await cluster.leader();
	const follower = cluster.members.find((member) => member !== leader);
	const { args } = await call(client(t, leader.url), "leader");
	assert.equal(typeof args[1], "string");
	if (isV3()) return assertSameLeader(t, cluster, args);
	assert.equal(Object.keys(JSON.parse(args[1]).followers).length, 2);
	const error = await failure(client(t, follower.url), "leader");
	assert.equal(error.message, "bad status: 403");
	const stats = await failure(client(t, follower.url), "stats.leader");
	assert.equal(stats.message, "not current leader");
	const machines = await call(client(t, follower.url), "machines");
	assert.deepEqual(machines.args, [null, [...cluster.urls].sort()]);
});

test("23. machines splits on commas and drops the space around them", async (t) => {
	const host = await hostOf(t, [
		{ body: " http://a:1, http://b:2 ,http://c:3\n" },
		{ body: "http://a:1" },
	]);
	const store = client(t, host.url);
	const list = ["http://a:1", "http://b:2", "http://c:3"];
	assert.deepEqual((await call(store, "machines")).args, [null, list]);
	assert.deepEqual((await call(store, "machines")).args, [null, [list[0]]]);
});
