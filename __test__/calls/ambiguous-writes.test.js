// Writes whose outcome is not known. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const {
	blackHole,
	call,
	closedPort,
	node,
	prefix,
	sharedEtcd,
} = require("../support");
const { certificates } = require("../support/tls/certificates");
const { client, hostOf, hostsOf, silentHost } = require("../support/lifetime");

const DONE = { body: node("/k", "v", 5, "set") };

// These may not be applied twice.
const ONCE = [
	["push", "k", "v"],
	["update", "k", "v"],
	["compareAndSwap", "k", "v", "w"],
	["compareAndDelete", "k", "v"],
	["set", "k", "v", { prevExist: false }],
	["set", "k", "v", { prevValue: "w" }],
	["set", "k", "v", { prevIndex: 7 }],
	["del", "k", { prevValue: "w" }],
	["del", "k", { prevIndex: 7 }],
	["mkdir", "k", { prevExist: false }],
];

function label([method, , ...rest]) {
	const options = rest.find((arg) => typeof arg === "object");
	return options ? `${method} with ${Object.keys(options)[0]}` : method;
}

/** A copy: calls write to their options. */
function invoke(store, [method, ...args]) {
	const copies = args.map((a) => (typeof a === "object" ? { ...a } : a));
	return call(store, method, ...copies);
}

for (const write of ONCE) {
	test(`26. ${label(write)} that may have reached a server is not sent again`, async (t) => {
		for (const fault of ["hangup", "reset", "cut"]) {
			const hosts = await hostsOf(t, [fault], [DONE]);
			const store = client(t, [hosts[0].url, hosts[1].url]);
			const { args } = await invoke(store, write);
			assert.equal(args.length, 1);
			assert.equal(args[0].code, "ECONNRESET");
			assert.equal(args[0].ambiguous, true);
			assert.equal(hosts[0].requests.length, 1);
			assert.equal(hosts[1].requests.length, 0);
		}
	});

	test(`26. ${label(write)} that a server does not answer in time is not sent again`, async (t) => {
		const silent = await silentHost(t);
		const good = await hostOf(t, [DONE]);
		const store = client(t, [silent.url, good.url], { timeout: 100 });
		const { args } = await invoke(store, write);
		assert.equal(args[0].code, "ESOCKETTIMEDOUT");
		assert.equal(args[0].ambiguous, true);
		assert.equal(good.requests.length, 0);
	});

	test(`26. ${label(write)} that could not connect is sent to the next host`, async (t) => {
		const good = await hostOf(t, [DONE]);
		const store = client(t, [`127.0.0.1:${await closedPort()}`, good.url]);
		const { args } = await invoke(store, write);
		assert.deepEqual(args, [null, DONE.body]);
		assert.equal(good.requests.length, 1);
	});
}

test("26. a push whose connecting timed out is sent to the next host", async (t) => {
	const hole = await blackHole();
	t.after(() => hole.close());
	const good = await hostOf(t, [DONE]);
	const store = client(t, [hole.url, good.url], { timeout: 200 });
	const { args } = await call(store, "push", "k", "v");
	assert.deepEqual(args, [null, DONE.body]);
	assert.equal(good.requests.length, 1);
});

test("26. a push whose host's name is not known is sent to the next host", async (t) => {
	const good = await hostOf(t, [DONE]);
	const store = client(t, ["etcd.invalid:2379", good.url]);
	assert.deepEqual((await call(store, "push", "k", "v")).args, [
		null,
		DONE.body,
	]);
});

test("26. a push whose host has a certificate nobody trusts is sent to the next host", async (t) => {
	const { tls } = (await certificates()).selfSigned;
	const secure = await hostOf(t, [DONE], { tls });
	const good = await hostOf(t, [DONE]);
	const store = client(t, [secure.url, good.url]);
	assert.deepEqual((await call(store, "push", "k", "v")).args, [
		null,
		DONE.body,
	]);
	assert.equal(secure.requests.length, 0);
});

test("26. a push is tried on hosts + 1 hosts where none can be connected to, and is not ambiguous", async (t) => {
	const ports = [await closedPort(), await closedPort()];
	const store = client(
		t,
		ports.map((port) => `127.0.0.1:${port}`),
	);
	const [error] = (await call(store, "push", "k", "v")).args;
	assert.equal(error.code, "ECONNREFUSED");
	assert.ok(!error.ambiguous);
	assert.equal(error.attempts.length, 3);
});

test("26. a push on a connection that was used before is not sent again when the server hangs up", async (t) => {
	const host = await hostOf(t, [DONE, "hangup", DONE]);
	const store = client(t, host.url);
	await call(store, "push", "k", "1");
	const [error] = (await call(store, "push", "k", "2")).args;
	assert.equal(error.ambiguous, true);
	assert.deepEqual(
		host.requests.map(({ body }) => body),
		["value=1", "value=2"],
	);
});

test("26. a plain write that failed everywhere is ambiguous if a server may have seen it", async (t) => {
	const closed = `127.0.0.1:${await closedPort()}`;
	const host = await hostOf(t, ["hangup"]);
	for (const args of [
		["set", "k", "v"],
		["del", "k"],
		["mkdir", "k"],
	]) {
		const seen = await call(client(t, [host.url, closed]), ...args);
		assert.equal(seen.args[0].ambiguous, true);
		const unseen = await call(client(t, [closed]), ...args);
		assert.ok(!unseen.args[0].ambiguous);
	}
});

test("26. a read is never ambiguous", async (t) => {
	const host = await hostOf(t, ["hangup"]);
	for (const args of [["get", "k"], ["machines"], ["stats.self"]]) {
		const [error] = (await call(client(t, host.url), ...args)).args;
		assert.equal(error.code, "ECONNRESET");
		assert.ok(!error.ambiguous);
	}
});

for (const write of [["set", "k", "v"], ["del", "k"], ...ONCE.slice(0, 4)])
	test(`26. ${label(write)} that a server fails on is ambiguous`, async (t) => {
		const body = {
			errorCode: 300,
			message: "Raft Internal Error",
			cause: "etcdserver: request timed out",
			index: 4,
		};
		const host = await hostOf(t, [{ status: 500, body }]);
		const { args } = await invoke(client(t, host.url), write);
		assert.equal(args[0].code, 300);
		assert.equal(args[0].ambiguous, true);
		assert.equal(host.requests.length, 1);
	});

test("26. an answer of etcd that refuses a write is not ambiguous", async (t) => {
	const body = { errorCode: 101, message: "Compare failed", index: 4 };
	const host = await hostOf(t, [{ status: 412, body }]);
	const { args } = await call(
		client(t, host.url),
		"compareAndSwap",
		"k",
		"v",
		"w",
	);
	assert.equal(args[0].code, 101);
	assert.ok(!args[0].ambiguous);
});

test("26. the update of a directory, which etcd 3.5 refuses as if raft had failed, is not ambiguous", async (t) => {
	const store = client(t, await sharedEtcd());
	const directory = `${prefix()}d`;
	await call(store, "mkdir", directory);
	const update = ["update", directory, undefined, { dir: true, ttl: 100 }];
	const [error, body] = (await call(store, ...update)).args;
	if (!error) return assert.ok(body.node.ttl > 90);
	assert.match(error.cause, /Not a file/);
	assert.equal(error.ambiguous, undefined);
	const [, found] = (await call(store, "get", directory)).args;
	assert.equal(found.node.ttl, undefined);
});

for (const [write, refusal] of [
	[["del", "k"], { status: 404, body: { errorCode: 100, message: "m" } }],
	[["mkdir", "k"], { status: 403, body: { errorCode: 102, message: "m" } }],
	[["set", "k", "v"], { status: 404, body: "404 page not found" }],
])
	test(`26. ${label(write)} that is refused after an attempt that may have been applied is ambiguous`, async (t) => {
		const hosts = await hostsOf(t, ["hangup"], [refusal]);
		const store = client(
			t,
			hosts.map(({ url }) => url),
		);
		const { args } = await invoke(store, write);
		assert.equal(args[0].status, refusal.status);
		assert.equal(args[0].ambiguous, true);
		assert.deepEqual(args[0].attempts, [
			{ host: hosts[0].url, error: "socket hang up" },
			{ host: hosts[1].url, error: `status ${refusal.status}` },
		]);
	});

test("26. a set whose key brings a condition is not sent again", async (t) => {
	const host = await hostOf(t, ["hangup", DONE]);
	const store = client(t, host.url);
	const { args } = await call(store, "set", "k?prevExist=false", "v");
	assert.equal(args[0].ambiguous, true);
	assert.equal(host.requests.length, 1);
});
