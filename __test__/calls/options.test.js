// Options of a call in objects of every kind: each is read as `opts.name` by every method, with a callback or
// a promise. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { client, hostOf, rejection } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };

const WRITE = { ttl: 7, prevIndex: 3, noValueOnSuccess: true };
/** Each method, its arguments, and options that all change its request. */
const CALLS = [
	["get", ["k"], { recursive: true, sorted: true, quorum: true }],
	["wait", ["k"], { recursive: true, waitIndex: 4 }],
	["set", ["k", "v"], { ...WRITE, prevExist: false }],
	["update", ["k", "v"], WRITE],
	["compareAndSwap", ["k", "v", "p"], WRITE],
	["compareAndDelete", ["k", "p"], { prevIndex: 3, recursive: true }],
	["del", ["k"], { prevIndex: 3, dir: true }],
	["mkdir", ["k"], { ttl: 7, prevExist: false }],
	["rmdir", ["k"], { recursive: true }],
	["push", ["k", "v"], { ttl: 7 }],
];

function mapped(options, describe) {
	const entries = Object.keys(options).map((name) => [name, describe(name)]);
	return Object.fromEntries(entries);
}

const getters = (options, enumerable) =>
	mapped(options, (name) => ({ get: () => options[name], enumerable }));

/** An instance of a class whose options are getters of a private field. */
function instanceOf(options) {
	class Options {
		#options = options;
		static read(self, name) {
			return self.#options[name];
		}
	}
	const described = mapped(options, (name) => ({
		get() {
			return Options.read(this, name);
		},
	}));
	Object.defineProperties(Options.prototype, described);
	return new Options();
}

/** A Proxy that knows its options and refuses to be asked for anything else. */
function refusingProxy(options) {
	const get = (_, name) => {
		if (typeof name === "symbol") throw new Error("no such option");
		return options[name];
	};
	return new Proxy({}, { get, set: () => false });
}

/** Objects with the same options. */
const KINDS = {
	"are frozen": (options) => Object.freeze({ ...options }),
	"are sealed": (options) => Object.seal({ ...options }),
	"are inherited": (options) => Object.create(options),
	"are inherited by a frozen object": (options) =>
		Object.freeze(Object.create(options)),
	"inherit from a frozen object": (options) =>
		Object.create(Object.freeze({ prevExist: undefined, ...options })),
	"are getters": (options) =>
		Object.defineProperties({}, getters(options, true)),
	"are getters that do not show": (options) =>
		Object.defineProperties({}, getters(options, false)),
	"are getters of a frozen object": (options) =>
		Object.freeze(Object.defineProperties({}, getters(options, true))),
	"are getters of a class": instanceOf,
	"are getters of a class, frozen": (options) =>
		Object.freeze(instanceOf(options)),
	"are in a Proxy": (options) => new Proxy({ ...options }, {}),
	"are in a Proxy of a frozen object": (options) =>
		new Proxy(Object.freeze({ ...options }), {}),
	"are in a Proxy that has no other": refusingProxy,
	"are in an object without a prototype": (options) =>
		Object.assign(Object.create(null), options),
	"are in an array": (options) => Object.assign([], options),
};

/** Resolves with the request that a call makes. */
async function requestOf(t, make) {
	const host = await hostOf(t, [FOUND]);
	await make(client(t, host.url));
	assert.equal(host.requests.length, 1);
	const [{ method, url, body }] = host.requests;
	return { method, url, body };
}

for (const [kind, make] of Object.entries(KINDS))
	test(`6. options count that ${kind}`, async (t) => {
		for (const [method, args, options] of CALLS) {
			// Sent in this order, whatever the object's.
			const made = (opts) =>
				requestOf(t, (store) => call(store, method, ...args, opts));
			const promised = (opts) =>
				requestOf(t, ({ promises }) => promises[method](...args, opts));
			const expected = await made({ ...options });
			assert.deepEqual(await made(make(options)), expected, method);
			assert.deepEqual(await promised(make(options)), expected, method);
		}
	});

for (const kind of ["are inherited", "are getters of a class, frozen"])
	test(`watch takes options that ${kind}`, async (t) => {
		const host = await hostOf(t, [FOUND, "silence"]);
		const opts = KINDS[kind]({ recursive: true, from: 4 });
		const watch = client(t, host.url).watch("k", opts);
		await watch.next();
		await watch.return();
		const { searchParams } = new URL(host.requests[0].url, host.url);
		assert.equal(searchParams.get("waitIndex"), "4");
		assert.equal(searchParams.get("recursive"), "true");
	});

test("each option is read once", async (t) => {
	const host = await hostOf(t, () => FOUND);
	const store = client(t, host.url);
	for (const [method, args, options] of CALLS) {
		if (method === "wait") continue;
		const reads = [];
		const get = (target, name) => {
			if (Object.hasOwn(options, name)) reads.push(name);
			return target[name];
		};
		const { args: results } = await call(
			store,
			method,
			...args,
			new Proxy({ ...options }, { get }),
		);
		assert.equal(results[0], null);
		assert.deepEqual(reads.sort(), Object.keys(options).sort(), method);
	}
});

test("7. a setter that drops what is written to it does not drop the condition", async (t) => {
	const accessor = { get: () => undefined, set: () => {} };
	const names = ["prevExist", "prevValue", "dir", "wait"];
	const dropping = () =>
		Object.defineProperties(
			{},
			mapped(Object.fromEntries(names.map((n) => [n, 1])), () => accessor),
		);
	for (const [method, args] of CALLS) {
		const made = (opts) =>
			requestOf(t, (store) => call(store, method, ...args, opts));
		assert.deepEqual(await made(dropping()), await made({}), method);
	}
});

const AMENDED = [
	"update",
	"compareAndSwap",
	"compareAndDelete",
	"mkdir",
	"rmdir",
	"wait",
];

for (const [method, args] of CALLS.filter(([name]) => AMENDED.includes(name))) {
	const thrown = new Error("these options are read only");
	const set = () => {
		throw thrown;
	};

	test(`a Proxy that throws when ${method} writes to it is an error in the callback`, async (t) => {
		const store = client(t, (await hostOf(t, [FOUND])).url);
		const opts = new Proxy({}, { set });
		const { args: results } = await call(store, method, ...args, opts);
		assert.equal(results[0], thrown);
		assert.equal(results.length, method === "wait" ? 3 : 1);
	});

	test(`the promise of ${method} does not write to its options`, async (t) => {
		const { promises } = client(t, (await hostOf(t, [FOUND])).url);
		const opts = new Proxy({}, { set, defineProperty: set });
		assert.deepEqual(await promises[method](...args, opts), FOUND.body);
	});
}

for (const [title, value] of [
	["an error", new Error("no")],
	["null", null],
	["undefined", undefined],
	["a text", "no"],
])
	test(`a getter that throws ${title} is an error of its call`, async (t) => {
		const store = client(t, (await hostOf(t, [FOUND])).url);
		const opts = () => ({
			get ttl() {
				throw value;
			},
		});
		const { args } = await call(store, "set", "k", "v", opts());
		assert.ok(args[0] instanceof Error);
		const error = await rejection(store.promises.set("k", "v", opts()));
		assert.equal(error.message, args[0].message);
	});

test("a wrapped method sees all options that the promise's caller gave", async (t) => {
	const store = client(t, (await hostOf(t, [FOUND])).url);
	const { get } = store;
	const seen = [];
	store.get = function (key, opts, cb) {
		seen.push(opts.namespace);
		delete opts.namespace;
		opts.sorted = true;
		return get.call(this, key, { ...opts }, cb);
	};
	const inherited = Object.create({ namespace: "inherited" });
	const frozen = Object.freeze({ namespace: "frozen" });
	const given = [
		{ namespace: "own" },
		inherited,
		frozen,
		instanceOf({ namespace: "class" }),
	];
	for (const opts of given) await store.promises.get("k", opts);
	assert.deepEqual(seen, ["own", "inherited", "frozen", "class"]);
	assert.deepEqual(
		given.map(({ namespace }) => namespace),
		seen,
	);
});

test("where it is strict, an inherited option that is spelled almost right is an error", async (t) => {
	const store = client(t, (await hostOf(t, [FOUND])).url, { strict: true });
	const opts = Object.create({ prevExists: false });
	const error = await rejection(store.promises.set("k", "v", opts));
	assert.match(error.message, /prevExists: prevExist/);
});

test("the options of a store of promises may be inherited", async (t) => {
	const etcd = require("../../promises");
	const host = await hostOf(t, () => FOUND);
	const sent = async (settings) => {
		const store = etcd(host.url, Object.create(settings));
		t.after(() => store.destroy());
		await store.set("k", 0, { json: false });
		return host.requests.at(-1).body;
	};
	assert.equal(await sent({}), "value=0");
	assert.equal(await sent({ strict: false }), "");
	assert.equal(await sent({ strict: undefined }), "value=0");
});
