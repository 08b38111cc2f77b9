// `watch.ready`: the index from which a watch sees every event, of whichever client.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { AbortError, ApiError, EtcdError } = require("../../promises");
const {
	etcdError,
	node,
	prefix,
	sharedEtcd,
	startEtcd,
} = require("../support");
const {
	client,
	hostOf,
	rejection,
	silentHost,
} = require("../support/lifetime");

const ROUNDS = 200;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Two clients of one etcd. */
async function clients(t) {
	const url = await sharedEtcd();
	return [client(t, url), client(t, url).promises];
}

/** Makes a request of etcd, for as long as `response` is open. */
async function forward(url, { method, body, headers }, response) {
	const controller = new AbortController();
	response.on("close", () => controller.abort());
	const { signal } = controller;
	const sent = method === "PUT" ? { body } : {};
	const got = await fetch(url, { method, headers, signal, ...sent });
	const index = got.headers.get("x-etcd-index");
	const { status } = got;
	return { status, headers: { "x-etcd-index": index }, body: await got.text() };
}

/** A host in front of etcd; `around(request, ask)` returns its answer, or what `ask` has got from etcd. */
async function frontOf(t, around, etcd) {
	etcd ??= await sharedEtcd();
	return hostOf(t, async (request, response) => {
		const ask = () => forward(etcd + request.url, request, response);
		return Promise.resolve(around(request, ask)).catch(() => "hangup");
	});
}

const isRead = ({ url }) => url.includes("quorum=true");
const isPoll = ({ url }) => url.includes("wait=true");

/** The next value of a watch, which then ends. */
async function nextOf(watch) {
	const { value } = await watch.next();
	await watch.return();
	return value.node.value;
}

test("a set of another client right behind ready is seen, in each of 200 rounds", async (t) => {
	const [store, other] = await clients(t);
	const dir = prefix();
	const missed = [];
	for (let round = 0; round < ROUNDS; round++) {
		const watch = store.watch(`${dir}${round}`);
		const from = await watch.ready;
		const { node: set } = await other.set(`${dir}${round}`, `${round}`);
		assert.ok(from <= set.modifiedIndex);
		if ((await nextOf(watch)) !== `${round}`) missed.push(round);
	}
	assert.deepEqual(missed, []);
});

test("what happens while the first poll fails after it was sent is seen", async (t) => {
	const [, other] = await clients(t);
	const key = `${prefix()}key`;
	let polls = 0;
	const host = await frontOf(t, async (request, ask) => {
		if (!isPoll(request) || polls++ > 0) return ask();
		await other.set(key, "meanwhile");
		return "hangup";
	});
	const watch = client(t, host.url).watch(key);
	assert.equal(await nextOf(watch), "meanwhile");
	assert.ok(polls > 1);
});

for (const [what, answer] of [
	["of a key", { body: node("/k", "v", 5) }],
	["of a key that is not there", { status: 404, body: etcdError(100, "no") }],
])
	test(`ready is the index after the store's ${what}`, async (t) => {
		const headers = { "x-etcd-index": "41" };
		const host = await hostOf(t, (request) =>
			isRead(request) ? { ...answer, headers } : "silence",
		);
		const watch = client(t, host.url).watch("k", { from: 0 });
		assert.equal(await watch.ready, 42);
		await watch.return();
	});

test("ready is from where that is given, at once", async (t) => {
	const host = await silentHost(t);
	const watch = client(t, host.url).watch("k", { from: 7 });
	assert.equal(await watch.ready, 7);
	await watch.return();
});

test("a directory that is larger than maxResponseSize can be watched", async (t) => {
	const url = await sharedEtcd();
	const other = client(t, url).promises;
	const dir = prefix();
	await other.set(`${dir}a`, "v".repeat(5000));
	const store = client(t, url, { maxResponseSize: 1000 });
	const watch = store.watch(dir, { recursive: true });
	await watch.ready;
	await other.set(`${dir}b`, "small");
	assert.equal(await nextOf(watch), "small");
});

test("ready comes once a host answers, and those that fail before are asked again", async (t) => {
	let asked = 0;
	const host = await frontOf(t, (_request, ask) => {
		const failures = ["hangup", { status: 503 }, { status: 429 }];
		return failures[asked++] ?? ask();
	});
	const watch = client(t, host.url).watch(`${prefix()}key`);
	assert.ok((await watch.ready) > 0);
	await watch.return();
});

for (const [what, answerMs] of [
	["whose answer comes first", 0],
	["whose answer comes later", 1200],
])
	test(`33. a watch whose host is slow sees a write that its client calls after it, ${what}`, async (t) => {
		// One of its own: during the pauses other tests could write more events than the history of a shared one has.
		const member = await startEtcd();
		t.after(() => member.stop());
		const slowly = async (request, ask) => {
			if (isRead(request)) await pause(1500);
			return ask();
		};
		const answeringLate = async (request, ask) => {
			const answer = await ask();
			if (request.method === "PUT") await pause(answerMs);
			return answer;
		};
		const slow = await frontOf(t, slowly, member.url);
		const fast = await frontOf(t, answeringLate, member.url);
		const store = client(t, [slow.url, fast.url], { timeout: 5000 });
		const dir = prefix();
		const watch = store.watch(dir, { recursive: true });
		store.set(`${dir}key`, "mine");
		assert.equal(await nextOf(watch), "mine");
	});

test("ready is rejected with the error that ends the watch before", async (t) => {
	const refusing = await hostOf(t, [
		{ status: 401, body: etcdError(110, "no", "/k", 0) },
	]);
	const refused = client(t, refusing.url).watch("k");
	const error = await rejection(refused.ready);
	assert.ok(error instanceof ApiError);
	assert.equal(await rejection(refused.next()), error);
	const silent = await silentHost(t);
	const store = client(t, silent.url);
	const aborted = store.watch("k", { signal: AbortSignal.abort() });
	assert.ok((await rejection(aborted.ready)) instanceof AbortError);
	const destroyed = store.watch("k");
	store.destroy();
	const { message } = await rejection(destroyed.ready);
	assert.equal(message, "store destroyed");
});

test("ready is rejected where the watch is ended before, and an answer without an index ends it", async (t) => {
	const silent = await silentHost(t);
	const watch = client(t, silent.url).watch("k");
	await watch.return();
	const ended = await rejection(watch.ready);
	assert.ok(ended instanceof EtcdError);
	assert.equal(ended.code, "ERR_ETCD_WATCH_ENDED");
	const host = await hostOf(t, [{ body: node("/k", "v", 5) }]);
	const without = client(t, host.url).watch("k");
	assert.match((await rejection(without.ready)).message, /no X-Etcd-Index/);
});
