// Servers `etcdjs serve` in front of a cluster under fire, shortened: `npm run test:chaos -- --gateway` is the whole of it.
// The members have the v3 API alone. The modules of this folder read the environment when they are loaded.
process.env.ETCD_API = "v3";
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { binaryOf } = require("../../scripts/etcd-folder");
const { WHOLE } = require("../support/v3-suites");
const { fire } = require("./gateway/fire");
const { miscounts } = require("./gateway/load");
const { OF_GATEWAYS } = require("./gateway/faults");
const { History } = require("./history");
const { seed } = require("./seed");
const { Watcher } = require("./watchers");

const COUNT = 12;
const HOLD_MS = [200, 700];

test("servers under fire lose no write, double none, and their waits miss no event", async (t) => {
	const chosen = seed();
	t.diagnostic(`CHAOS_SEED=${chosen}`);
	const { violations, ...figures } = await fire({
		...{ seed: chosen, count: COUNT, hold: HOLD_MS },
		binary: binaryOf(WHOLE, "v3"),
		kinds: Object.keys(OF_GATEWAYS),
	});
	t.diagnostic(inspect(figures, { breakLength: 200 }));
	assert.deepEqual(violations.slice(0, 5), []);
	for (const what of ["acknowledged", "refused", "ambiguous", "seen"])
		assert.ok(figures[what] > 0, `nothing was ${what}`);
});

/** The violations that the history finds, if `change` changes what really happened. */
async function found(change) {
	const history = new History();
	const done = (err, result) => Promise.resolve({ args: [err, result] });
	const node = { key: "/a", modifiedIndex: 7 };
	const write = { key: "/a", value: "1", once: true };
	await history.write(write, done(null, { node }));
	const refusal = { endpoint: "h", attempts: [{ host: "h", error: "412" }] };
	await history.write({ key: "/a", value: "2" }, done(refusal));
	const event = { index: 7, action: "set", key: "/a", value: "1" };
	const events = change([event]);
	const stored = new Map([["/a", { modifiedIndex: events.at(-1)?.index }]]);
	history.check(events, stored, []);
	return history.violations.map(({ what }) => what);
}

test("the checks find a write that is lost, doubled, applied though it was refused, or cut off", async () => {
	assert.deepEqual(await found((events) => events), []);
	const table = [
		[() => [], "an acknowledged write is missing"],
		[([one]) => [one, { ...one, index: 8 }], "a write was applied twice"],
		[
			([one]) => [one, { ...one, index: 8, value: "2" }],
			"a write that was called not applied was applied",
		],
		[
			([one]) => [one, { ...one, index: 8, value: "" }],
			"an event has a value that nobody wrote",
		],
	];
	for (const [change, what] of table)
		assert.ok((await found(change)).includes(what), what);
});

test("the checks find an event of a chain of waits that is lost, doubled, out of order, or in a gap without a reason", () => {
	const node = (index) => ({
		key: "/a",
		value: `${index}`,
		modifiedIndex: index,
	});
	const events = [5, 6, 7].map((index) => ({
		...node(index),
		index,
		action: "set",
	}));
	const differences = (indexes, ...gap) => {
		const store = { wait: () => {} };
		const watcher = new Watcher({ store, key: "/a", waitIndex: 5 });
		for (const index of indexes) {
			if (gap.length > 0 && index > gap[0])
				watcher.gaps.push({ from: gap[0], to: gap[1], after: 1 });
			watcher.take({ action: "set", node: node(index) });
		}
		return watcher.violations(events, 7).length;
	};
	assert.equal(differences([5, 6, 7]), 0);
	for (const wrong of [
		[5, 7],
		[5, 6, 6, 7],
		[5, 7, 6],
		[5, 6],
	])
		assert.ok(differences(wrong) > 0, `${wrong}`);
	assert.ok(differences([5, 7], 6, 6) > 0);
});

test("the checks find a counter that counts twice or not at all", () => {
	const counts = (numbers) =>
		miscounts(numbers.map((n) => ({ key: "/d/count", value: `${n} x` })));
	assert.deepEqual(counts([1, 2, 3]), []);
	assert.equal(counts([1, 2, 2]).length, 1);
	assert.equal(counts([1, 3]).length, 1);
});
