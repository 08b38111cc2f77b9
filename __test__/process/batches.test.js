// destroy() in a callback while other answers are due. They gather while the main thread stands still, so that
// they come in one batch.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { setImmediate } = require("node:timers/promises");
const { call, prefix, sharedEtcd } = require("../support");
const { client } = require("../support/lifetime");

// Of each client; both together fewer than a batch may have.
const CALLS = 100;
const GATHERING_MS = 500;

/**
 * Two clients whose calls, in turns gets and sets, are all answered; none of their callbacks has been called.
 * `seen` gets `[name, err, isWrite]` with each, and then `onanswer(name)` is called.
 */
async function answered(t, onanswer) {
	const url = await sharedEtcd();
	const stores = { one: client(t, url), other: client(t, url) };
	const key = `${prefix()}key`;
	await call(stores.one, "set", key, "v");
	const seen = [];
	for (let i = 0; i < CALLS; i++)
		for (const [name, store] of Object.entries(stores)) {
			const cb = (err) => {
				seen.push([name, err, i % 2 === 0]);
				onanswer(name);
			};
			if (i % 2) store.get(key, cb);
			else store.set(key, "v", cb);
		}
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GATHERING_MS);
	return { stores, seen, key };
}

const of = (seen, name) => seen.filter(([of]) => of === name);

test("destroy() in a callback gives the other calls of the batch its error once, and leaves those of other clients alone", async (t) => {
	let within;
	let inTurn;
	const { stores, seen, key } = await answered(t, (name) => {
		if (name !== "one" || within) return;
		within = [seen.length];
		stores.one.destroy();
		within.push(seen.length);
		setImmediate().then(() => {
			inTurn = seen.length;
		});
	});
	// Later than any callback of the batch, and so than a second one.
	for (let i = 0; i < 3; i++) await call(stores.other, "get", key);
	// The answers of these gets may come in the same turn of the loop as the batch; the turn's immediates run at its end.
	await setImmediate();
	const [[, first], ...rest] = of(seen, "one");
	assert.equal(first, null);
	assert.equal(within[1] - within[0], CALLS - 1);
	assert.equal(rest.length, CALLS - 1);
	for (const [, { message, ambiguous }, isWrite] of rest) {
		assert.equal(message, "store destroyed");
		assert.equal(ambiguous, isWrite || undefined);
	}
	const others = of(seen, "other").map(([, error]) => error);
	assert.deepEqual(others, Array(CALLS).fill(null));
	assert.equal(inTurn, 2 * CALLS, "the answers were one batch");
});

test("destroy() of another client in a callback takes its answers of the batch from it", async (t) => {
	let destroyed = false;
	const { stores, seen, key } = await answered(t, () => {
		if (destroyed) return;
		destroyed = true;
		for (const store of Object.values(stores)) store.destroy();
	});
	const store = client(t, await sharedEtcd());
	for (let i = 0; i < 3; i++) await call(store, "get", key);
	const [[, first], ...rest] = seen;
	assert.equal(first, null);
	assert.equal(rest.length, 2 * CALLS - 1);
	for (const [, { message }] of rest) assert.equal(message, "store destroyed");
});
