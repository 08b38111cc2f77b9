// A cluster that starts: its members have not agreed on a version yet.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { binaryOf } = require("../../scripts/etcd-folder");
const { startCluster } = require("../support");
const { get, until } = require("../support/etcd/member");
const { PeerRelays } = require("../support/etcd/peer-relays");
const { client, rejection } = require("../support/lifetime");
const { handled, v3Etcd } = require("../support/v3/etcd");

const UNDECIDED = "not_decided";

/** The version that a member says its cluster has. */
async function versionAt({ url }) {
	const { body } = await get(`${url}/version`);
	return JSON.parse(body).etcdcluster;
}

/** Two of three members. The leader waits for the third, whose relay is silent, to say its version. */
async function startTwo(t, version) {
	const relays = new PeerRelays();
	relays.cut({ name: "m2" });
	const binary = binaryOf(version, "v3");
	const options = { binary, v2: false, relays, starting: 2 };
	const cluster = await startCluster(3, options);
	t.after(async () => {
		await cluster.stop();
		relays.close();
	});
	return { relays, cluster };
}

for (const version of ["3.6.16", "3.7.3"])
	test(`a cluster of etcd ${version} that has no version yet decides nothing: the client asks again, and chooses v3 later`, async (t) => {
		const { relays, cluster } = await startTwo(t, version);
		const [first, second, third] = cluster.members;
		assert.equal(await versionAt(first), UNDECIDED);
		const { promises } = client(t, [first.url, second.url]);
		for (const [method, ...args] of [
			["set", "a", "1"],
			["get", "a"],
			["wait", "a"],
		]) {
			const error = await rejection(promises[method](...args));
			assert.equal(error.code, "ERR_ETCD_NO_V2_API", method);
		}
		assert.equal(await handled(first, "Txn"), 0);
		relays.heal();
		third.spawn();
		await until(
			async () => /^3\.[67]\.0$/.test(await versionAt(first)),
			() => new Error("the cluster has no version"),
		);
		await promises.set("a", "1");
		// Without the quorum, a member that is behind could answer.
		const { node } = await promises.get("a", { quorum: true });
		assert.equal(node.value, "1");
	});

test("a member that knows no version is passed over for one that does", async (t) => {
	const { cluster } = await startTwo(t, "3.6.16");
	const decided = await v3Etcd(t);
	const [first] = cluster.members;
	assert.equal(await versionAt(first), UNDECIDED);
	const { promises } = client(t, [first.url, decided.url]);
	await promises.set("a", "1");
	assert.equal(await handled(decided, "Txn"), 1);
	assert.equal(await handled(first, "Txn"), 0);
});
