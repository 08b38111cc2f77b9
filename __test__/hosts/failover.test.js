// Hosts that have failed: they are in quarantine until a probe is answered.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const { test } = require("node:test");
const {
	blackHole,
	call,
	closedPort,
	node,
	startCluster,
} = require("../support");
const { client, deferred, hostOf, hostsOf } = require("../support/lifetime");
const { until } = require("../support/etcd/member");

const FOUND = { body: node("/k", "v", 5) };
const PROBE = "/version";
const LONG = 30_000;

const isProbe = ({ url }) => url === PROBE;
const urlsOf = (hosts) => hosts.map((host) => host.url);

/** A host on a port of its own: it answers what `answer.now` says, and notes when it is probed. */
async function changingHost(t, now) {
	const answer = { now };
	const probes = [];
	const host = await hostOf(t, (request) => {
		if (isProbe(request)) probes.push(performance.now());
		return answer.now;
	});
	return { url: host.url, requests: host.requests, answer, probes };
}

async function get(store) {
	const { args } = await call(store, "get", "k");
	return args;
}

/** Calls until `condition` holds, which the calls bring about. */
async function callUntil(store, condition) {
	await until(
		async () => {
			assert.deepEqual(await get(store), [null, FOUND.body]);
			return condition();
		},
		() => new Error("what the calls are to bring about has not come"),
	);
}

test("a host that has failed is asked no more as long as another one answers", async (t) => {
	const [dead, good] = await hostsOf(t, ["hangup"], [FOUND]);
	const store = client(t, [dead.url, good.url]);
	for (let i = 0; i < 20; i++)
		assert.deepEqual(await get(store), [null, FOUND.body]);
	assert.equal(dead.requests.length, 1);
	assert.equal(good.requests.length, 20);
});

test("a push is not sent to a host in quarantine", async (t) => {
	const [dead, good] = await hostsOf(t, ["hangup"], [FOUND]);
	const store = client(t, [dead.url, good.url]);
	await get(store);
	for (let i = 0; i < 5; i++) {
		const { args } = await call(store, "push", "k", "v");
		assert.equal(args[0], null);
	}
	assert.equal(dead.requests.length, 1);
});

test("a host whose quarantine is over is probed, and called again when it answers", async (t) => {
	const back = await changingHost(t, "hangup");
	const good = await hostOf(t, [FOUND]);
	const store = client(t, [back.url, good.url]);
	await get(store);
	back.answer.now = FOUND;
	await callUntil(store, () => back.requests.length > 2);
	const [failed, probe, called] = back.requests.map(({ url }) => url);
	assert.deepEqual(
		[failed, probe, called],
		["/v2/keys/k", PROBE, "/v2/keys/k"],
	);
});

test("a host is in quarantine for a second at least, and longer with each failed probe", async (t) => {
	const dead = await changingHost(t, "hangup");
	const good = await hostOf(t, [FOUND]);
	const store = client(t, [dead.url, good.url]);
	const start = performance.now();
	await get(store);
	await callUntil(store, () => dead.probes.length === 2);
	const [first, second] = dead.probes;
	assert.ok(first - start >= 1000, `${first - start}`);
	assert.ok(second - first >= 2000, `${second - first}`);
	assert.equal(dead.requests.length, 3);
});

test("a host whose probe is answered by a server's failure goes on sitting out", async (t) => {
	const back = await changingHost(t, "hangup");
	const good = await hostOf(t, [FOUND]);
	const store = client(t, [back.url, good.url]);
	await get(store);
	back.answer.now = { status: 502 };
	await callUntil(store, () => back.probes.length === 2);
	assert.equal(back.requests.length, 3);
});

test("if every host is in quarantine, calls go to each in turn", async (t) => {
	const hosts = await hostsOf(t, ["hangup"], ["hangup"], ["hangup"]);
	const store = client(t, urlsOf(hosts));
	for (let i = 1; i <= 3; i++) {
		const [error] = await get(store);
		assert.equal(error.code, "ECONNRESET");
		const asked = hosts.flatMap((host) => host.requests);
		assert.equal(asked.length, 4 * i);
	}
});

test("a host that answers a call is in again at once", async (t) => {
	const one = await changingHost(t, "hangup");
	const two = await changingHost(t, "hangup");
	const store = client(t, [one.url, two.url]);
	await get(store);
	one.answer.now = FOUND;
	two.answer.now = FOUND;
	const before = one.requests.length + two.requests.length;
	for (let i = 0; i < 4; i++)
		assert.deepEqual(await get(store), [null, FOUND.body]);
	assert.equal(one.requests.length + two.requests.length, before + 4);
});

test("a hung host is left after the time out", async (t) => {
	const hung = await changingHost(t, "silence");
	const good = await hostOf(t, [FOUND]);
	const store = client(t, [hung.url, good.url], { timeout: 300 });
	for (let i = 0; i < 10; i++)
		assert.deepEqual(await get(store), [null, FOUND.body]);
	assert.equal(hung.requests.length, 1);
});

test("calls that queue behind a hung host go to another one when it is left", async (t) => {
	const hung = await changingHost(t, "silence");
	const good = await hostOf(t, [FOUND]);
	const store = client(t, [hung.url, good.url], { timeout: 4000 });
	// Half of them are the hung host's, and a host is sent no more than 512 at a time.
	const calls = Array.from({ length: 1200 }, () => get(store));
	for (const args of await Promise.all(calls))
		assert.deepEqual(args, [null, FOUND.body]);
	assert.equal(hung.requests.length, 512);
});

test("a server error is an answer: its host is not in quarantine", async (t) => {
	const [failing, good] = await hostsOf(t, [{ status: 503 }], [FOUND]);
	const store = client(t, [failing.url, good.url]);
	for (let i = 0; i < 4; i++) await get(store);
	assert.ok(failing.requests.length > 1);
});

test("a wait that runs out of time says nothing against its host", async (t) => {
	const hosts = await hostsOf(
		t,
		...[0, 1].map(() => ({ url }, response) => {
			if (!url.includes("wait=true")) return FOUND;
			response.writeHead(200, { "x-etcd-index": 4 }).flushHeaders();
		}),
	);
	const store = client(t, urlsOf(hosts), { timeout: 200 });
	const { args } = await call(store, "wait", "k");
	assert.equal(args[0].code, "ESOCKETTIMEDOUT");
	const isGet = ({ url }) => url === "/v2/keys/k";
	for (let i = 0; i < 4; i++) await get(store);
	for (const host of hosts) assert.equal(host.requests.filter(isGet).length, 2);
});

test("a probe ends with destroy", async (t) => {
	const probed = deferred();
	const dead = await hostOf(t, (request, response) => {
		if (!isProbe(request)) return "hangup";
		probed.resolve(response);
	});
	const good = await hostOf(t, [FOUND]);
	const store = client(t, [dead.url, good.url], { connectTimeout: LONG });
	await get(store);
	await callUntil(store, () => dead.requests.some(isProbe));
	const closed = once(await probed.promise, "close");
	store.destroy();
	await closed;
});

test("connectTimeout bounds connecting alone", async (t) => {
	const hole = await blackHole();
	t.after(() => hole.close());
	const slow = await hostOf(t, [{ ...FOUND, delay: 1000 }]);
	const hosts = [hole.url, slow.url];
	const store = client(t, hosts, { connectTimeout: 200, timeout: LONG });
	const start = performance.now();
	assert.deepEqual(await get(store), [null, FOUND.body]);
	assert.ok(performance.now() - start < LONG / 2);
	const alone = client(t, hole.url, { connectTimeout: 200, timeout: LONG });
	const [error] = await get(alone);
	assert.equal(error.code, "ETIMEDOUT");
	assert.equal(error.connect, true);
});

test("connectTimeout is the timeout where it is not given", async (t) => {
	const hole = await blackHole();
	t.after(() => hole.close());
	for (const connectTimeout of [undefined, 0, null]) {
		const store = client(t, hole.url, { connectTimeout, timeout: 200 });
		const [error] = await get(store);
		assert.equal(error.code, "ETIMEDOUT");
	}
});

test("an error lists every attempt: the host, and what happened", async (t) => {
	const [reset, failing] = await hostsOf(t, ["hangup"], [{ status: 503 }]);
	const refused = `http://127.0.0.1:${await closedPort()}`;
	const store = client(t, [reset.url, refused, failing.url]);
	const [error] = await get(store);
	assert.equal(error.message, "bad status: 503");
	const address = refused.slice("http://".length);
	assert.deepEqual(error.attempts, [
		{ host: reset.url, error: "socket hang up" },
		{ host: refused, error: `connect ECONNREFUSED ${address}` },
		{ host: failing.url, error: "status 503" },
		{ host: failing.url, error: "status 503" },
	]);
});

test("an error of etcd's lists the attempt that it answers", async (t) => {
	const host = await hostOf(t, [
		{ status: 412, body: { errorCode: 101, message: "Compare failed" } },
	]);
	const store = client(t, host.url);
	const { args } = await call(store, "compareAndSwap", "k", "v", "x");
	assert.deepEqual(args[0].attempts, [{ host: host.url, error: "status 412" }]);
});

test("with one of three members gone, each call is answered at its first attempt, and its return is noticed", async (t) => {
	const cluster = await startCluster();
	t.after(() => cluster.stop());
	const store = client(t, cluster.urls);
	const [gone] = cluster.members;
	await call(store, "set", "k", "v");
	await gone.kill();
	for (let i = 0; i < 30; i++) {
		const { args } = await call(store, "get", "k");
		assert.equal(args[0], null);
	}
	await gone.restart();
	// stats.self tells which member has answered.
	await until(
		async () => {
			const { args } = await call(store, "stats.self");
			return args[1]?.name === gone.name;
		},
		() => new Error("the member that is back is not called again"),
	);
});
