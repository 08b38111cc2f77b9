// A steady load, as that of a service that runs for long: what the process holds does not grow with its calls.
// ENDURANCE=full: 10 million calls, those of 24 h at 115 a second, as V8 is by default. Otherwise fewer, with V8's
// young generation kept small: it grows in steps of several MB until it has its full size.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { closedPort, prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");

const FULL = process.env.ENDURANCE === "full";
const CALLS = FULL ? 10_000_000 : 40_000;
const LEAKING_CALLS = 40_000;
const LEAK_BYTES = 200;
const SAMPLES = 20;
const LIMIT_MS = FULL ? 90 * 60_000 : 110_000;
const MOST = 1.05;

const script = (_support, options) =>
	require("../process/programs/load.js").underLoad(options);

async function underLoad(calls, { leak, flags }) {
	const place = {
		url: await sharedEtcd(),
		closed: `http://127.0.0.1:${await closedPort()}`,
		prefix: prefix(),
	};
	const load = { ...place, calls, leak, samples: SAMPLES };
	const options = { flags: ["--expose-gc", ...flags], limit: LIMIT_MS };
	const child = await inChild(script, [load], {}, options);
	const { code, signal, result, stderr } = child;
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

/** By what the process has grown from the second fifth to the last one; the first is to warm up. */
function growth(megabytes) {
	const fifth = megabytes.length / 5;
	const median = (from) => {
		const part = megabytes.slice(from, from + fifth);
		return part.sort((a, b) => a - b)[fifth >> 1];
	};
	return median(4 * fifth) / median(fifth);
}

const shown = (megabytes) => megabytes.map(Math.round).join(", ");
const small = ["--max-semi-space-size=1"];

test(`${CALLS} calls of every kind leave the process within 5 % of its size`, {
	timeout: LIMIT_MS,
}, async (t) => {
	const load = { flags: FULL ? [] : small };
	const { megabytes, outcomes, events } = await underLoad(CALLS, load);
	t.diagnostic(`MB: ${shown(megabytes)}`);
	assert.ok(growth(megabytes) < MOST, shown(megabytes));
	assert.ok(events > 0);
	const { ok, ...errors } = outcomes;
	const made = Object.values(outcomes).reduce((a, b) => a + b);
	assert.equal(made, CALLS);
	assert.ok(ok > CALLS / 2);
	for (const name of ["101", "ERR_ETCD_INVALID_KEY", "store destroyed"])
		assert.ok(errors[name] > 0, name);
});

test(`a leak of ${LEAK_BYTES} bytes a call would show`, async () => {
	const load = { leak: LEAK_BYTES, flags: small };
	const { megabytes } = await underLoad(LEAKING_CALLS, load);
	assert.ok(growth(megabytes) > MOST, shown(megabytes));
});
