// The clock and the content of a store in memory: TTLs, dumps and loads.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { subject } = require("../support");
const { rejection } = require("../support/lifetime");

function memory(t, name = "", opts) {
	const store = subject(`memory:${name}`, opts);
	t.after(() => store.destroy());
	return store;
}

test("a key expires when its TTL has passed, without a call", async (t) => {
	const { promises } = memory(t);
	await promises.set("k", "v", { ttl: 1 });
	const event = await promises.wait("k");
	assert.equal(event.action, "expire");
	assert.equal(await promises.get("k"), undefined);
});

test("advance moves the clock on: TTLs end, and waits have the event", async (t) => {
	const store = memory(t);
	const { promises } = store;
	await promises.set("dir/k", "v", { ttl: 100 });
	const waited = promises.wait("dir", { recursive: true });
	store.memory.advance(98_500);
	assert.equal((await promises.get("dir/k")).node.ttl, 2);
	store.memory.advance(2_000);
	assert.equal((await waited).action, "expire");
	assert.equal(await promises.get("dir/k"), undefined);
	for (const [ms, message] of [
		[-1, /not -1$/],
		[Number.NaN, /not NaN$/],
		[Number.POSITIVE_INFINITY, /not Infinity$/],
		["1", /not "1"$/],
		[undefined, /not undefined$/],
	])
		assert.throws(() => store.memory.advance(ms), {
			code: "ERR_INVALID_ARG_VALUE",
			message,
		});
});

test("the clock can be 100 years ahead and no more, and the error says how far ahead it is", (t) => {
	const { memory: control } = memory(t);
	const most = 100 * 365 * 86_400_000;
	const limit = `by at most 100 years of 365 days (${most} ms)`;
	const refused = (ms, ahead, shown) => {
		assert.throws(() => control.advance(ms), {
			code: "ERR_INVALID_ARG_VALUE",
			message: `the clock of a store can be ahead of the system's ${limit}: it is ahead by ${ahead} ms, and advance(${shown}) is too far`,
		});
	};
	refused(most + 1, 0, `${most + 1}`);
	refused(1e300, 0, "1e300");
	control.advance(1500);
	refused(most, 1500, `${most}`);
	control.advance(most - 1500);
	refused(1, most, "1");
});

test("a dump can be loaded into another store, with its indexes and TTLs", async (t) => {
	const [from, to] = [memory(t), memory(t)];
	await from.promises.set("a/b", "1");
	await from.promises.set("_hidden", "2", { ttl: 100 });
	await from.promises.mkdir("empty");
	to.memory.load(from.memory.dump());
	const dumps = [from, to].map((store) => {
		const { index, node } = store.memory.dump();
		return [index, node.nodes.map(({ ttl, ...fields }) => fields)];
	});
	assert.deepEqual(dumps[1], dumps[0]);
	to.memory.advance(101_000);
	assert.equal(await to.promises.get("_hidden"), undefined);
});

test("a dump of a store whose clock is ahead prolongs no TTL in another store", async (t) => {
	const [from, to] = [memory(t), memory(t)];
	from.memory.advance(1_900);
	await from.promises.set("k", "v", { ttl: 10 });
	to.memory.load(from.memory.dump());
	assert.ok((await to.promises.get("k")).node.ttl <= 10);
	to.memory.advance(10_000);
	assert.equal(await to.promises.get("k"), undefined);
});

test("a tree that is written by hand can be loaded, and the answer to a get", async (t) => {
	const store = memory(t);
	const { promises } = store;
	store.memory.load({
		node: { nodes: [{ key: "/a", nodes: [{ key: "/a/b", value: "1" }] }] },
	});
	assert.equal((await promises.get("a/b")).node.value, "1");
	const answer = await promises.get("", { recursive: true });
	await promises.set("a/c", "2");
	store.memory.load(answer);
	assert.equal(await promises.get("a/c"), undefined);
	assert.equal((await promises.get("a/b")).node.value, "1");
});

function deep(levels) {
	let node = { key: "/a", value: "" };
	for (let i = 0; i < levels; i++) node = { key: "/a", nodes: [node] };
	return { node: { nodes: [node] } };
}

function circle() {
	const tree = { node: {} };
	tree.node.nodes = [tree];
	return tree;
}

function revoked() {
	const { proxy, revoke } = Proxy.revocable({}, {});
	revoke();
	return proxy;
}

/** Trees, and what their errors say. */
const MALFORMED = [
	[undefined, /tree/],
	[null, /./],
	["text", /./],
	[{ node: { nodes: [{ key: "/a" }] } }, /nodes\[0\]\.value is missing/],
	[
		{ node: { nodes: [{ key: "/a", value: undefined }] } },
		/nodes\[0\]\.value is missing/,
	],
	[
		{ node: { nodes: [{ key: "/a", value: () => {} }] } },
		/value must not be a function/,
	],
	[{ node: { nodes: [{ key: "/a", value: 1n }] } }, /must not be 1n/],
	[
		{ node: { nodes: [{ key: "/a", value: "\ud800" }] } },
		/^node\.nodes\[0\]\.value has a lone surrogate$/,
	],
	[deep(70), /^node\.nodes\[0\].* is nested too deeply$/],
	[deep(20_000), /call stack/],
	[circle(), /circular/i],
	[revoked(), /revoked/],
	[
		{
			get node() {
				throw "no";
			},
		},
		/no$/,
	],
	[
		{
			node: {
				nodes: [
					{ key: "/a", dir: true },
					{ key: "/a", dir: true },
				],
			},
		},
		/nodes\[1\]/,
	],
	[{ node: { nodes: [{ key: "/a", value: 1 }] } }, /nodes\[0\]\.value/],
	[{ node: { nodes: [{ key: "b", value: "" }] } }, /nodes\[0\]\.key/],
	[{ node: { nodes: [{ key: "/a", ttl: -1, value: "" }] } }, /ttl/],
	[{ index: 2 ** 53 - 1, node: {} }, /^index .* to 4503599627370496$/],
];

test("a malformed tree is an error that names the place, and changes nothing", async (t) => {
	const store = memory(t);
	await store.promises.set("k", "v");
	const before = store.memory.dump();
	for (const [tree, place] of MALFORMED)
		assert.throws(() => store.memory.load(tree), {
			code: "ERR_INVALID_ARG_VALUE",
			message: place,
		});
	assert.deepEqual(store.memory.dump(), before);
});

test("a wait that is in flight when a tree is loaded is told of a gap", async (t) => {
	const store = memory(t);
	const { promises } = store;
	await promises.set("k", "1");
	const gaps = [];
	const waited = new Promise((resolve) => {
		store.wait("k", { onGap: (from, to) => gaps.push([from, to]) }, (...args) =>
			resolve(args),
		);
	});
	store.memory.load(store.memory.dump());
	await promises.set("k", "2");
	const [error, event] = await waited;
	assert.equal(error, null);
	assert.equal(event.node.value, "2");
	assert.equal(gaps.length, 1);
});

for (const [what, resync] of [
	["ends with a HistoryGapError", false],
	["with resync gives all there is", true],
])
	test(`a watch in flight when a tree is loaded ${what}`, async (t) => {
		const store = memory(t);
		const { promises } = store;
		await promises.set("k", "1");
		const before = store.memory.dump();
		const watch = store.watch("k", { resync });
		await watch.ready;
		const next = watch.next();
		while ((await promises.stats.store()).watchers === 0)
			await new Promise(setImmediate);
		store.memory.load(before);
		if (!resync) {
			const { code, message } = await rejection(next);
			assert.match(message, /^the event history was cleared at index 2; read/);
			return assert.equal(code, "ERR_ETCD_HISTORY_GAP");
		}
		const { action, node } = (await next).value;
		assert.deepEqual([action, node.value], ["resync", "1"]);
		await watch.return();
	});

test("content is restored with what was left of its TTLs", async (t) => {
	const store = memory(t);
	await store.promises.set("k", "v", { ttl: 10 });
	const before = store.memory.dump();
	store.memory.advance(20_000);
	assert.equal(await store.promises.get("k"), undefined);
	store.memory.load(before);
	assert.ok((await store.promises.get("k")).node.ttl >= 9);
	store.memory.advance(11_000);
	assert.equal(await store.promises.get("k"), undefined);
});
