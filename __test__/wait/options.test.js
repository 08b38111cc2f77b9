// The options of a wait: several chains may share one object, and none takes another's index from it.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node, prefix, sharedEtcd } = require("../support");
const { client, deferred, hostOf } = require("../support/lifetime");

const EVENTS = 10;
const numbers = Array.from({ length: EVENTS }, (_, i) => `${i}`);

/** The values of a key's next events. `next` is called when `pause` has resolved, as by an async handler. */
function eventsOf(store, key, opts, pause, count = EVENTS) {
	const { promise, resolve } = deferred();
	const seen = [];
	store.wait(key, opts, async function onchange(err, body, next) {
		if (err) return resolve(err);
		seen.push(body.node.value);
		if (seen.length === count) return resolve(seen);
		await pause();
		next(onchange);
	});
	return promise;
}

/** Watches two keys with the same options while both are written; resolves with what each wait has seen. */
async function sharing(store, writer, opts) {
	const keys = [`${prefix()}one`, `${prefix()}two`];
	const pause = () => call(writer, "machines");
	const seen = keys.map((key) => eventsOf(store, key, opts, pause));
	for (const value of numbers)
		await Promise.all(keys.map((key) => call(writer, "set", key, value)));
	return Promise.all(seen);
}

const withAccessor = () => ({
	get waitIndex() {
		return undefined;
	},
});

for (const [what, make] of [
	["plain", () => ({ recursive: true })],
	["frozen", () => Object.freeze({ recursive: true })],
	["inheriting", () => Object.create({ recursive: true })],
	["proxied", () => new Proxy({ recursive: true }, {})],
	["with an index that cannot be set", withAccessor],
]) {
	test(`two waits that share ${what} options each see the events of their own key`, async (t) => {
		const store = client(t, await sharedEtcd());
		assert.deepEqual(await sharing(store, store, make()), [numbers, numbers]);
	});
}

for (const [what, wrap] of [
	["later", (opts) => opts],
	["later with a copy of the options", (opts) => ({ ...opts })],
]) {
	test(`two waits that share options keep their indexes where a wrapper calls get ${what}`, async (t) => {
		const url = await sharedEtcd();
		const [store, writer] = [client(t, url), client(t, url)];
		const { get } = store;
		store.get = function (key, opts, cb) {
			queueMicrotask(() => get.call(this, key, wrap(opts), cb));
		};
		const { args } = await call(writer, "set", `${prefix()}start`, "");
		const opts = { waitIndex: args[1].node.modifiedIndex };
		assert.deepEqual(await sharing(store, writer, opts), [numbers, numbers]);
	});
}

test("an index that the caller sets between two calls to next counts", async (t) => {
	const store = client(t, await sharedEtcd());
	const key = `${prefix()}key`;
	const { args: first } = await call(store, "set", key, "0");
	const { args: second } = await call(store, "set", key, "1");
	const [from, later] = [first, second].map(
		([, body]) => body.node.modifiedIndex,
	);
	const opts = { waitIndex: from };
	const seen = [];
	await new Promise((resolve) => {
		store.wait(key, opts, function onchange(_err, body, next) {
			seen.push(body.node.value);
			if (seen.length === 4) return resolve();
			opts.waitIndex = seen.length === 2 ? from : opts.waitIndex;
			next(onchange);
		});
	});
	assert.ok(later > from);
	assert.deepEqual(seen, ["0", "1", "0", "1"]);
});

test("a get with wait=true in its key waits", async (t) => {
	const store = client(t, await sharedEtcd());
	const key = `${prefix()}key`;
	const { args: first } = await call(store, "set", key, "0");
	const { modifiedIndex } = first[1].node;
	const query = `?wait=true&waitIndex=${modifiedIndex + 1}`;
	const waited = call(store, "get", `${key}${query}`);
	const { args: read } = await call(store, "get", key);
	assert.equal(read[1].node.value, "0");
	await call(store, "set", key, "1");
	const { args } = await waited;
	assert.equal(args[1].action, "set");
	assert.equal(args[1].node.value, "1");
});

test("an index that a wrapper of get sets or removes counts", async (t) => {
	const host = await hostOf(t, [{ body: node("/k", "v", 9, "set") }]);
	const store = client(t, host.url);
	const { get } = store;
	const set = [{ waitIndex: 7 }, { waitIndex: undefined }];
	store.get = function (key, opts, cb) {
		return get.call(this, key, { ...opts, ...set.shift() }, cb);
	};
	await eventsOf(store, "k", { waitIndex: 5 }, async () => {}, 2);
	const asked = host.requests.map(({ url }) => url);
	assert.deepEqual(asked, [
		"/v2/keys/k?wait=true&waitIndex=7",
		"/v2/keys/k?wait=true",
	]);
});

test("the options show the index of the wait that calls back", async (t) => {
	const host = await hostOf(t, ({ url }) => {
		const [, key, from] = /keys\/(\w+).*?(\d*)$/.exec(url);
		const index = Number(from) || (key === "a" ? 100 : 5);
		return { body: node(`/${key}`, "v", index, "set") };
	});
	const store = client(t, host.url);
	const opts = {};
	const shown = { a: [], b: [] };
	const following = Object.keys(shown).map(
		(key) =>
			new Promise((resolve) => {
				store.wait(key, opts, function onchange(_err, body, next) {
					shown[key].push(opts.waitIndex - body.node.modifiedIndex);
					if (shown[key].length === 3) resolve();
					else next(onchange);
				});
			}),
	);
	await Promise.all(following);
	assert.deepEqual(shown, { a: [1, 1, 1], b: [1, 1, 1] });
});
