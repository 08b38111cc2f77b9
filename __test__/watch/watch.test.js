// `watch`: an async iterator that gives each change once, through timeouts and faults.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { AbortError, ArgumentError, EtcdError } = require("../../promises");
const { node, prefix, startEtcd } = require("../support");
const { until } = require("../support/etcd/member");
const { client, hostOf, silentHost } = require("../support/lifetime");
const {
	failure,
	numbers,
	pollsOf,
	storeOf,
	take,
	valuesOf,
	write,
} = require("./stage");

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
