// Keys that npm etcd3 writes, and this package reads and waits for; and the reverse.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { install } = require("../../bench/install");
const { prefix } = require("../support");
const { until } = require("../support/etcd/member");
const { events, short } = require("../support/lifetime");
const { VERSIONS, v3Client, v3Etcd } = require("../support/v3/etcd");

const TTL_S = 100;

let Etcd3;
before(async () => {
	await install();
	({ Etcd3 } = require("../../bench/node_modules/etcd3"));
});

/** An etcd, a client of etcd3 and one of this package, and a key that is a directory. */
async function both(t, version) {
	const member = await v3Etcd(t, { version });
	const etcd3 = new Etcd3({ hosts: member.url });
	t.after(() => etcd3.close());
	const store = v3Client(t, member.url);
	const dir = prefix().slice(0, -1);
	return { member, etcd3, store, promises: store.promises, dir };
}

/** Puts and deletes in one transaction of etcd3. */
async function commit(etcd3, ...operations) {
	const always = etcd3.if("/absent", "Version", "==", 0);
	const { succeeded } = await always.then(...operations).commit();
	assert.equal(succeeded, true);
}

for (const version of VERSIONS) {
	test(`what etcd3 has put is read, listed, changed and removed on etcd ${version}`, async (t) => {
		const { etcd3, promises, dir } = await both(t, version);
		await etcd3.put(`/${dir}/a`).value("1");
		await etcd3.put(`/${dir}/deep/b`).value("2");
		const { node } = await promises.get(dir, { recursive: true });
		const [a, deep] = node.nodes;
		assert.deepEqual([a.key, a.value], [`/${dir}/a`, "1"]);
		assert.deepEqual([deep.key, deep.dir], [`/${dir}/deep`, true]);
		assert.equal(deep.nodes[0].value, "2");
		await promises.compareAndSwap(`${dir}/a`, "3", "1");
		assert.equal(await etcd3.get(`/${dir}/a`).string(), "3");
		await promises.del(`${dir}/a`);
		assert.equal(await etcd3.get(`/${dir}/a`).string(), null);
		await etcd3.delete().prefix(`/${dir}/`);
		assert.equal(await promises.get(`${dir}/deep/b`), undefined);
	});

	test(`a wait sees the puts, transactions and deletes of etcd3 in order on etcd ${version}`, async (t) => {
		const { member, etcd3, store, dir } = await both(t, version);
		const waited = events(store, dir, { recursive: true }, 7);
		await member.watched();
		await etcd3.put(`/${dir}/a`).value("1");
		await commit(
			etcd3,
			etcd3.delete().key(`/${dir}/a`),
			etcd3.put(`/${dir}/b`).value("2"),
			etcd3.put(`/${dir}/c`).value("3"),
		);
		await etcd3.put(`/${dir}/b`).value("4");
		await etcd3.delete().prefix(`/${dir}/`);
		const seen = await waited;
		assert.deepEqual(short(seen[0]), ["set", `/${dir}/a`, "1"]);
		const ofTransaction = seen.slice(1, 4);
		assert.deepEqual(ofTransaction.map(short).sort(), [
			["delete", `/${dir}/a`, undefined],
			["set", `/${dir}/b`, "2"],
			["set", `/${dir}/c`, "3"],
		]);
		const indexes = ofTransaction.map(({ node }) => node.modifiedIndex);
		assert.equal(new Set(indexes).size, 1);
		assert.deepEqual(seen.slice(4).map(short), [
			["set", `/${dir}/b`, "4"],
			["delete", `/${dir}/b`, undefined],
			["delete", `/${dir}/c`, undefined],
		]);
		assert.equal(seen[5].prevNode.value, "4");
	});

	test(`the keys of a lease of etcd3 have its ttl, and expire together on etcd ${version}`, async (t) => {
		const { member, etcd3, store, promises, dir } = await both(t, version);
		const lease = etcd3.lease(TTL_S);
		for (const name of ["a", "b"])
			await lease.put(`/${dir}/${name}`).value("v");
		const { node } = await promises.get(`${dir}/a`);
		assert.ok(node.ttl > 0.9 * TTL_S && node.ttl <= TTL_S, `${node.ttl}`);
		const waited = events(store, dir, { recursive: true }, 2);
		await member.watched();
		await lease.revoke();
		assert.deepEqual((await waited).map(short).sort(), [
			["expire", `/${dir}/a`, undefined],
			["expire", `/${dir}/b`, undefined],
		]);
	});

	test(`etcd3 reads what is written here on etcd ${version}`, async (t) => {
		const { etcd3, promises, dir } = await both(t, version);
		await promises.set(`${dir}/a`, "1");
		await promises.set(`${dir}/new`, "2", { prevExist: false });
		const pushed = (await promises.push(`${dir}/queue`, "job")).node.key;
		await promises.set(`${dir}/short`, "3", { ttl: TTL_S });
		await promises.mkdir(`${dir}/empty`);
		const all = await etcd3.getAll().prefix(`/${dir}/`).strings();
		const files = Object.entries(all).filter(([key]) => !key.endsWith("/"));
		assert.deepEqual(Object.fromEntries(files), {
			[`/${dir}/a`]: "1",
			[`/${dir}/new`]: "2",
			[pushed]: "job",
			[`/${dir}/short`]: "3",
		});
		assert.equal(all[`/${dir}/empty/`], "");
		const { kvs } = await etcd3.get(`/${dir}/short`).exec();
		const ID = kvs[0].lease;
		const { TTL } = await etcd3.leaseClient.leaseTimeToLive({ ID });
		assert.ok(TTL > 0.9 * TTL_S && TTL <= TTL_S, TTL);
	});

	test(`a watcher of etcd3 sees what is written here on etcd ${version}`, async (t) => {
		const { etcd3, promises, dir } = await both(t, version);
		const seen = [];
		const watcher = await etcd3.watch().prefix(`/${dir}/`).create();
		watcher.on("put", ({ key, value }) =>
			seen.push(["put", `${key}`, `${value}`]),
		);
		watcher.on("delete", ({ key }) => seen.push(["delete", `${key}`]));
		await promises.set(`${dir}/a`, "1");
		await promises.update(`${dir}/a`, "2");
		await promises.del(`${dir}/a`);
		await promises.set(`${dir}/b`, "3", { ttl: TTL_S });
		// Without it, etcd3 goes on connecting after the end of the test.
		t.after(() => watcher.cancel());
		const own = () => seen.filter(([, key]) => !key.endsWith("/"));
		await until(
			() => own().length >= 4,
			() => new Error(`seen: ${JSON.stringify(seen)}`),
		);
		assert.deepEqual(own(), [
			["put", `/${dir}/a`, "1"],
			["put", `/${dir}/a`, "2"],
			["delete", `/${dir}/a`],
			["put", `/${dir}/b`, "3"],
		]);
	});
}
