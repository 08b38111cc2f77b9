// `watch`: an async iterator that sees each change once, through timeouts, faults and lost history.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const {
	AbortError,
	ArgumentError,
	EtcdError,
	HistoryGapError,
} = require("../promises");
const { cleared, node, prefix, sharedEtcd, startEtcd } = require("./support");
const { client, hostOf, rejection, silentHost } = require("./support/lifetime");
const { until } = require("./support/member");

/** More events than etcd keeps. */
const HISTORY = 1000;

async function storeOf(t, opts) {
	return client(t, await sharedEtcd(), opts);
}

/** The next so many events of a watch. */
async function take(watch, count) {
	const events = [];
	for (let i = 0; i < count; i++) {
		const { value, done } = await watch.next();
		assert.equal(done, false);
		events.push(value);
	}
	return events;
}

const valuesOf = (events) => events.map(({ node }) => node.value);
const numbers = (count) => Array.from({ length: count }, (_, i) => `${i}`);

async function write(store, key, values) {
	for (const value of values) await store.promises.set(key, value);
}

/** Counts how often a store polls from now on. */
function pollsOf(store) {
	const { get } = store;
	const polls = { count: 0 };
	store.get = function (...args) {
		polls.count++;
		return get.apply(this, args);
	};
	polls.moreThan = (count) =>
		until(
			() => polls.count > count,
			() => new Error("it has not been polled again"),
		);
	return polls;
}

/** The end of a watch that fails. */
const failure = (watch) => rejection(watch.next());

test("it gives each change once and in order, from the moment in which it is called", async (t) => {
	const store = await storeOf(t);
	const key = `${prefix()}k`;
	const watch = store.watch(key);
	await write(store, key, numbers(5));
	await store.promises.del(key);
	const seen = [];
	for await (const event of watch) {
		seen.push(`${event.action} ${event.node.value}`);
		if (event.action === "delete") break;
	}
	const sets = numbers(5).map((value) => `set ${value}`);
	assert.deepEqual(seen, [...sets, "delete undefined"]);
});

test("it gives what is below the key where it is recursive, and that from an index on", async (t) => {
	const store = await storeOf(t);
	const folder = prefix();
	const { node: first } = await store.promises.set(`${folder}a`, "0");
	await store.promises.set(`${folder}b/c`, "1");
	const from = first.modifiedIndex;
	const watch = store.watch(folder, { recursive: true, from });
	assert.deepEqual(valuesOf(await take(watch, 2)), ["0", "1"]);
	await watch.return();
	const later = store.watch(folder, { recursive: true, from: from + 1 });
	assert.deepEqual(valuesOf(await take(later, 1)), ["1"]);
	await later.return();
});

test("several that wait for the next change each get their own", async (t) => {
	const store = await storeOf(t);
	const key = `${prefix()}k`;
	const watch = store.watch(key);
	const nexts = [watch.next(), watch.next(), watch.next()];
	await write(store, key, numbers(2));
	const [one, two] = await Promise.all(nexts.slice(0, 2));
	assert.deepEqual(valuesOf([one.value, two.value]), ["0", "1"]);
	await watch.return();
	assert.deepEqual(await nexts[2], { value: undefined, done: true });
	assert.deepEqual(await watch.next(), { value: undefined, done: true });
});

test("it does not end when nothing happens for longer than the timeout", async (t) => {
	const store = await storeOf(t, { timeout: 100 });
	const key = `${prefix()}k`;
	const polls = pollsOf(store);
	const watch = store.watch(key);
	const next = take(watch, 1);
	await polls.moreThan(2);
	await write(store, key, ["late"]);
	assert.deepEqual(valuesOf(await next), ["late"]);
	await watch.return();
});

test("a quiet key does not fall out of the history that others use up", async (t) => {
	const store = await storeOf(t, { timeout: 250 });
	const other = await storeOf(t);
	const key = `${prefix()}k`;
	const polls = pollsOf(store);
	const watch = store.watch(key);
	const next = watch.next();
	for (let written = 0; written <= HISTORY; written += 200) {
		await write(other, `${prefix()}other`, numbers(200));
		await polls.moreThan(polls.count);
	}
	await write(store, key, ["late"]);
	assert.deepEqual(valuesOf([(await next).value]), ["late"]);
	await watch.return();
});

test("it goes on when the server is killed and comes back, and misses nothing", async (t) => {
	const member = await startEtcd();
	t.after(() => member.stop());
	const store = client(t, member.url, { timeout: 1000 });
	const watch = store.watch("k");
	await write(store, "k", ["before"]);
	await member.kill();
	await member.restart();
	await write(store, "k", ["after", "that"]);
	const seen = await take(watch, 3);
	assert.deepEqual(valuesOf(seen), ["before", "after", "that"]);
	await watch.return();
});

test("a server's failure is passed by", async (t) => {
	const event = (index) => ({ body: node("/k", "v", index, "set") });
	const failures = ["hangup", { status: 503 }, { status: 500, body: "x" }];
	const host = await hostOf(t, [...failures, ...failures, event(5), "silence"]);
	const watch = client(t, host.url).watch("k", { from: 5 });
	assert.equal((await take(watch, 1))[0].node.modifiedIndex, 5);
	await watch.return();
});

test("what does not pass ends it with its error", async (t) => {
	const host = await hostOf(t, [{ status: 404, body: "404 page not found" }]);
	const error = await failure(client(t, host.url).watch("k"));
	assert.ok(error instanceof EtcdError);
	assert.equal(error.code, "ERR_ETCD_NO_V2_API");
	const store = await storeOf(t, { json: true });
	const key = `${prefix()}k`;
	const watch = store.watch(key);
	const { promises: text } = await storeOf(t);
	await watch.ready;
	await text.set(key, "no JSON");
	assert.ok((await failure(watch)) instanceof EtcdError);
	assert.equal((await watch.next()).done, true);
});

test("history that etcd has forgotten ends it with an error that says which", async (t) => {
	const store = await storeOf(t);
	const folder = prefix();
	const { node: first } = await store.promises.set(`${folder}k`, "0");
	await write(store, `${prefix()}other`, numbers(HISTORY + 1));
	const from = first.modifiedIndex;
	const error = await failure(store.watch(`${folder}k`, { from }));
	assert.ok(error instanceof HistoryGapError && error instanceof EtcdError);
	assert.equal(error.code, "ERR_ETCD_HISTORY_GAP");
	assert.equal(error.fromIndex, from);
	assert.ok(error.toIndex >= from + HISTORY);
});

test("where etcd is wiped, its index goes back: that is a gap, too", async (t) => {
	const member = await startEtcd();
	t.after(() => member.stop());
	const store = client(t, member.url, { timeout: 300 });
	await write(store, "k", numbers(20));
	const gaps = [];
	const onGap = (from, to) => gaps.push([from, to]);
	const waited = new Promise((resolve) => {
		store.wait("k", { onGap }, function onresult(err, body, next) {
			if (err) next(onresult);
			else resolve(body.node.value);
		});
	});
	const [plain, resynced] = [false, true].map((resync) =>
		store.watch("k", { resync }),
	);
	const failed = failure(plain);
	const next = resynced.next();
	await member.watched((open) => open === 3);
	await member.wipe();
	const error = await failed;
	assert.ok(error instanceof HistoryGapError);
	assert.match(error.message, /wiped or restored: its index was \d+ and is/);
	assert.ok(error.toIndex < error.fromIndex);
	assert.equal((await next).value.action, "resync");
	await until(
		() => gaps.length === 1,
		() => new Error("the wait has not been told of a gap"),
	);
	assert.equal(gaps[0][0], error.fromIndex);
	await write(store, "k", ["new"]);
	assert.equal(await waited, "new");
	assert.deepEqual(valuesOf(await take(resynced, 1)), ["new"]);
	await resynced.return();
});

test("a value that is no JSON ends it with an error that says at which index, and where it was called", async (t) => {
	const store = await storeOf(t);
	const key = `${prefix()}k`;
	const { node: bad } = await store.promises.set(key, "{");
	await write(store, key, ["7"]);
	const from = bad.modifiedIndex;
	const error = await failure(store.watch(key, { json: true, from }));
	assert.ok(error instanceof EtcdError);
	assert.equal(error.index, from);
	const [, frame] = error.stack.split("\n");
	assert.ok(frame.includes(__filename), error.stack);
	const next = store.watch(key, { json: true, from: error.index + 1 });
	assert.deepEqual(valuesOf(await take(next, 1)), [7]);
	await next.return();
});

test("a snapshot that does not say of which index it is ends it", async (t) => {
	const host = await hostOf(t, [cleared(50), { body: node("/k", "v", 50) }]);
	const watch = client(t, host.url).watch("k", { from: 1, resync: true });
	assert.match((await failure(watch)).message, /no X-Etcd-Index/);
	assert.equal(host.requests.length, 2);
});

test("with resync it gives all there is instead, and goes on from there", async (t) => {
	const store = await storeOf(t);
	const folder = prefix();
	const { node: first } = await store.promises.set(`${folder}k`, "0");
	await write(store, `${prefix()}other`, numbers(HISTORY + 1));
	const opts = { recursive: true, from: first.modifiedIndex, resync: true };
	const { get } = store;
	// A write between the snapshot and the wait for what follows it.
	store.get = function (key, opts, cb) {
		if (opts.wait) return get.call(this, key, opts, cb);
		return get.call(this, key, opts, (...args) => {
			this.set(`${folder}k`, "1", () => cb(...args));
		});
	};
	const watch = store.watch(folder, opts);
	const [snapshot, event] = await take(watch, 2);
	assert.equal(snapshot.action, "resync");
	assert.deepEqual(valuesOf(snapshot.node.nodes.map((node) => ({ node }))), [
		"0",
	]);
	assert.deepEqual([event.action, event.node.value], ["set", "1"]);
	await watch.return();
});

test("a snapshot of a key that is not there has no node", async (t) => {
	const store = await storeOf(t);
	const { node: other } = await store.promises.set(`${prefix()}other`, "0");
	await write(store, `${prefix()}other`, numbers(HISTORY + 1));
	const key = `${prefix()}k`;
	const watch = store.watch(key, { from: other.modifiedIndex, resync: true });
	assert.deepEqual(await take(watch, 1), [
		{ action: "resync", node: undefined },
	]);
	await write(store, key, ["1"]);
	assert.deepEqual(valuesOf(await take(watch, 1)), ["1"]);
	await watch.return();
});

test("it is no more than 64 events ahead of who takes them", async (t) => {
	const store = await storeOf(t);
	const key = `${prefix()}k`;
	const written = numbers(200);
	const { node: first } = await store.promises.set(key, "first");
	await write(store, key, written);
	const { get } = store;
	let came = 0;
	store.get = function (key, opts, cb) {
		return get.call(this, key, opts, (...args) => {
			came++;
			cb(...args);
		});
	};
	const watch = store.watch(key, { from: first.modifiedIndex });
	await until(
		() => came === 64,
		() => new Error(`it is ${came} ahead`),
	);
	// As many calls as would bring many more.
	for (let i = 0; i < 20; i++) await store.promises.machines();
	assert.equal(came, 64);
	const seen = valuesOf(await take(watch, 201));
	assert.deepEqual(seen, ["first", ...written]);
	await watch.return();
});

test("break ends it, and the request", async (t) => {
	const host = await silentHost(t);
	const watch = client(t, host.url).watch("k");
	await host.asked;
	const next = watch.next();
	await watch.return();
	assert.equal((await next).done, true);
	await host.left;
});

test("an abort of its signal ends it with an error, and the request", async (t) => {
	const host = await silentHost(t);
	const controller = new AbortController();
	const watch = client(t, host.url).watch("k", { signal: controller.signal });
	await host.asked;
	const reason = new Error("enough");
	controller.abort(reason);
	const error = await failure(watch);
	assert.ok(error instanceof AbortError);
	assert.equal(error.cause, reason);
	await host.left;
	const aborted = { signal: AbortSignal.abort() };
	const none = client(t, host.url).watch("k", aborted);
	assert.ok((await failure(none)) instanceof AbortError);
});

test("destroy ends it with an error", async (t) => {
	const host = await silentHost(t);
	const store = client(t, host.url);
	const watch = store.watch("k");
	await host.asked;
	const failed = failure(watch);
	store.destroy();
	assert.equal((await failed).message, "store destroyed");
});

test("an option that cannot be used is an error at once", async (t) => {
	const store = await storeOf(t, { strict: true });
	const table = [
		[{ signal: 5 }, /signal must be an AbortSignal/],
		[{ from: "7" }, /from must be an index/],
		[{ from: -1 }, /from must be an index/],
		[{ from: 1.5 }, /from must be an index/],
		[{ recursiv: true }, /no option recursiv: recursive/],
		["recursive", /options must be an object, not string/],
		[() => {}, /options must be an object, not function/],
	];
	for (const [opts, said] of table)
		assert.throws(
			() => store.watch("k", opts),
			(error) => error instanceof ArgumentError && said.test(error.message),
		);
	assert.throws(() => store.watch(undefined), TypeError);
});
