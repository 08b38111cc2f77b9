// A cluster is upgraded from etcd 3.5 to 3.6, member by member, while clients read, write and wait.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { setTimeout } = require("node:timers/promises");
const { binaryOf } = require("../../scripts/etcd-folder");
const { startCluster, subject } = require("../support");

const OLD = binaryOf("3.5.30", "v3");
const NEW = binaryOf("3.6.16", "v3");
const WRITERS = 6;
const LAST = "the last one";

let cluster;
let store;

before(async () => {
	cluster = await startCluster(3, { binary: OLD, v2: false });
	store = subject(cluster.urls, { api: "v3", timeout: 15_000 });
});

after(async () => {
	store?.destroy();
	await cluster?.stop();
});

/** Pushes values one after the other until `load.isOver`; a failed push is noted with its error. */
async function pushing(load, name) {
	for (let i = 0; !load.isOver; i++) {
		const value = `${name}-${i}`;
		try {
			const { node } = await store.promises.push("queue", value);
			load.done.push([node.key, value]);
		} catch (error) {
			load.failed.push([value, error]);
		}
	}
}

/** Counts up a key, each step under the condition of the value before; rereads the value where the outcome is not known. */
async function counting(load, key) {
	let value = 0;
	await store.promises.set(key, "0");
	for (; !load.isOver; load.steps++) {
		try {
			await store.promises.compareAndSwap(key, `${value + 1}`, `${value}`);
			value++;
		} catch (error) {
			if (!error.ambiguous) load.failed.push([key, error]);
			const { node } = await store.promises.get(key, { quorum: true });
			const now = Number(node.value);
			load.odd.push(...[now].filter((n) => n !== value && n !== value + 1));
			value = now;
		}
	}
}

async function reading(load) {
	for (; !load.isOver; load.reads++) {
		await store.promises.get("queue", { quorum: true }).catch((error) => {
			load.failed.push(["a read", error]);
		});
	}
}

/** The version that the members of a cluster have agreed on. */
async function versionOf(url) {
	const response = await fetch(`${url}/version`);
	return (await response.json()).etcdcluster;
}

/** The values of all events of the queue, up to the last one. */
function watching() {
	const values = [];
	return new Promise((resolve, reject) => {
		store.wait("queue", { recursive: true, waitIndex: 1 }, onevent);
		function onevent(error, event, next) {
			if (error) {
				if (!next) return reject(error);
				return next(onevent);
			}
			values.push(event.node.value);
			if (event.node.value === LAST) return resolve(values);
			next(onevent);
		}
	});
}

async function upgradeUnder(load) {
	const work = [
		...Array.from({ length: WRITERS }, (_, i) => pushing(load, `w${i}`)),
		counting(load, "counter"),
		reading(load),
	];
	for (const member of cluster.members) {
		await member.upgrade(NEW);
		await cluster.leader();
	}
	load.isOver = true;
	await Promise.all(work);
}

test("a rolling upgrade from 3.5.30 to 3.6.16 loses no call and doubles none", async (t) => {
	const load = { done: [], failed: [], odd: [], reads: 0, steps: 0 };
	await store.promises.mkdir("queue");
	const watched = watching();
	await upgradeUnder(load);
	await store.promises.push("queue", LAST);
	// Without the quorum, a member that is behind could answer.
	const { node } = await store.promises.get("queue", {
		sorted: true,
		quorum: true,
	});
	const stored = node.nodes.map(({ value }) => value);
	t.diagnostic(`${load.done.length} pushes, ${load.failed.length} failed`);
	assert.equal(new Set(stored).size, stored.length, "a push is there twice");
	const keys = new Map(node.nodes.map(({ key, value }) => [key, value]));
	for (const [key, value] of load.done) assert.equal(keys.get(key), value);
	for (const [what, error] of load.failed) {
		assert.equal(error.ambiguous, true, `${what}: ${error.code} ${error}`);
		assert.notEqual(what, "a read");
	}
	assert.deepEqual(load.odd, []);
	assert.ok(load.reads > 100 && load.steps > 100);
	const seen = (await watched).filter((value) => value !== undefined);
	assert.deepEqual(seen, stored);
});

test("the upgraded cluster has version 3.6, and a client without the option api finds the same keys", async (t) => {
	const other = subject(cluster.urls);
	t.after(() => other.destroy());
	// The leader agrees on the version of the last member some seconds after its start.
	while (!/^3\.6/.test(await versionOf(cluster.urls[0]))) await setTimeout(100);
	const { node } = await other.promises.get("queue", {
		sorted: true,
		quorum: true,
	});
	assert.equal(node.nodes.at(-1).value, LAST);
});
