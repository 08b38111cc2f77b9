// The timeout of a client that names none; the test takes that long. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call } = require("../support");
const { client, silentHost } = require("../support/lifetime");

const LITTLE_LESS_THAN_60_S = 58_000;
const LITTLE_MORE_THAN_60_S = 62_000;

test("2. a falsy timeout means 60 s", async (t) => {
	const silent = await silentHost(t);
	const falsy = [undefined, null, 0, false, "", Number.NaN];
	const all = [LITTLE_MORE_THAN_60_S, ...falsy, LITTLE_LESS_THAN_60_S];
	const ended = [];
	const calls = all.map(async (timeout) => {
		const store = client(t, silent.url, { timeout });
		// A push is sent once.
		const { args } = await call(store, "push", "k", "v");
		assert.equal(args[0].code, "ESOCKETTIMEDOUT");
		ended.push(timeout);
	});
	await Promise.all(calls);
	assert.equal(ended[0], LITTLE_LESS_THAN_60_S);
	assert.equal(ended.at(-1), LITTLE_MORE_THAN_60_S);
});
