// Answers of servers that are out of order or without the v2 API. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { before, after, test } = require("node:test");
const { call, etcdError, node, startEtcd } = require("../support");
const { client, hostOf, hostsOf } = require("../support/lifetime");

const RAFT_ERROR = etcdError(300, "Raft Internal Error", "timed out", 12);
const FAILING = { status: 500, body: RAFT_ERROR };
const FOUND = { body: node("/k", "v", 5) };

const CALLS = [
	["get", "k"],
	["set", "k", "v"],
	["update", "k", "v"],
	["del", "k"],
	["compareAndSwap", "k", "v", "w"],
	["compareAndDelete", "k", "v"],
	["push", "k", "v"],
	["mkdir", "k"],
	["rmdir", "k"],
	["wait", "k"],
	["machines"],
	["leader"],
	["stats.self"],
	["stats.store"],
	["stats.leader"],
];

let withoutV2;
before(async () => {
	withoutV2 = await startEtcd({ v2: false });
});
after(() => withoutV2.stop());

function assertNoV2(error, url) {
	assert.ok(error instanceof Error);
	assert.equal(error.code, "ERR_ETCD_NO_V2_API");
	assert.ok(error.message.includes(url), error.message);
	assert.ok(error.message.includes("--enable-v2"), error.message);
}

for (const [method, ...args] of CALLS) {
	test(`20. ${method} at an etcd whose v2 API is off is an error that says so`, async (t) => {
		const store = client(t, withoutV2.url);
		const { args: results } = await call(store, method, ...args);
		assertNoV2(results[0], withoutV2.url);
		assert.equal(results.length, method === "wait" ? 3 : 1);
	});
}

test("20. stats.self of a machine whose v2 API is off is an error that names it", async (t) => {
	const host = await hostOf(t, [{ body: "{}" }]);
	const store = client(t, host.url);
	const { args } = await call(store, "stats.self", withoutV2.url);
	assertNoV2(args[0], withoutV2.url);
});

test("20. the error about the v2 API keeps the password of the host to itself", async (t) => {
	const store = client(t, `http://root:secret@${withoutV2.host}`);
	const { args } = await call(store, "get", "k");
	assertNoV2(args[0], withoutV2.host);
	const { message, stack, endpoint, attempts } = args[0];
	const told = [message, stack, endpoint, JSON.stringify(attempts)].join(" ");
	assert.doesNotMatch(told, /secret/);
});

test("20. a 404 whose JSON is no error of etcd v2 is no miss", async (t) => {
	const bodies = [{ message: "Not Found" }, {}, "null", "", { error: "x" }];
	for (const body of bodies) {
		const host = await hostOf(t, [{ status: 404, body }]);
		const { args } = await call(client(t, host.url), "get", "k");
		assertNoV2(args[0], host.url);
	}
});

for (const [status, code] of [
	[404, 105],
	[400, 100],
]) {
	test(`20. a ${status} with etcd's error ${code} is no miss`, async (t) => {
		const body = etcdError(code, "an error", "/k", 12);
		const host = await hostOf(t, [{ status, body }]);
		for (const [method, ...rest] of [
			["get", "k"],
			["wait", "k"],
			["stats.store"],
		]) {
			const { args } = await call(client(t, host.url), method, ...rest);
			assert.equal(args[0]?.code, code, method);
		}
	});
}

test("24. a get answered 5xx is asked of the next host", async (t) => {
	for (const status of [500, 502, 503, 504]) {
		const hosts = await hostsOf(t, [{ status, body: "no" }], [FOUND]);
		const store = client(t, [hosts[0].url, hosts[1].url]);
		const { args } = await call(store, "get", "k");
		assert.deepEqual(args, [null, FOUND.body]);
		assert.equal(hosts[0].requests.length, 1);
	}
});

test("24. where every host answers 5xx the last answer is handed up unchanged", async (t) => {
	let asked = 0;
	const failing = () => {
		asked++;
		const body = etcdError(300, "Raft Internal Error", "timed out", asked);
		return { status: 500, body };
	};
	const hosts = await hostsOf(t, failing, failing);
	const store = client(t, [hosts[0].url, hosts[1].url]);
	const { args } = await call(store, "get", "k");
	const { message, code, cause, index } = args[0];
	assert.deepEqual(
		[message, code, cause, index],
		["Raft Internal Error", 300, "timed out", asked],
	);
	for (const host of hosts) assert.ok(host.requests.length > 0);
	assert.ok(asked <= 3, "at most hosts + 1 attempts");
});

test("24. a get answered 4xx is not asked of the next host", async (t) => {
	const body = etcdError(104, "Not a directory", "/k", 3);
	const hosts = await hostsOf(t, [{ status: 400, body }], [FOUND]);
	const store = client(t, [hosts[0].url, hosts[1].url]);
	const { args } = await call(store, "get", "k");
	assert.equal(args[0].code, 104);
	assert.equal(hosts[1].requests.length, 0);
});

for (const [method, ...args] of [
	["set", "k", "v"],
	["update", "k", "v"],
	["compareAndSwap", "k", "v", "w"],
	["del", "k"],
	["compareAndDelete", "k", "v"],
	["push", "k", "v"],
	["mkdir", "k"],
	["rmdir", "k"],
]) {
	test(`24. ${method} answered 5xx is not sent to the next host`, async (t) => {
		const hosts = await hostsOf(t, [FAILING], [FOUND]);
		const store = client(t, [hosts[0].url, hosts[1].url]);
		const { args: results } = await call(store, method, ...args);
		assert.equal(results[0].code, 300);
		assert.equal(results[0].message, RAFT_ERROR.message);
		assert.equal(hosts[0].requests.length, 1);
		assert.equal(hosts[1].requests.length, 0);
	});
}
