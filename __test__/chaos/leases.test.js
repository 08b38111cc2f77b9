// Times to live around an election: the members agree on when a key ends.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { call, prefix, startCluster } = require("../support");
const { client } = require("../support/lifetime");
const { until } = require("../support/etcd/member");

const KEYS = 8;
const TTL_S = 3;

let cluster;
before(async () => {
	cluster = await startCluster();
});
after(() => cluster.stop());

/** Sets keys with a time to live; resolves with the index before them. */
async function setAll(store, directory) {
	const { args } = await call(store, "set", `${directory}first`, "v");
	const keys = Array.from({ length: KEYS }, (_, i) => `${directory}${i}`);
	const ttl = { ttl: TTL_S };
	const set = await Promise.all(
		keys.map((k) => call(store, "set", k, "v", ttl)),
	);
	for (const { args } of set) assert.equal(args[0], null);
	return args[1].node.modifiedIndex;
}

/** Follows a directory: `ends` has `[key, action, ms]` of each end of a key. */
function follow(store, directory, waitIndex) {
	const ends = [];
	const started = performance.now();
	store.wait(
		directory,
		{ recursive: true, waitIndex },
		function on(err, event, next) {
			const { action, node } = event ?? {};
			if (!err && /expire|delete/.test(action))
				ends.push([node.key, action, performance.now() - started]);
			next(on);
		},
	);
	return ends;
}

for (const how of ["kill", "pause"])
	test(`keys expire once and not early when the leader gets a ${how} before`, async (t) => {
		const store = client(t, cluster.urls, { timeout: 2000 });
		const directory = prefix();
		const index = await setAll(store, directory);
		const ends = follow(store, directory, index + 1);
		const leader = await cluster.leader();
		await leader[how]();
		await until(
			() => ends.length >= KEYS,
			() => new Error(`${ends.length} keys have expired`),
		);
		await (how === "kill" ? leader.restart() : leader.resume());
		await call(store, "set", `${directory}last`, "v");
		const keys = ends.map(([key]) => key).sort();
		const all = Array.from({ length: KEYS }, (_, i) => `/${directory}${i}`);
		assert.deepEqual(keys, all);
		for (const [key, action, ms] of ends) {
			assert.equal(action, "expire");
			assert.ok(ms > (TTL_S - 1) * 1000, `${key} has ended after ${ms} ms`);
			const { args } = await call(store, "get", key, { quorum: true });
			assert.deepEqual(args, [null, undefined]);
		}
	});
