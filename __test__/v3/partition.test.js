// One member of three is cut off from the others, and its clients reach it: it answers, but it has no quorum.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { binaryOf } = require("../../scripts/etcd-folder");
const { prefix, startCluster } = require("../support");
const { until } = require("../support/etcd/member");
const { PeerRelays } = require("../support/etcd/peer-relays");
const { gateway } = require("../support/etcd/stored");
const { rejection } = require("../support/lifetime");
const { ctl, handled, v3Client } = require("../support/v3/etcd");

const BINARY = binaryOf("3.6.16", "v3");
const TIMEOUT_MS = 1500;
const LIMIT_MS = 2 * TIMEOUT_MS;
// etcd waits 5 s, and twice its election timeout.
const ETCD_WAITS_MS = 6000;
const CUT_FOR_MS = 5000;
const EVENTS = 5;

let relays;
let cluster;
before(async () => {
	relays = new PeerRelays();
	cluster = await startCluster(3, { binary: BINARY, v2: false, relays });
});
after(async () => {
	await cluster.stop();
	relays.close();
});

/** Chooses a member, which the clients of a test ask first, and the others. */
async function chosen(which) {
	const leader = await cluster.leader();
	const isLeader = (member) => member === leader;
	const isIt = which === "the leader" ? isLeader : (it) => !isLeader(it);
	const away = cluster.members.find(isIt);
	const others = cluster.members.filter((member) => member !== away);
	const urls = [away, ...others].map((member) => member.url);
	return { away, others, urls };
}

/** Cuts a member off until the end of the test, or until the function is called that this resolves with. */
async function cutOff(t, { away, others }) {
	relays.cut({ name: away.name, id: BigInt(away.id).toString(16) });
	const heal = async () => {
		relays.heal();
		await Promise.all(cluster.members.map((member) => member.healthy()));
	};
	t.after(heal);
	await until(
		() => haveLeader(others, away),
		() => new Error("the other members have no leader"),
	);
	return heal;
}

/** Whether members have a leader that is not the one which is cut off. */
async function haveLeader(members, away) {
	const asked = members.map(({ url }) =>
		gateway(url, "maintenance/status", {}),
	);
	const told = (await Promise.all(asked)).map(({ leader }) => leader ?? "0");
	return told.every((id) => !["0", away.id].includes(id));
}

/** Resolves with what a call brings and the milliseconds that it takes. */
async function timed(calling) {
	const start = performance.now();
	const result = await calling;
	return { result, ms: performance.now() - start };
}

function assertInTime(ms, limit = LIMIT_MS) {
	assert.ok(ms < limit, `it took ${ms} ms`);
}

for (const which of ["a follower", "the leader"]) {
	test(`a read at ${which} that is cut off is stale, and one with quorum goes on to another member in time`, async (t) => {
		const { away, others, urls } = await chosen(which);
		const fresh = () => v3Client(t, urls, { timeout: TIMEOUT_MS }).promises;
		const key = `${prefix()}key`;
		await fresh().set(key, "1");
		await cutOff(t, { away, others });
		await ctl(others[0], ["put", `/${key}`, "2"]);
		const stale = await timed(fresh().get(key));
		assert.equal(stale.result.node.value, "1");
		const read = await timed(fresh().get(key, { quorum: true }));
		assert.equal(read.result.node.value, "2");
		assertInTime(stale.ms);
		assertInTime(read.ms);
	});

	test(`a write at ${which} that is cut off is ambiguous, in time, and the next one goes to another member`, async (t) => {
		const { away, others, urls } = await chosen(which);
		const { promises } = v3Client(t, urls, { timeout: TIMEOUT_MS });
		const key = `${prefix()}key`;
		const heal = await cutOff(t, { away, others });
		const lost = await timed(rejection(promises.set(key, "1")));
		assert.equal(lost.result.ambiguous, true);
		assert.equal(lost.result.endpoint, away.url);
		assertInTime(lost.ms);
		await promises.set(key, "2");
		await heal();
		const { node } = await promises.get(key, { quorum: true });
		assert.equal(node.value, "2");
	});

	test(`a wait at ${which} that is cut off goes on at another member, and misses nothing`, async (t) => {
		const { away, others, urls } = await chosen(which);
		const store = v3Client(t, urls, { timeout: TIMEOUT_MS });
		const key = `${prefix()}key`;
		const seen = [];
		store.wait(key, function onchange(err, result, next) {
			if (!err) seen.push(result.node.value);
			next(onchange);
		});
		await away.watched();
		await cutOff(t, { away, others });
		const values = Array.from({ length: EVENTS }, (_, i) => `${i}`);
		for (const value of values) await ctl(others[0], ["put", `/${key}`, value]);
		await until(
			() => seen.length >= EVENTS,
			() => new Error(`of the events came ${seen}`),
		);
		assert.deepEqual(seen, values);
	});
}

test("what etcd says of a write that it gives up is error 300, and ambiguous, and the next writes pass over its member", async (t) => {
	const { away, others, urls } = await chosen("a follower");
	const { promises } = v3Client(t, urls, { timeout: 2 * ETCD_WAITS_MS });
	await cutOff(t, { away, others });
	const key = `${prefix()}key`;
	const { result: error, ms } = await timed(rejection(promises.set(key, "1")));
	assert.equal(error.code, 300);
	assert.equal(error.ambiguous, true);
	assertInTime(ms, ETCD_WAITS_MS + LIMIT_MS);
	for (let i = 0; i < urls.length; i++) await promises.set(key, `${i}`);
});

test("a member that is cut off gets no calls after the first that failed, and gets some again when it is back", async (t) => {
	const { away, others, urls } = await chosen("a follower");
	const { promises } = v3Client(t, urls, { timeout: TIMEOUT_MS });
	const key = `${prefix()}key`;
	const calls = async () =>
		(await handled(away, "Txn")) + (await handled(away, "Range"));
	const heal = await cutOff(t, { away, others });
	await rejection(promises.set(key, "lost"));
	const before = await calls();
	const end = performance.now() + CUT_FOR_MS;
	for (let i = 0; performance.now() < end; i++) {
		await promises.set(key, `${i}`);
		const { node } = await promises.get(key, { quorum: true });
		assert.equal(node.value, `${i}`);
	}
	assert.equal(await calls(), before);
	await heal();
	await until(
		async () => {
			await promises.get(key);
			return (await calls()) > before;
		},
		() => new Error("the member gets no calls"),
	);
});
