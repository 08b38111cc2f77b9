// Refreshing the list of hosts. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, closedPort, node, startCluster } = require("../support");
const { inChild } = require("../support/child");
const { client, hostOf, hostsOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };
const REFRESH = { refresh: true };

/** A host that answers /v2/machines with what `list()` gives, and all else with a node. */
function memberHost(t, list) {
	return hostOf(t, ({ url }) => {
		if (url !== "/v2/machines") return FOUND;
		const answer = list();
		return typeof answer === "string" ? { body: answer } : answer;
	});
}

function askedFor(host, url) {
	return host.requests.filter((request) => request.url === url).length;
}

test("39. refresh is off by default: machines changes no host", async (t) => {
	const host = await memberHost(t, () => "http://a:1, http://b:2");
	for (const opts of [undefined, {}, { refresh: false }]) {
		const store = client(t, host.url, opts);
		const { args } = await call(store, "machines");
		assert.deepEqual(args, [null, ["http://a:1", "http://b:2"]]);
		assert.deepEqual(store._hosts, [host.url]);
		assert.equal((await call(store, "get", "k")).args[0], null);
	}
});

test("39. with refresh the new list is the one the cluster gave", async (t) => {
	const cluster = await startCluster();
	t.after(() => cluster.stop());
	const store = client(t, cluster.urls[1], REFRESH);
	const { args } = await call(store, "machines");
	assert.deepEqual(args[1], [...cluster.urls].sort());
	assert.deepEqual([...store._hosts].sort(), [...cluster.urls].sort());
	await cluster.members[1].kill();
	for (let i = 0; i < 6; i++)
		assert.equal((await call(store, "get", "none")).args[0], null);
});

for (const [what, before, after] of [
	["more hosts", ["a:1"], ["http://a:1", "http://b:2", "http://c:3"]],
	["other hosts", ["a:1", "b:2"], ["http://c:3", "http://d:4"]],
	["fewer hosts", ["a:1", "b:2", "c:3"], ["http://c:3"]],
]) {
	test(`39. with refresh a list of ${what} is taken over`, async (t) => {
		const host = await memberHost(t, () => after.join(", "));
		const store = client(t, [host.url, ...before], REFRESH);
		const { args } = await call(store, "machines");
		assert.deepEqual(args, [null, after]);
		assert.deepEqual([...store._hosts].sort(), [...after].sort());
	});
}

test("39. the hosts of the new list are asked in turn, and the old ones are not", async (t) => {
	const [one, two] = await hostsOf(t, [FOUND], [FOUND]);
	const seed = await memberHost(t, () => `${one.url},${two.url}`);
	const store = client(t, seed.url, REFRESH);
	await call(store, "machines");
	for (let i = 0; i < 4; i++) await call(store, "get", "k");
	assert.deepEqual([one.requests.length, two.requests.length], [2, 2]);
	assert.equal(seed.requests.length, 1);
});

test("39. a list that comes again changes nothing", async (t) => {
	const host = await memberHost(t, () => host.url);
	const store = client(t, host.url, REFRESH);
	for (let i = 0; i < 3; i++) await call(store, "machines");
	assert.deepEqual(store._hosts, [host.url]);
});

for (const [what, answer] of [
	["is empty", ""],
	["is only space", " \n"],
	["is only commas", " , ,"],
	["is an error", { status: 500, body: "no" }],
	["is a 404", { status: 404, body: "404 page not found" }],
]) {
	test(`39. an answer that ${what} changes no host`, async (t) => {
		const host = await memberHost(t, () => answer);
		const store = client(t, host.url, REFRESH);
		await call(store, "machines");
		assert.deepEqual(store._hosts, [host.url]);
		assert.deepEqual((await call(store, "get", "k")).args, [null, FOUND.body]);
	});
}

test("39. where every refreshed host fails, the seeds are tried again", async (t) => {
	const closed = [await closedPort(), await closedPort()];
	const list = closed.map((port) => `http://127.0.0.1:${port}`).join(", ");
	for (const args of [
		["get", "k"],
		["set", "k", "v"],
		["del", "k"],
		["push", "k", "v"],
		["wait", "k"],
	]) {
		const seed = await memberHost(t, () => list);
		const store = client(t, seed.url, REFRESH);
		await call(store, "machines");
		const { args: results } = await call(store, ...args);
		assert.deepEqual(results.slice(0, 2), [null, FOUND.body], args[0]);
	}
});

test("39. where every refreshed host fails, each of the seeds has its turn", async (t) => {
	const closed = `http://127.0.0.1:${await closedPort()}`;
	const first = await memberHost(t, () => closed);
	const last = await hostOf(t, [FOUND]);
	const store = client(t, [first.url, closed, last.url], REFRESH);
	await call(store, "machines");
	assert.deepEqual(store._hosts, [closed]);
	await first.close();
	assert.deepEqual((await call(store, "get", "k")).args, [null, FOUND.body]);
	assert.equal(last.requests.length, 1);
});

test("39. a seed that stands in the new list keeps its credentials", async (t) => {
	const host = await memberHost(t, () => host.url);
	const store = client(t, `http://u:p@${host.host}`, REFRESH);
	await call(store, "machines");
	await call(store, "get", "k");
	const basic = `Basic ${Buffer.from("u:p").toString("base64")}`;
	assert.equal(host.requests[1].headers.authorization, basic);
});

test("39. where the refreshed hosts are no etcd any more, the seeds give a new list", async (t) => {
	const closed = `http://127.0.0.1:${await closedPort()}`;
	const lists = [closed];
	const seed = await memberHost(t, () => lists.shift() ?? seed.url);
	const store = client(t, seed.url, REFRESH);
	await call(store, "machines");
	assert.deepEqual(store._hosts, [closed]);
	const { args } = await call(store, "machines");
	assert.deepEqual(args, [null, [seed.url]]);
	assert.deepEqual(store._hosts, [seed.url]);
});

test("39. autoRefresh turns refresh on", async (t) => {
	const host = await memberHost(t, () => "http://a:1");
	const store = client(t, host.url);
	store.autoRefresh();
	await call(store, "machines");
	assert.deepEqual(store._hosts, ["http://a:1"]);
});

test("39. nothing is asked for before 30 seconds have passed", async (t) => {
	const host = await memberHost(t, () => host.url);
	const store = client(t, host.url, REFRESH);
	await call(store, "get", "k");
	store.autoRefresh();
	await call(store, "get", "k");
	assert.equal(askedFor(host, "/v2/machines"), 0);
});

test("39. refresh does not hold the process", async (t) => {
	const host = await memberHost(t, () => host.url);
	const { result, code, signal } = await inChild(
		async ({ subject, call }, url) => {
			const store = subject(url, { refresh: true });
			subject(url).autoRefresh();
			return (await call(store, "get", "k")).args[0];
		},
		[host.url],
	);
	assert.deepEqual([code, signal, result], [0, null, null]);
});
