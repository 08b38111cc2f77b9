// A member that is frozen: its kernel accepts connections, and nothing is answered.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { prefix, startCluster } = require("../support");
const { client } = require("../support/lifetime");
const { until } = require("../support/etcd/member");
const { put } = require("./direct");

const TIMEOUT_MS = 1000;
// An idle wait notices after its timeout has run out twice.
const MOST_MS = 6000;
const EVENTS = 5;

let cluster;
before(async () => {
	cluster = await startCluster();
});
after(() => cluster.stop());

test("a wait at a member that freezes gets all events from another one, soon", async (t) => {
	const [frozen, ...others] = cluster.members;
	const store = client(t, cluster.urls, { timeout: TIMEOUT_MS });
	const key = `/${prefix()}key`;
	const seen = [];
	store.wait(key, function onchange(err, result, next) {
		if (!err) seen.push(result.node.value);
		next(onchange);
	});
	await frozen.watched();
	await frozen.pause();
	t.after(() => frozen.resume());
	for (let i = 0; i < EVENTS; i++) await put(others, key, String(i));
	const written = performance.now();
	await until(
		() => seen.length >= EVENTS,
		() => new Error(`of the events came ${seen}`),
	);
	assert.deepEqual(seen, ["0", "1", "2", "3", "4"]);
	const ms = performance.now() - written;
	assert.ok(ms < MOST_MS, `the events came after ${ms} ms`);
});
