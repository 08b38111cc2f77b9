// Polls that end at once without an event are spaced: the first is repeated at once, those that follow after a
// backoff with jitter, from 50 ms to 1 s.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { cleared, etcdError, node } = require("../support");
const { client, deferred, hostOf } = require("../support/lifetime");

const FAILURES = 6;
/** The least sum of the backoffs between six failures: half of 50, 100, 200 and 400 ms. */
const LEAST_MS = 25 + 50 + 100 + 200;

const failing = (status, code) => ({
	status,
	body: code ? etcdError(code, "no", "/k", 7) : "no",
});
const HEADERS = { "x-etcd-index": "41" };
const EVENT = { body: node("/k", "v", 42, "set") };

/** Repeats a wait until it has failed often enough; resolves with the milliseconds that it has taken. */
async function failures(poll) {
	const { promise, resolve } = deferred();
	const start = performance.now();
	let count = 0;
	const onresult = (...args) => {
		if (++count === FAILURES) resolve(performance.now() - start);
		else poll(onresult, ...args);
	};
	poll(onresult);
	return promise;
}

const WAYS = {
	next: (store) => (cb, _err, _body, next) =>
		next ? next(cb) : store.wait("k", cb),
	"a new wait": (store) => (cb) => store.wait("k", cb),
	"get with wait": (store) => (cb) => store.get("k", { wait: true }, cb),
};

const ENDS = {
	"a 503": failing(503),
	"a 500 of etcd": failing(500, 300),
	"a 401": failing(401, 110),
	"a 403": failing(403),
	"a 400": failing(400, 203),
	"a missing key": failing(404, 100),
	"a page": { body: "<p>It works!</p>" },
	"a connection that is closed": "hangup",
	"a connection that is closed after the headers": {
		fault: "cut",
		headers: HEADERS,
	},
};

for (const [end, answer] of Object.entries(ENDS))
	for (const [way, polling] of Object.entries(WAYS))
		test(`36. waits that end with ${end} and are repeated by ${way} are spaced`, async (t) => {
			const host = await hostOf(t, [answer]);
			const store = client(t, host.url, { timeout: 5000 });
			assert.ok((await failures(polling(store))) >= LEAST_MS);
		});

test("36. a wait of another key that is busy does not end the backoff of one that fails", async (t) => {
	let index = 1;
	const busy = () => ({ body: node("/busy", "v", index++, "set") });
	const host = await hostOf(t, ({ url }) =>
		url.includes("busy") ? busy() : failing(503),
	);
	const store = client(t, host.url);
	let isOver = false;
	store.wait("busy", function onchange(_err, _body, next) {
		if (!isOver) next(onchange);
	});
	assert.ok((await failures(WAYS.next(store))) >= LEAST_MS);
	isOver = true;
});

for (const [what, answer] of [
	["empty bodies", { headers: HEADERS, body: "" }],
	["events before its index", { headers: HEADERS, body: node("/k", "v", 5) }],
]) {
	for (const [way, next] of [
		["a wait", (store, opts) => store.promises.wait("k", opts)],
		[
			"a watch",
			async (store, { waitIndex: from }) =>
				(await store.watch("k", { from }).next()).value,
		],
	])
		test(`36. ${way} that is answered with ${what} spaces its polls, and gives the event that counts`, async (t) => {
			const answers = new Array(FAILURES).fill(answer);
			const host = await hostOf(t, [...answers, EVENT]);
			const start = performance.now();
			const event = await next(client(t, host.url), { waitIndex: 42 });
			assert.equal(event.node.modifiedIndex, 42);
			assert.ok(performance.now() - start >= LEAST_MS);
			assert.equal(host.requests.length, FAILURES + 1);
		});
}

test("36. a wait whose history is gone at each index is spaced", async (t) => {
	const asked = deferred();
	const start = performance.now();
	const host = await hostOf(t, (_request, _response, index) => {
		if (index === FAILURES) asked.resolve(performance.now() - start);
		return cleared(50 + index);
	});
	client(t, host.url).wait("k", () => {});
	assert.ok((await asked.promise) >= LEAST_MS);
});

for (const status of [408, 429, 500, 503]) {
	test(`a watch that is answered with a ${status} polls again, spaced`, async (t) => {
		const answers = new Array(FAILURES).fill(failing(status));
		const host = await hostOf(t, [...answers, EVENT]);
		const start = performance.now();
		const watch = client(t, host.url).watch("k", { from: 42 });
		assert.equal((await watch.next()).value.node.modifiedIndex, 42);
		assert.ok(performance.now() - start >= LEAST_MS);
		await watch.return();
	});
}

test("a watch that is answered with a page polls again, and gives no page", async (t) => {
	const host = await hostOf(t, [ENDS["a page"], EVENT]);
	const watch = client(t, host.url).watch("k", { from: 42 });
	assert.equal((await watch.next()).value.node.modifiedIndex, 42);
	await watch.return();
});

test("36. next in a loop whose key cannot be sent leaves the event loop room", async (t) => {
	const store = client(t, "127.0.0.1:1");
	let isOver = false;
	setTimeout(() => {
		isOver = true;
	}, 1);
	await new Promise((resolve) => {
		store.wait("\ud800", function onchange(_err, _body, next) {
			if (isOver) resolve();
			else next(onchange);
		});
	});
});
