// Events that come in several messages of etcd, and events that are larger than the client takes.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call } = require("../support");
const { rejection } = require("../support/lifetime");
const { VERSIONS, v3Client, v3Etcd } = require("../support/v3/etcd");

const KIB = 1024;
const MIB = 1024 * KIB;

test("an event above maxResponseSize is an error of its wait, and no other wait misses an event", async (t) => {
	const member = await v3Etcd(t);
	const writer = v3Client(t, member.url);
	const store = v3Client(t, member.url, { maxResponseSize: 64 * KIB });
	const small = store.promises.wait("small");
	const large = rejection(store.promises.wait("large"));
	await member.watched();
	for (const size of [MIB, 65 * KIB])
		await writer.promises.set("large", "v".repeat(size));
	const error = await large;
	assert.equal(error.code, "ERR_ETCD_RESPONSE_TOO_LARGE");
	await writer.promises.set("small", "v");
	assert.equal((await small).node.value, "v");
});

for (const version of VERSIONS)
	test(`a history that etcd ${version} sends in parts is seen whole and in order`, async (t) => {
		const member = await v3Etcd(t, { version });
		const writer = v3Client(t, member.url);
		const value = "v".repeat(32 * KIB);
		const first = await writer.promises.set("d/k", value);
		const sets = Array.from({ length: 299 }, (_, i) =>
			writer.promises.set(`d/${i % 7}`, value),
		);
		const written = await Promise.all(sets);
		const expected = [first, ...written].map(({ node }) => node.modifiedIndex);
		const reader = v3Client(t, member.url, { maxResponseSize: 256 * KIB });
		const seen = [];
		const from = first.node.modifiedIndex;
		for await (const { node } of reader.promises.watch("d", {
			recursive: true,
			from,
		})) {
			seen.push(node.modifiedIndex);
			if (seen.length === expected.length) break;
		}
		assert.deepEqual(
			seen,
			expected.sort((a, b) => a - b),
		);
	});

test("the removal of a directory of many megabytes is one event", async (t) => {
	const member = await v3Etcd(t);
	const store = v3Client(t, member.url);
	const { promises } = store;
	const value = "v".repeat(32 * KIB);
	const keys = Array.from({ length: 300 }, (_, i) => `d/${i}`);
	await Promise.all(keys.map((key) => promises.set(key, value)));
	const above = call(store, "wait", "d", { recursive: true });
	const below = promises.wait("d/7");
	await member.watched();
	await promises.del("d", { recursive: true });
	const [error, event] = (await above).args;
	assert.equal(error, null);
	assert.deepEqual([event.action, event.node.key], ["delete", "/d"]);
	assert.equal((await below).action, "delete");
});
