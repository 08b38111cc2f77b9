// Writes that etcd refuses: nothing is applied, no error says otherwise, and nothing is left behind.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const { test } = require("node:test");
const { call } = require("../support");
const { rejection } = require("../support/lifetime");
const { VERSIONS, ctl, v3Client, v3Etcd } = require("../support/v3/etcd");

/** Refused writes: etcd's code, the method and its arguments. */
const REFUSED = [
	[108, "rmdir", "dir"],
	[100, "rmdir", "none"],
	[100, "del", "none"],
	[100, "del", "none", { recursive: true }],
	[102, "del", "dir"],
	[104, "rmdir", "dir/file/below"],
	[104, "del", "dir/file/below", { recursive: true }],
	[104, "set", "dir/file/below", "v"],
	[102, "set", "dir", "v"],
	[105, "set", "dir/file", "v", { prevExist: false }],
	[105, "set", "dir/file", "v", { prevExist: false, ttl: 60 }],
	[100, "update", "none", "v"],
	[101, "compareAndSwap", "dir/file", "v", "other"],
	[101, "compareAndDelete", "dir/file", "other"],
	[102, "mkdir", "dir"],
	[104, "push", "dir/file", "v"],
];

for (const version of VERSIONS)
	test(`no write that etcd ${version} has refused is ambiguous`, async (t) => {
		const member = await v3Etcd(t, { version });
		const store = v3Client(t, member.url);
		await store.promises.set("dir/file", "v");
		const before = await store.promises.get("", { recursive: true });
		for (const [code, method, ...args] of REFUSED) {
			const text = `${method} ${JSON.stringify(args)}`;
			const [error] = (await call(store, method, ...args)).args;
			assert.equal(error?.code, code, text);
			assert.equal(error.ambiguous, undefined, text);
		}
		const after = await store.promises.get("", { recursive: true });
		assert.deepEqual(after, before);
	});

/** The number of leases that etcd knows. */
async function leases(member) {
	const list = await ctl(member, ["lease", "list"]);
	return Number(/found (\d+) leases/.exec(list)[1]);
}

test("a refused write leaves no lease at etcd", async (t) => {
	const member = await v3Etcd(t);
	const { promises } = v3Client(t, member.url);
	await promises.set("lock", "owner", { ttl: 3600 });
	const refused = Array.from({ length: 50 }, (_, i) =>
		rejection(promises.set("lock", `${i}`, { prevExist: false, ttl: 3600 })),
	);
	for (const { code } of await Promise.all(refused)) assert.equal(code, 105);
	// The leases are revoked behind the answers.
	while ((await leases(member)) > 1) await new Promise(setImmediate);
	assert.equal((await promises.get("lock")).node.value, "owner");
	assert.ok((await promises.get("lock")).node.ttl > 3000);
});

test("a TTL that ends after the year 2049 is in the answer to its write", async (t) => {
	const member = await v3Etcd(t);
	const { promises } = v3Client(t, member.url);
	const ttl = 1_000_000_000;
	const { node } = await promises.set("k", "v", { ttl });
	assert.ok(Math.abs(node.ttl - ttl) < 10);
	const found = (await promises.get("k")).node;
	assert.ok(Math.abs(found.ttl - ttl) < 10);
	const apart = Date.parse(node.expiration) - Date.parse(found.expiration);
	assert.ok(Math.abs(apart) < 5000);
});

test("after a compaction a wait goes on with the first event that etcd has", async (t) => {
	const member = await v3Etcd(t);
	const store = v3Client(t, member.url);
	const written = [];
	for (let i = 0; i < 10; i++)
		written.push((await store.promises.set("k", `${i}`)).node.modifiedIndex);
	await ctl(member, ["compaction", `${written[6]}`]);
	const gaps = [];
	const seen = [];
	await new Promise((resolve, reject) => {
		const opts = {
			waitIndex: written[2],
			onGap: (from, to) => gaps.push([from, to]),
		};
		store.wait("k", opts, function onevent(error, event, next) {
			if (error) return reject(error);
			seen.push(event.node.value);
			if (seen.length === 4) return resolve();
			next(onevent);
		});
	});
	assert.deepEqual(gaps, [[written[2], written[6] - 1]]);
	assert.deepEqual(seen, ["6", "7", "8", "9"]);
});

test("a wait and a call at a host that accepts connections and says nothing end in time", async (t) => {
	const net = require("node:net");
	const host = net.createServer(() => {}).listen(0, "127.0.0.1");
	t.after(() => host.close());
	await once(host, "listening");
	const url = `http://127.0.0.1:${host.address().port}`;
	const store = v3Client(t, url, { timeout: 500 });
	const ended = ["wait", "get"].map((method) => call(store, method, "k"));
	for (const { args } of await Promise.all(ended))
		assert.equal(args[0].code, "ESOCKETTIMEDOUT");
	const [error] = (await call(store, "set", "k", "v")).args;
	assert.deepEqual(
		[error.code, error.ambiguous],
		["ESOCKETTIMEDOUT", undefined],
	);
});
