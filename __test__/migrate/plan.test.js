// The pure parts of the copy: entries of a tree, what differs, what is done about it, and in which order.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { steps } = require("../../lib/migrate/follow");
const { differenceOf, differences, plan } = require("../../lib/migrate/plan");
const { SourceClock } = require("../../lib/migrate/source-clock");
const tree = require("../../lib/migrate/tree");

const NOW = 1000;

function file(value, expiresAt = Infinity, index = 1) {
	return { key: "/k", isDir: false, value, expiresAt, index };
}

const DIRECTORY = { key: "/k", isDir: true, expiresAt: Infinity, index: 1 };

test("two entries differ by their kind, their value or their TTL, which may be 2 s apart", () => {
	const table = [
		[file("1"), undefined, "missing"],
		[file("1"), DIRECTORY, "kind"],
		[file("1"), file("2"), "value"],
		[file("1"), file("1"), undefined],
		[DIRECTORY, DIRECTORY, undefined],
		[file("1", 9000), file("1"), "ttl"],
		[file("1"), file("1", 9000), "ttl"],
		[file("1", 9000), file("1", 7000), undefined],
		[file("1", 9000), file("1", 6999), "ttl"],
		[file("1", 9000), file("1", 11_001), "ttl"],
	];
	for (const [source, target, expected] of table)
		assert.equal(differenceOf(source, target), expected);
});

test("a key of the v3 store alone is a difference", () => {
	const found = differences(new Map(), new Map([["/k", file("1")]]));
	assert.deepEqual(found, [{ key: "/k", what: "extra" }]);
});

test("what is done with a key follows from both stores and from whose the copy is", () => {
	const own = { isDir: false, index: 1 };
	const others = { isDir: false, index: 7 };
	const brief = file("1", NOW + 60_000);
	const table = [
		[file("1"), file("1"), undefined, "same"],
		[file("1"), undefined, undefined, "create"],
		[file("1"), undefined, own, "conflicts"],
		[brief, undefined, own, "create"],
		[brief, file("1", NOW + 50_000), undefined, "renew"],
		[file("1"), file("2"), undefined, "conflicts"],
		[file("1"), file("2"), own, "replace"],
		[file("1"), file("2"), others, "conflicts"],
		[file("1"), DIRECTORY, undefined, "conflicts"],
		[undefined, file("1"), own, "remove"],
		[undefined, file("1"), undefined, undefined],
	];
	const mapOf = (one) => new Map(one ? [["/k", one]] : []);
	for (const [source, target, copy, expected] of table) {
		const lists = plan(mapOf(source), mapOf(target), mapOf(copy), NOW);
		const [list] = Object.entries(lists).find(([, l]) => l.length > 0) ?? [];
		assert.equal(list, expected, JSON.stringify([source, target, copy]));
	}
});

test("the TTL of a key that has only seconds to live is renewed at a smaller difference", () => {
	const [source, target] = [file("1", NOW + 4000), file("1", NOW + 2500)];
	const lists = plan(
		new Map([["/k", source]]),
		new Map([["/k", target]]),
		new Map(),
		NOW,
	);
	assert.equal(lists.renew.length, 1);
	assert.equal(differenceOf(source, target), undefined);
});

test("a key ends with the directory above it, and its own TTL is what is written", () => {
	const nodes = [
		{ key: "/d/k", value: "1" },
		{ key: "/d/t", ttl: 5, value: "" },
	];
	const entries = new Map();
	tree.add(
		entries,
		{ dir: true, nodes: [{ key: "/d", dir: true, ttl: 9, nodes }] },
		NOW,
	);
	assert.deepEqual([...entries.keys()], ["/d", "/d/k", "/d/t"]);
	const ends = [...entries.values()].map(({ expiresAt }) => expiresAt);
	assert.deepEqual(ends, [NOW + 9000, NOW + 9000, NOW + 5000]);
	const ttls = [...entries.values()].map((one) =>
		tree.ttlOption(one, NOW + 2000),
	);
	assert.deepEqual(ttls, [{ ttl: 7 }, {}, { ttl: 3 }]);
	assert.deepEqual(tree.ttlOption(entries.get("/d/t"), NOW + 9000), { ttl: 1 });
});

test("the TTL of a late event is what is left of it, though the clocks do not agree", () => {
	const server = Date.parse("2030-01-01T00:00:00Z");
	const at = (ms) => new Date(server + ms).toISOString();
	const clock = new SourceClock();
	const event = (written, arrived) => {
		const node = {
			key: "/k",
			value: "1",
			ttl: 60,
			expiration: at(written + 60_000),
		};
		return clock.entryOf(node, arrived).expiresAt;
	};
	assert.equal(event(0, NOW), NOW + 60_000);
	assert.equal(event(5000, NOW + 30_000), NOW + 65_000);
	assert.equal(
		clock.entryOf({ key: "/k", value: "1" }, NOW).expiresAt,
		Infinity,
	);
});

test("events of files with other keys go together; a directory, a round and a second event of a key wait", () => {
	const of = (key, dir) => ({ action: "set", node: { key, dir } });
	const [a, b, d] = [of("/a"), of("/b"), of("/d", true)];
	const round = { action: "resync" };
	const groups = [...steps([a, b, a, d, b, round, a])];
	assert.deepEqual(groups, [[a, b], [a], [d], [b], [round], [a]]);
	assert.deepEqual([...steps([])], []);
});

test("entries are ordered by their depth", () => {
	const keys = ["/a/b/c", "/a", "/b/c", "/b"].map((key) => ({ key }));
	const levels = tree.levels(keys).map((level) => level.map(({ key }) => key));
	assert.deepEqual(levels, [["/a", "/b"], ["/b/c"], ["/a/b/c"]]);
});
