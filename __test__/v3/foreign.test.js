// Keys that etcd's own client writes, and this package reads and waits for; and the reverse.
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const readline = require("node:readline");
const { test } = require("node:test");
const { binaryOf, etcdEnvironment } = require("../../scripts/etcd-folder");
const { events, short } = require("../support/lifetime");
const { VERSIONS, ctl, v3Client, v3Etcd } = require("../support/v3/etcd");

async function started(t, version) {
	const member = await v3Etcd(t, { version });
	const store = v3Client(t, member.url);
	return { member, store, promises: store.promises };
}

/** The keys and values below a prefix, as etcdctl shows them. */
async function listed(member, prefix) {
	const text = await ctl(member, ["get", "--prefix", prefix, "-w", "json"]);
	const decode = (base64) => Buffer.from(base64 ?? "", "base64").toString();
	const { kvs = [] } = JSON.parse(text);
	return kvs.map(({ key, value }) => [decode(key), decode(value)]);
}

/** The events of a wait and of those after it, shortened. */
async function shortEvents(...args) {
	return (await events(...args)).map(short);
}

for (const version of VERSIONS) {
	test(`what etcdctl has put is read, listed, changed and removed on etcd ${version}`, async (t) => {
		const { member, promises } = await started(t, version);
		await ctl(member, ["put", "/app/a", "1"]);
		await ctl(member, ["put", "/app/deep/er/b", "2"]);
		assert.equal((await promises.get("app/a")).node.value, "1");
		const { node } = await promises.get("app", { recursive: true });
		assert.equal(node.dir, true);
		const [a, deep] = node.nodes;
		assert.deepEqual([a.key, a.value], ["/app/a", "1"]);
		assert.deepEqual([deep.key, deep.dir], ["/app/deep", true]);
		assert.equal(deep.nodes[0].nodes[0].value, "2");
		const { modifiedIndex } = a;
		await promises.set("app/a", "3", { prevIndex: modifiedIndex });
		assert.match(await ctl(member, ["get", "/app/a"]), /^\/app\/a\n3$/m);
		await promises.set("app/deep/er/c", "4");
		await promises.del("app/deep/er/b");
		await ctl(member, ["del", "/app/a"]);
		assert.equal(await promises.get("app/a"), undefined);
		await promises.del("app", { recursive: true });
		assert.deepEqual(await listed(member, "/app"), []);
	});

	test(`waits see what etcdctl puts and deletes on etcd ${version}, in order`, async (t) => {
		const { member, store } = await started(t, version);
		const seen = shortEvents(store, "app", { recursive: true }, 5);
		await member.watched();
		await ctl(member, ["put", "/app/a", "1"]);
		await ctl(member, ["put", "/app/a", "2"]);
		await ctl(member, ["put", "/app/b/c", "3"]);
		await ctl(member, ["del", "/app/a"]);
		const txn = "\nput /app/x 4\nput /other 5\n\n\n";
		await ctl(member, ["txn"], { input: txn });
		assert.deepEqual(await seen, [
			["set", "/app/a", "1"],
			["set", "/app/a", "2"],
			["set", "/app/b/c", "3"],
			["delete", "/app/a", undefined],
			["set", "/app/x", "4"],
		]);
	});

	test(`a transaction of etcdctl with several keys is an event each on etcd ${version}`, async (t) => {
		const { member, store } = await started(t, version);
		const seen = shortEvents(store, "app", { recursive: true }, 3);
		await member.watched();
		const txn = "\nput /app/a 1\nput /app/b 2\nput /app/c 3\n\n\n";
		await ctl(member, ["txn"], { input: txn });
		const all = (await seen).map(([, key, value]) => [key, value]);
		assert.deepEqual(all.sort(), [
			["/app/a", "1"],
			["/app/b", "2"],
			["/app/c", "3"],
		]);
	});

	test(`what is written here is seen by etcdctl on etcd ${version}: raw values below /, and no records among them`, async (t) => {
		const { member, promises } = await started(t, version);
		const watch = await watchOf(t, member, "/app/", "end");
		await promises.set("app/a", "1");
		await promises.set("app/a", "2", { prevExist: true });
		await promises.push("app/queue", "job");
		await promises.del("app/a");
		const files = (await listed(member, "/")).filter(
			([key]) => !key.endsWith("/"),
		);
		assert.equal(files.length, 1);
		assert.match(files[0][0], /^\/app\/queue\/\d{20}$/);
		assert.equal(files[0][1], "job");
		await promises.set("app/end", "end");
		const lines = (await watch.ended).join(" ");
		assert.match(lines, /PUT \/app\/a 1 PUT \/app\/a 2/);
		assert.match(lines, /PUT \/app\/queue\/\d+ job/);
		assert.match(lines, /DELETE \/app\/a/);
	});
}

/** A watch of etcdctl that is registered. Resolves with a promise of its lines up to `last`. */
async function watchOf(t, member, prefix, last) {
	const args = ["--endpoints", member.url, "watch", "--prefix", prefix];
	const program = binaryOf("3.6.16", "v3", "etcdctl");
	const child = spawn(program, args, {
		env: etcdEnvironment(),
		stdio: ["ignore", "pipe", "ignore"],
	});
	t.after(() => child.kill());
	const lines = [];
	const ended = new Promise((resolve) => {
		const input = readline.createInterface({ input: child.stdout });
		input.on("line", (line) => {
			lines.push(line);
			if (line === last) resolve(lines);
		});
	});
	await member.watched();
	return { ended };
}

test("a lease of etcdctl is a ttl, and its end is an expire", async (t) => {
	const { member, store, promises } = await started(t);
	const id = /lease (\w+)/.exec(
		await ctl(member, ["lease", "grant", "100"]),
	)[1];
	await ctl(member, ["put", `--lease=${id}`, "/app/a", "1"]);
	const { node } = await promises.get("app/a");
	assert.ok(node.ttl > 90 && node.ttl <= 100, `${node.ttl}`);
	assert.ok(Date.parse(node.expiration) > Date.now());
	const seen = shortEvents(store, "app/a", {}, 1);
	await member.watched();
	await ctl(member, ["lease", "revoke", id]);
	assert.deepEqual(await seen, [["expire", "/app/a", undefined]]);
});

test("a ttl that is set here is a lease for etcdctl", async (t) => {
	const { member, promises } = await started(t);
	await promises.set("a", "1", { ttl: 100 });
	const text = await ctl(member, ["get", "/a", "-w", "fields"]);
	const lease = BigInt(/"Lease" : (\d+)/.exec(text)[1]);
	const hex = lease.toString(16);
	const left = await ctl(member, ["lease", "timetolive", hex, "--keys"]);
	assert.match(left, /remaining\((9\d|100)s\), attached keys\(\[\/a\]\)/);
	await ctl(member, ["put", "/a", "2", "--ignore-lease"]);
	const { node } = await promises.get("a");
	assert.equal(node.value, "2");
	assert.ok(node.ttl > 90);
});

test("after a compaction by others a wait from an old index begins behind it, a watch tells the gap, and an idle wait goes on", async (t) => {
	const { member, store, promises } = await started(t);
	const idle = promises.wait("quiet");
	await member.watched();
	for (let i = 0; i < 20; i++) await promises.set("a", `${i}`);
	const { node } = await promises.get("a");
	await ctl(member, ["compaction", `${node.modifiedIndex}`]);
	const watch = store.watch("a", { from: 2, resync: true });
	const { value: told } = await watch.next();
	assert.equal(told.action, "resync");
	assert.equal(told.node.value, "19");
	await watch.return();
	const behind = await promises.wait("a", { waitIndex: 2 });
	assert.equal(behind.node.value, "19");
	await promises.set("quiet", "v");
	assert.equal((await idle).node.value, "v");
});
