// `next` through history: the poll for the next event is opened while the callback runs.
const assert = require("node:assert/strict");
const { finished } = require("node:stream/promises");
const { test } = require("node:test");
const { call, node } = require("../support");
const { client, deferred, hostOf, proceed } = require("../support/lifetime");

const FIRST = 5;

/**
 * A host whose store is at the index `store`. `answers[index]` is what the polls from an index on get in turn: "hangup",
 * or "park", the head alone; the others get an event. `polls` are the indexes that were asked for; `asked(index)`
 * resolves with the response to the first poll.
 */
async function historyOf(t, store, answers = {}) {
	const polls = [];
	const responses = new Map();
	const asked = (index) => {
		if (!responses.has(index)) responses.set(index, deferred());
		return responses.get(index);
	};
	const headers = { "x-etcd-index": store };
	const host = await hostOf(t, ({ url }, response) => {
		const index = Number(
			new URL(url, "http://h").searchParams.get("waitIndex"),
		);
		if (!index) return { body: node("/k", "v", store) };
		polls.push(index);
		asked(index).resolve(response);
		const answer = answers[index]?.shift();
		if (answer === "hangup") return answer;
		if (!answer) return { headers, body: node("/k", "v", index, "set") };
		response.writeHead(200, headers).flushHeaders();
	});
	return { url: host.url, polls, asked: (index) => asked(index).promise };
}

/** Waits for the first event; gives `next`. */
async function first(store) {
	const { args } = await call(store, "wait", "k", { waitIndex: FIRST });
	assert.equal(args[1].node.modifiedIndex, FIRST);
	return args[2];
}

// It may have closed already; that it was not finished is no matter.
const closed = (response) => finished(response).catch(() => {});

test("the poll for the next event of the history is in flight before next is called, and next takes it over", async (t) => {
	const history = await historyOf(t, 9);
	let next = await first(client(t, history.url));
	for (const index of [6, 7, 8, 9]) {
		await history.asked(index);
		const { args } = await proceed(next);
		assert.equal(args[1].node.modifiedIndex, index);
		next = args[2];
	}
	assert.deepEqual(history.polls, [5, 6, 7, 8, 9]);
});

test("a poll ahead that is still in flight gives its later event to next", async (t) => {
	const history = await historyOf(t, 9, { 6: ["park"] });
	const next = await first(client(t, history.url));
	const response = await history.asked(6);
	const proceeding = proceed(next);
	response.end(JSON.stringify(node("/k", "v", 12, "set")));
	assert.equal((await proceeding).args[1].node.modifiedIndex, 12);
	assert.deepEqual(history.polls, [5, 6]);
});

test("a poll ahead that fails is no error: next polls itself", async (t) => {
	const history = await historyOf(t, 9, { 6: ["hangup"] });
	const next = await first(client(t, history.url));
	await closed(await history.asked(6));
	const { args } = await proceed(next);
	assert.equal(args[1].node.modifiedIndex, 6);
	assert.deepEqual(history.polls.slice(0, 3), [5, 6, 6]);
});

test("a poll ahead is dropped if next is not called for long, and next polls itself then", async (t) => {
	const history = await historyOf(t, 9, { 6: ["park"] });
	const next = await first(client(t, history.url));
	await closed(await history.asked(6));
	assert.deepEqual(history.polls, [5, 6]);
	const { args } = await proceed(next);
	assert.equal(args[1].node.modifiedIndex, 6);
	assert.deepEqual(history.polls.slice(0, 3), [5, 6, 6]);
});

test("stop ends a poll that next has taken", async (t) => {
	const history = await historyOf(t, 9, { 6: ["park"] });
	const next = await first(client(t, history.url));
	const response = await history.asked(6);
	const stop = next(() => assert.fail("called back after stop"));
	const end = closed(response);
	stop();
	await end;
	assert.deepEqual(history.polls, [5, 6]);
});

test("no poll is sent ahead for events that are not history", async (t) => {
	const history = await historyOf(t, FIRST);
	const store = client(t, history.url);
	await first(store);
	await call(store, "get", "k");
	await call(store, "get", "k");
	assert.deepEqual(history.polls, [5]);
});
