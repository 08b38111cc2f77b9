// Hosts that keep to HTTP and answer waits with errors, indexes and events that no etcd would give.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { client, hostOf, proceed } = require("../support/lifetime");

const CLEARED = "The event in requested index is outdated and cleared";

const answerOf = (text) => `{"action":"get","node":${text}}`;

const clearedAt = (index) => ({
	status: 400,
	body: { errorCode: 401, message: CLEARED, cause: "", index },
});

for (const index of [undefined, null, "7", -7, 0, 1.5, {}, [7], 2 ** 60, true])
	test(`a history that is gone at ${JSON.stringify(index)} is the wait's error`, async (t) => {
		const host = await hostOf(t, [clearedAt(index)]);
		const store = client(t, host.url);
		const { args } = await call(store, "wait", "k", { waitIndex: 3 });
		assert.equal(args[0].code, 401);
		assert.equal(host.requests.length, 1);
	});

test("a wait is not led round in a circle by a history that is always gone", async (t) => {
	const host = await hostOf(t, [clearedAt(7)]);
	const gaps = [];
	const onGap = (...gap) => gaps.push(gap);
	const store = client(t, host.url);
	const { args } = await call(store, "wait", "k", { waitIndex: 3, onGap });
	assert.equal(args[0].code, 401);
	assert.deepEqual(gaps, [[3, 7]]);
	assert.equal(host.requests.length, 2);
});

for (const index of [
	"absent",
	"",
	"-1",
	"1.5",
	"many",
	"0x10",
	" 7 ",
	"99999999999999999999",
	"7, 8",
	"\xff",
])
	test(`a wait whose X-Etcd-Index is '${index}' brings its event, and so does the next`, async (t) => {
		const headers = index === "absent" ? {} : { "x-etcd-index": index };
		const host = await hostOf(t, [
			{ headers, body: "" },
			{ headers, body: node("/k", "v", 50) },
			{ headers, body: node("/k", "w", 51) },
		]);
		const store = client(t, host.url);
		const { args } = await call(store, "wait", "k");
		assert.equal(args[1].node.value, "v");
		const { args: after } = await proceed(args[2]);
		assert.equal(after[1].node.value, "w");
		assert.match(host.requests[2].url, /waitIndex=51\b/);
	});

for (const index of [
	'"7"',
	'{"valueOf":1,"toString":1}',
	"null",
	"[7]",
	"1e400",
])
	test(`a wait whose event has the index ${index} gives it, and can go on`, async (t) => {
		const event = answerOf(`{"value":"v","modifiedIndex":${index}}`);
		const host = await hostOf(t, [{ body: event }]);
		for (const json of [false, true]) {
			const store = client(t, host.url, { json });
			const { args } = await call(store, "wait", "k", { waitIndex: 3 });
			if (!json) assert.deepEqual(args[1], JSON.parse(event));
			assert.equal(args[0] === null, !json);
			const { args: after } = await proceed(args[2]);
			assert.equal(after[0] === null, !json);
		}
	});
