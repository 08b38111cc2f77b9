// Hosts by a discovery URL. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, closedPort, node, prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");
const { cluster, publicDiscovery } = require("../support/hosts/discovery");
const { client, deferred, hostOf, silentHost } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };

function tokenOf(host) {
	return `${host.url}/token`;
}

/** A client whose token is resolved by a host with these answers. */
async function discovering(t, answers, opts) {
	const service = await hostOf(t, answers);
	const store = client(t, { token: tokenOf(service), ...opts });
	return { service, store };
}

test("40. a token is resolved to the hosts of the cluster", async (t) => {
	const etcd = await sharedEtcd();
	const { service, store } = await discovering(t, [cluster(etcd)]);
	const key = `${prefix()}key`;
	assert.deepEqual(store._hosts, []);
	assert.equal((await call(store, "set", key, "v")).args[0], null);
	assert.equal((await call(store, "get", key)).args[1].node.value, "v");
	assert.deepEqual(store._hosts, [etcd]);
	assert.equal(service.requests.length, 1);
	assert.equal(service.requests[0].method, "GET");
	assert.equal(service.requests[0].url, "/token");
});

test("40. the service's name may be outside ASCII", async (t) => {
	const service = await hostOf(t, [cluster("http://a:1")]);
	const token = `http://ｌｏｃａｌｈｏｓｔ:${service.port}/tökén,ü`;
	const store = client(t, { token });
	await call(store, "get", "k");
	assert.equal(service.requests[0].url, encodeURI("/tökén,ü"));
	assert.deepEqual(store._hosts, ["http://a:1"]);
});

test("40. nothing is asked for before the first call", async (t) => {
	const { service, store } = await discovering(t, [cluster("http://a:1")]);
	assert.equal(service.requests.length, 0);
	store.destroy();
	await call(store, "get", "k");
	assert.equal(service.requests.length, 0);
});

test("40. a token is resolved once, however many calls wait for it", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const { service, store } = await discovering(t, [cluster(host.url)]);
	const calls = [["get", "k"], ["set", "k", "v"], ["wait", "k"], ["leader"]];
	const results = await Promise.all(
		Array.from({ length: 20 }, (_, i) => call(store, ...calls[i % 4])),
	);
	for (const { args } of results) assert.equal(args[0], null);
	await call(store, "get", "k");
	assert.equal(service.requests.length, 1);
	assert.equal(host.requests.length, 21);
});

test("40. a token may stand beside hosts, and wins", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const other = await hostOf(t, [FOUND]);
	const { store } = await discovering(t, [cluster(host.url)], {
		host: other.url,
	});
	await call(store, "get", "k");
	assert.equal(host.requests.length, 1);
	assert.equal(other.requests.length, 0);
});

for (const [what, value, url] of [
	["7001 becomes 4001", "http://127.0.0.1:7001", "http://127.0.0.1:4001"],
	[
		"2380 becomes 2379, and a name before it is dropped",
		"infra0=http://127.0.0.1:2380",
		"http://127.0.0.1:2379",
	],
	[
		"2380 becomes 2379 without a name too",
		"http://127.0.0.1:2380",
		"http://127.0.0.1:2379",
	],
	[
		"a name before 7001 is dropped",
		"infra0=http://127.0.0.1:7001",
		"http://127.0.0.1:4001",
	],
	["another port stays", "http://127.0.0.1:17001", "http://127.0.0.1:17001"],
	["an = within a URL ends no name", "http://a:1/?b=c", "http://a:1/?b=c"],
]) {
	test(`40. ${what}`, async (t) => {
		const { store } = await discovering(t, [cluster(value)]);
		await call(store, "get", "k");
		assert.deepEqual(store._hosts, [url]);
	});
}

test("40. the members of a cluster are all taken", async (t) => {
	const [one, two] = [await hostOf(t, [FOUND]), await hostOf(t, [FOUND])];
	const values = [`m0=${one.url}`, `m1=${two.url}`];
	const { store } = await discovering(t, [cluster(...values)]);
	for (let i = 0; i < 4; i++) await call(store, "get", "k");
	assert.deepEqual(store._hosts, [one.url, two.url]);
	assert.deepEqual([one.requests.length, two.requests.length], [2, 2]);
});

test("40. discovery turns refresh on", async (t) => {
	const host = await hostOf(t, ({ url }) =>
		url === "/v2/machines" ? { body: "http://a:1" } : FOUND,
	);
	const { store } = await discovering(t, [cluster(host.url)]);
	await call(store, "get", "k");
	await call(store, "machines");
	assert.deepEqual(store._hosts, ["http://a:1"]);
});

test("40. a URL of discovery.etcd.io is one of discovery", async (t) => {
	const etcd = await sharedEtcd();
	const service = await publicDiscovery(t, cluster(etcd));
	const { result, code } = await inChild(
		async ({ subject, call }, key) => {
			const store = subject("https://discovery.etcd.io/token");
			const { args } = await call(store, "set", key, "v");
			const hosts = store._hosts;
			store.destroy();
			return args[0] ? args[0].message : hosts;
		},
		[`${prefix()}key`],
		service.env,
	);
	assert.deepEqual([code, result], [0, [etcd]]);
	assert.equal(service.requests[0].url, "/token");
});

const FAILURES = {
	"an error status": { status: 500, body: "no" },
	"an error status with hosts": { status: 500, ...cluster("http://a:1") },
	"a token that is not there": { status: 404, body: { errorCode: 100 } },
	"a body that is no JSON": { body: "hello" },
	"an empty body": { body: "" },
	"a body without a node": { body: {} },
	null: { body: "null" },
	"a node without nodes": { body: node("/token", "v", 5) },
	"nodes that are none": { body: { node: { nodes: "none" } } },
	"a node without a value": { body: { node: { nodes: [{ key: "/x" }] } } },
};

for (const [what, answer] of Object.entries(FAILURES)) {
	test(`40. ${what} is an error, and the next call tries again`, async (t) => {
		const host = await hostOf(t, [FOUND]);
		const answers = [answer, cluster(host.url)];
		const { service, store } = await discovering(t, answers);
		const { args } = await call(store, "get", "k");
		assert.ok(args[0] instanceof Error);
		assert.equal(args.length, 1);
		assert.equal(service.requests.length, 1);
		assert.deepEqual((await call(store, "get", "k")).args, [null, FOUND.body]);
		assert.equal(service.requests.length, 2);
	});
}

test("40. the calls that wait for a look-up that fails all get its error, and there is no other", async (t) => {
	const ROUNDS = 200;
	const calls = [["get", "k"], ["set", "k", "v"], ["wait", "k"], ["leader"]];
	const service = await hostOf(t, [{ status: 500, body: "no" }]);
	for (let round = 0; round < ROUNDS; round++) {
		const store = client(t, { token: tokenOf(service) });
		const results = await Promise.all(
			calls.map((args) => call(store, ...args)),
		);
		for (const { args } of results) assert.ok(args[0] instanceof Error);
		assert.equal(results[2].args.length, 3);
	}
	assert.equal(service.requests.length, ROUNDS);
});

test("40. a service that cannot be reached is an error, and the next call tries again", async (t) => {
	const port = await closedPort();
	const host = await hostOf(t, [FOUND]);
	const store = client(t, { token: `http://127.0.0.1:${port}/token` });
	const { args } = await call(store, "get", "k");
	assert.equal(args[0].code, "ECONNREFUSED");
	await hostOf(t, [cluster(host.url)], { port });
	assert.deepEqual((await call(store, "get", "k")).args, [null, FOUND.body]);
});

test("40. a service that is silent is given up after the timeout", async (t) => {
	const service = await silentHost(t);
	const store = client(t, { token: tokenOf(service), timeout: 100 });
	const { args } = await call(store, "get", "k");
	assert.equal(args[0].code, "ESOCKETTIMEDOUT");
});

test("40. stop keeps the callback of a call that waits for discovery from coming", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const { store } = await discovering(t, [{ ...cluster(host.url), delay: 50 }]);
	const got = [];
	const stops = ["get", "wait"].map((method) =>
		store[method]("k", () => got.push(method)),
	);
	for (const stop of stops) stop();
	await call(store, "get", "k");
	assert.deepEqual(got, []);
	assert.equal(host.requests.length, 1);
});

test("40. destroy gives the calls that wait for discovery their error at once", async (t) => {
	const service = await silentHost(t);
	const store = client(t, { token: tokenOf(service) });
	const got = [];
	for (const method of ["get", "wait"])
		store[method]("k", (error) => got.push(error.message));
	store.set("k", "v", (error) => got.push(error.message));
	await service.asked;
	store.destroy();
	assert.deepEqual(got, Array(3).fill("store destroyed"));
	await service.left;
});

test("40. a look-up that is answered after destroy starts no call", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const [asked, answer] = [deferred(), deferred()];
	const service = await hostOf(t, (_request, _response, index) => {
		asked.resolve();
		return index === 0 ? answer.promise : cluster(host.url);
	});
	const opts = { token: tokenOf(service) };
	const [store, other] = [client(t, opts), client(t, opts)];
	store.get("k", () => {});
	await asked.promise;
	store.destroy();
	answer.resolve(cluster(host.url));
	for (let i = 0; i < 5; i++) await call(other, "get", "k");
	assert.equal(host.requests.length, 5);
});

test("40. nothing starts after destroy, and nothing holds the process", async (t) => {
	const host = await hostOf(t, [FOUND]);
	let answer;
	const gate = new Promise((resolve) => {
		answer = resolve;
	});
	let asked;
	const first = new Promise((resolve) => {
		asked = resolve;
	});
	const service = await hostOf(t, () => {
		asked();
		return gate.then(() => cluster(host.url));
	});
	const ready = await hostOf(t, () => first.then(() => FOUND));
	const { result, code } = await inChild(
		async ({ subject, call }, token, readyUrl) => {
			const store = subject({ token });
			const got = [];
			store.get("k", (error) => got.push(error.message));
			await call(subject(readyUrl), "get", "k");
			store.destroy();
			const { args } = await call(store, "get", "k");
			return [...got, args[0].message];
		},
		[tokenOf(service), ready.url],
	);
	answer();
	assert.equal(code, 0);
	assert.deepEqual(result, ["store destroyed", "store destroyed"]);
	assert.equal(host.requests.length, 0);
});
