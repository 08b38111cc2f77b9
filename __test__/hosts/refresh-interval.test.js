// The interval at which the list of hosts is refreshed; it takes that long. The numbers are those of the
// points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { call, node } = require("../support");
const { client, deferred, hostOf, silentHost } = require("../support/lifetime");
const { until } = require("../support/etcd/member");

const LITTLE_LESS_THAN_30_S = 29_000;

/** A host of a cluster of two; `refreshed` resolves when it is asked for the list. */
async function memberHost(t) {
	const { promise, resolve } = deferred();
	const host = await hostOf(t, ({ url }) => {
		if (url !== "/v2/machines") return { body: node("/k", "v", 5) };
		resolve();
		return { body: `${host.url}, http://b:2` };
	});
	return Object.assign(host, { refreshed: promise });
}

function machinesAsked({ requests }) {
	return requests.filter(({ url }) => url === "/v2/machines").length;
}

test("38. destroy ends a refresh in flight", async (t) => {
	const hosts = [await silentHost(t), await silentHost(t)];
	const urls = hosts.map(({ url }) => url);
	const store = client(t, urls, { refresh: true, timeout: 1000 });
	await hosts[0].asked;
	store.destroy();
	await hosts[0].left;
	assert.deepEqual(hosts.map(machinesAsked), [1, 0]);
	// A refresh that went on would ask the second host when the first one's time is up.
	await sleep(1500);
	assert.deepEqual(hosts.map(machinesAsked), [1, 0]);
});

test("39. the list is refreshed every 30 seconds, until destroy", async (t) => {
	const hosts = await Promise.all(
		Array.from({ length: 4 }, () => memberHost(t)),
	);
	const [plain, destroyed, started, refreshed] = hosts;
	const without = client(t, plain.url);
	client(t, destroyed.url, { refresh: true }).destroy();
	const later = client(t, started.url);
	later.autoRefresh();
	const store = client(t, refreshed.url, { refresh: true });
	for (const one of [store, later, without]) await call(one, "get", "k");
	await sleep(LITTLE_LESS_THAN_30_S);
	assert.deepEqual(hosts.map(machinesAsked), [0, 0, 0, 0]);
	// The store's timer is the last to have been started: when it fires, so have all the others.
	await Promise.all([started.refreshed, refreshed.refreshed]);
	// What the destroyed one may have sent then arrives before this.
	await call(client(t, destroyed.url), "get", "k");
	assert.deepEqual(hosts.map(machinesAsked), [0, 0, 1, 1]);
	const taken = () => store._hosts.length === 2;
	await until(taken, () => new Error("the list is not taken over"));
	assert.deepEqual(store._hosts, [refreshed.url, "http://b:2"]);
	assert.deepEqual(without._hosts, [plain.url]);
});
