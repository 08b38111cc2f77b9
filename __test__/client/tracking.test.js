// Requests to one machine, and requests that were retried or redirected. The numbers are those of the points
// of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, closedPort, node, startCluster } = require("../support");
const { client, hostOf, hostsOf, silentHost } = require("../support/lifetime");
const { inChild } = require("../support/child");

const FOUND = { body: node("/k", "v", 5) };
const SELF = { body: { name: "m", state: "StateLeader" } };

test("29. stats.self goes to the machine that is named, by URL or as a bare host", async (t) => {
	const cluster = await startCluster();
	t.after(() => cluster.stop());
	const [first, ...others] = cluster.members;
	const store = client(t, first.url);
	for (const { url, host, name } of others)
		for (const machine of [url, host, `${url}/`]) {
			const { args } = await call(store, "stats.self", machine);
			assert.equal(args[0], null);
			assert.equal(args[1].name, name);
		}
});

test("29. stats.self of a machine whose name is outside ASCII goes to it", async (t) => {
	const machine = await hostOf(t, [SELF]);
	const name = `ｌｏｃａｌｈｏｓｔ:${machine.port}`;
	const { args } = await call(client(t, machine.url), "stats.self", name);
	assert.deepEqual(args, [null, SELF.body]);
	assert.equal(machine.requests[0].headers.host, `localhost:${machine.port}`);
});

test("29. stats.self of null is asked of the hosts of the list in turn", async (t) => {
	const hosts = await hostsOf(t, [SELF], [SELF]);
	const store = client(t, [hosts[0].url, hosts[1].url]);
	for (const machine of [null, undefined])
		assert.deepEqual((await call(store, "stats.self", machine)).args, [
			null,
			SELF.body,
		]);
	for (const host of hosts) assert.equal(host.requests.length, 1);
});

test("29. stats.self of a machine that fails asks no other host, and names it", async (t) => {
	const other = await hostOf(t, [SELF]);
	const store = client(t, other.url);
	const hangup = await hostOf(t, ["hangup"]);
	const closed = `127.0.0.1:${await closedPort()}`;
	for (const host of [hangup.host, closed])
		for (const machine of [`http://${host}`, host]) {
			const { args } = await call(store, "stats.self", machine);
			assert.equal(args[0].endpoint, `http://${host}`);
			assert.deepEqual(
				new Set(args[0].attempts.map((attempt) => attempt.host)),
				new Set([`http://${host}`]),
			);
		}
	assert.equal(other.requests.length, 0);
});

test("29. an answer of a machine that is an error names it", async (t) => {
	const other = await hostOf(t, [SELF]);
	const failing = await hostOf(t, [{ status: 500, body: "no" }]);
	const store = client(t, other.url);
	const { args } = await call(store, "stats.self", failing.url);
	assert.equal(args[0].message, "bad status: 500");
	assert.equal(args[0].endpoint, failing.url);
	assert.equal(other.requests.length, 0);
});

test("29. stats.self sends the credentials of the machine's URL", async (t) => {
	const [list, machine] = await hostsOf(t, [SELF], [SELF]);
	const store = client(t, list.url);
	await call(store, "stats.self", `http://u:p@${machine.host}`);
	const basic = `Basic ${Buffer.from("u:p").toString("base64")}`;
	assert.equal(machine.requests[0].headers.authorization, basic);
});

/** Hosts whose first one moves the request on to the second, which is silent. */
const WAYS = {
	retried: () => "hangup",
	redirected: (silent) => ({
		status: 307,
		headers: { location: `${silent.url}/v2/keys/k` },
	}),
};

for (const [how, answer] of Object.entries(WAYS)) {
	test(`30. stop reaches a get that was ${how}`, async (t) => {
		const silent = await silentHost(t);
		const first = await hostOf(t, [answer(silent), FOUND]);
		const store = client(t, [first.url, silent.url]);
		let calls = 0;
		const stop = store.get("k", () => calls++);
		await silent.asked;
		stop();
		await silent.left;
		await call(store, "stats.self", first.url);
		assert.equal(calls, 0);
	});

	test(`30. destroy reaches every kind of call that was ${how}`, async (t) => {
		const calls = [
			["get", "k"],
			["set", "k", "v"],
			["del", "k"],
			["wait", "k"],
		];
		for (const [method, ...args] of calls) {
			const silent = await silentHost(t);
			const first = await hostOf(t, [answer(silent)]);
			const store = client(t, [first.url, silent.url]);
			const errors = [];
			store[method](...args, (error) => errors.push(error.message));
			await silent.asked;
			store.destroy();
			assert.deepEqual(errors, ["store destroyed"]);
			await silent.left;
		}
	});
}

test("30. stop reaches a wait that polls again after a failure", async (t) => {
	const silent = await silentHost(t);
	const first = await hostOf(t, ["hangup", FOUND]);
	const store = client(t, [first.url, silent.url]);
	let calls = 0;
	const stop = store.wait("k", () => calls++);
	await silent.asked;
	stop();
	await silent.left;
	await call(store, "stats.self", first.url);
	assert.equal(calls, 0);
});

test("30. a call that was retried does not hold the process after destroy", async (t) => {
	const silent = await silentHost(t);
	const first = await hostOf(t, ["hangup"]);
	const signal = await hostOf(t, () => silent.asked.then(() => ({})));
	const { result, code } = await inChild(
		({ subject }, hosts, signalUrl) =>
			new Promise((resolve) => {
				const store = subject(hosts);
				store.get("k", (error) => resolve(error.message));
				const http = require("node:http");
				const request = http.get(signalUrl, { agent: false }, (response) => {
					response.resume();
					store.destroy();
				});
				request.end();
			}),
		[[first.url, silent.url], signal.url],
	);
	assert.equal(result, "store destroyed");
	assert.equal(code, 0);
});
