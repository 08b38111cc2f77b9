// Calls with fewer arguments, and with options that cannot be changed, send what the others send. The numbers
// are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, prefix, sharedEtcd } = require("../support");
const { client, hostOf } = require("../support/lifetime");
const { anyAnswer, keyed } = require("../support/every-call");

const OPTIONS = { recursive: true, ttl: 9, prevIndex: 5 };

/** What a call sends. */
async function sent(t, ...args) {
	const host = await hostOf(t, anyAnswer);
	const { args: results } = await call(client(t, host.url), ...args);
	assert.equal(results[0], null);
	assert.equal(host.requests.length, 1);
	const [{ method, url, body }] = host.requests;
	return `${method} ${url} ${body}`;
}

for (const [method, ...args] of keyed("k")) {
	test(`6. ${method} sends the same with its callback where options would stand`, async (t) => {
		const expected = await sent(t, method, ...args, {});
		assert.equal(await sent(t, method, ...args), expected);
	});

	test(`6. frozen options of ${method} are read as others are`, async (t) => {
		const expected = await sent(t, method, ...args, { ...OPTIONS });
		const frozen = Object.freeze({ ...OPTIONS });
		assert.equal(await sent(t, method, ...args, frozen), expected);
		assert.match(expected, /recursive=true|ttl=9/);
	});
}

test("8. push(k, cb) calls back, with an empty string stored", async (t) => {
	const store = client(t, await sharedEtcd());
	const { args } = await call(store, "push", prefix());
	assert.equal(args[0], null);
	const { args: found } = await call(store, "get", args[1].node.key);
	assert.equal(found[1].node.value, "");
});
