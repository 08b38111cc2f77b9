// What etcd's v3 API cannot take: large values, deep keys, a full database; and what others may have written there.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call } = require("../support");
const { gateway } = require("../support/etcd/stored");
const { proceed, rejection } = require("../support/lifetime");
const { VERSIONS, ctl, v3Client, v3Etcd } = require("../support/v3/etcd");

const MIB = 1024 * 1024;

async function started(t, options, clientOptions) {
	const member = await v3Etcd(t, options);
	const store = v3Client(t, member.url, clientOptions);
	return { member, store, promises: store.promises };
}

function assertTooLarge(error) {
	assert.match(error.code, /^ERR_ETCD_.*TOO_LARGE$/);
	assert.equal(error.ambiguous, undefined);
	assert.match(error.message, /too large|1\.5 MiB/);
}

for (const version of VERSIONS)
	test(`a value that is too large for etcd ${version} is an error of that call alone`, async (t) => {
		const { promises } = await started(t, { version });
		const large = "v".repeat(1.4 * MIB);
		await promises.set("a", large);
		assert.equal((await promises.get("a")).node.value, large);
		for (const size of [1.5 * MIB, 1.9 * MIB, 2.5 * MIB, 8 * MIB]) {
			const value = "v".repeat(size);
			assertTooLarge(await rejection(promises.set("a", value)));
			assertTooLarge(await rejection(promises.push("q", value)));
			const swap = promises.compareAndSwap("a", "small", value);
			assertTooLarge(await rejection(swap));
		}
		assert.equal((await promises.get("a")).node.value, large);
	});

test("an etcd that takes less than by default has the last word", async (t) => {
	const less = await started(t, { args: ["--max-request-bytes", "100000"] });
	assertTooLarge(await rejection(less.promises.set("a", "v".repeat(200_000))));
	assertTooLarge(await rejection(less.promises.set("a", "v".repeat(MIB))));
	await less.promises.set("a", "v".repeat(90_000));
});

for (const version of VERSIONS)
	test(`a key of 100 names is taken by etcd ${version}, and a deeper one is an error`, async (t) => {
		const { store, promises } = await started(t, { version });
		const key = (depth) => Array.from({ length: depth }, () => "d").join("/");
		await promises.set(key(100), "v");
		assert.equal((await promises.get(key(100))).node.value, "v");
		await promises.del(key(100));
		for (const depth of [101, 120, 130, 500])
			for (const [method, ...args] of [
				["set", "v"],
				["get"],
				["mkdir"],
				["del"],
			]) {
				const { args: got } = await call(store, method, key(depth), ...args);
				const text = `${method} of ${depth}: ${got[0]?.message}`;
				assert.ok(got[0] instanceof Error, text);
				assert.match(got[0].message, /names/, text);
				assert.equal(got[0].ambiguous, undefined, text);
			}
	});

/** Fills the database of an etcd with little room; resolves with the first error. */
async function fill({ promises }) {
	for (let i = 0; i < 200; i++) {
		const value = `${i}`.padEnd(MIB, "v");
		const error = await promises.set(`fill/${i % 2}`, value).then(
			() => null,
			(rejected) => rejected,
		);
		if (error) return error;
	}
	return assert.fail("the database is not full");
}

function assertNoSpace(error) {
	assert.equal(error.code, "ERR_ETCD_NO_SPACE");
	// The write that crosses the quota is applied, and answered as if it were not.
	assert.equal(error.ambiguous, true);
	assert.match(error.message, /compact and defragment/);
}

for (const version of VERSIONS)
	test(`a full database of etcd ${version} is ERR_ETCD_NO_SPACE: reads go on, and writes after the alarm`, async (t) => {
		const args = ["--quota-backend-bytes", `${16 * MIB}`];
		const { member, store, promises } = await started(t, { version, args });
		await promises.set("a", "before");
		const waited = promises.wait("a");
		assertNoSpace(await fill(store));
		for (const [method, ...rest] of [
			["set", "a", "v"],
			["set", "new/b", "v"],
			["set", "a", "v", { ttl: 60 }],
			["set", "a", "v", { prevExist: true }],
			["compareAndSwap", "a", "v", "before"],
			["push", "queue", "v"],
			["mkdir", "dir"],
		]) {
			const [error] = (await call(store, method, ...rest)).args;
			assertNoSpace(error);
		}
		assert.equal((await promises.get("a")).node.value, "before");
		const { node } = await promises.get("fill", { quorum: true });
		await ctl(member, ["compaction", `${node.nodes[1].modifiedIndex}`]);
		await ctl(member, ["defrag"]);
		await ctl(member, ["alarm", "disarm"]);
		await promises.set("a", "after");
		assert.equal((await waited).node.value, "after");
	});

const base64 = (bytes) => Buffer.from(bytes).toString("base64");

/** Puts bytes, as clients of other languages may. */
function putRaw({ url }, key, value) {
	return gateway(url, "kv/put", { key: base64(key), value: base64(value) });
}

test("keys and values that are no text are readable, and end no wait or watch", async (t) => {
	const { member, store, promises } = await started(t);
	const odd = Buffer.of(0xff, 0xfe, 0x00, 0x22, 0x5c, 0xc3);
	const key = Buffer.concat([Buffer.from("/d/"), odd]);
	const waiting = call(store, "wait", "d", { recursive: true });
	await member.watched();
	await putRaw(member, key, "by key");
	await putRaw(member, "/d/value", odd);
	await putRaw(member, Buffer.of(0xff), "beside the tree");
	await putRaw(member, "no/slash", "beside the tree");
	await putRaw(member, "/d//double", "empty name");
	await putRaw(member, "/d/./dot", "dot");
	const { node } = await promises.get("d", { recursive: true });
	const text = odd.toString();
	const found = node.nodes.find(({ value }) => value === "by key");
	assert.equal(found.key, `/d/${text}`);
	assert.equal((await promises.get("d/value")).node.value, text);
	assert.ok((await promises.get("/", { recursive: true })).node.nodes);
	const [error, event, next] = (await waiting).args;
	assert.equal(error, null);
	assert.equal(event.node.key, `/d/${text}`);
	const { args } = await proceed(next);
	assert.equal(args[1].node.value, text);
	const json = v3Client(t, member.url, { json: true });
	const broken = await rejection(json.promises.get("d/value"));
	assert.match(`${broken.name} ${broken.message}`, /JSON/);
	await promises.set("d/value", "text");
	assert.equal((await promises.get("d/value")).node.value, "text");
	await promises.del("d", { recursive: true });
	assert.equal(await promises.get("d"), undefined);
});

test("a file and a directory of one name, which others can make, are readable", async (t) => {
	const { member, promises } = await started(t);
	await putRaw(member, "/x", "file");
	await putRaw(member, "/x/y", "below");
	assert.equal((await promises.get("x")).node.value, "file");
	const { node } = await promises.get("/");
	assert.ok(node.nodes.some(({ key }) => key === "/x"));
	const below = await promises.get("x/y").catch((error) => error);
	assert.ok(below.node?.value === "below" || below.code === 104);
	const error = await rejection(promises.set("x", "again"));
	assert.equal(error.code, 102);
	await promises.del("x");
	assert.equal((await promises.get("x/y")).node.value, "below");
	assert.equal((await promises.get("x")).node.dir, true);
});
