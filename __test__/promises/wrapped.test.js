// Calls that begin while a promise's call is being made, and methods that the caller has wrapped: an abort ends the calls
// of its promise, and no others.
const assert = require("node:assert/strict");
const { AsyncLocalStorage } = require("node:async_hooks");
const diagnostics = require("node:diagnostics_channel");
const { test } = require("node:test");
const { node } = require("../support");
const { client, deferred, hostOf, rejection } = require("../support/lifetime");

const isOwn = ({ url }) => url.includes("/own");

/** A host that never answers requests for the key `own`, and others once `release` is called. */
async function heldHost(t) {
	const released = deferred();
	const asked = deferred();
	const left = deferred();
	const host = await hostOf(t, async (request, response) => {
		if (!isOwn(request)) {
			await released.promise;
			return { body: node("/k", "v", 5) };
		}
		response.on("close", left.resolve);
		asked.resolve();
	});
	const release = () => released.resolve();
	return { ...host, release, asked: asked.promise, left: left.promise };
}

/** Calls back to whoever begins a call of this key. */
function onStart(t, key, tell) {
	const { start } = diagnostics.tracingChannel("etcdjs:request");
	const listener = (context) => context.key === key && tell();
	start.subscribe(listener);
	t.after(() => start.unsubscribe(listener));
}

function once(make) {
	let isMade = false;
	return () => {
		if (isMade) return;
		isMade = true;
		make();
	};
}

/** The ways in which a call runs code of its caller; each returns the arguments of a set of the key `own`. */
const WAYS = {
	"a subscriber of the channel": (nest, t) => {
		onStart(t, "own", nest);
		return ["own", "v", {}];
	},
	"toJSON of the value": (nest) => [
		"own",
		{ toJSON: () => String(nest()) },
		{ json: true },
	],
	"toString of the key": (nest) => {
		const key = {
			toString() {
				nest();
				return "own";
			},
		};
		return [key, "v", {}];
	},
	"a getter of the options": (nest) => {
		const opts = {
			get ttl() {
				nest();
				return 5;
			},
		};
		return ["own", "v", opts];
	},
	"a Proxy as options": (nest) => {
		const get = (target, name) => {
			nest();
			return target[name];
		};
		return ["own", "v", new Proxy({}, { get })];
	},
};

for (const [way, make] of Object.entries(WAYS))
	test(`an abort leaves the calls alone that began inside its call: by ${way}`, async (t) => {
		const host = await heldHost(t);
		const [store, other] = [client(t, host.url), client(t, host.url)];
		const answers = [];
		const nest = once(() => {
			for (const one of [store, other])
				answers.push(new Promise((resolve) => one.get("k", resolve)));
			answers.push(store.promises.get("k").then(() => null));
			return true;
		});
		const { signal, abort } = aborter();
		const [key, value, opts] = make(nest, t);
		const withSignal = Object.defineProperty(opts, "signal", {
			value: signal,
		});
		const ended = rejection(store.promises.set(key, value, withSignal));
		await host.asked;
		abort();
		assert.equal((await ended).ambiguous, true);
		await host.left;
		host.release();
		assert.equal(answers.length, 3);
		assert.deepEqual(await Promise.all(answers), [null, null, null]);
	});

function aborter() {
	const controller = new AbortController();
	return { signal: controller.signal, abort: () => controller.abort() };
}

/** How a program may wrap a method, and whether the promise's calls can be told by it. */
const WRAPPERS = {
	"passes all on": (method) => method,
	"spreads the options": (method) =>
		function (key, value, opts, cb) {
			return method.call(this, key, value, { ...opts, dir: false }, cb);
		},
	"has options of its own": (method) =>
		function (key, value, _opts, cb) {
			return method.call(this, key, value, { dir: false }, cb);
		},
	"has a callback of its own": (method) =>
		function (key, value, opts, cb) {
			return method.call(this, key, value, opts, (...args) => cb(...args));
		},
};

for (const [title, wrap] of Object.entries(WRAPPERS))
	test(`an abort ends the request where a wrapper ${title}`, async (t) => {
		const host = await heldHost(t);
		const store = client(t, host.url);
		store.set = wrap(store.set);
		const { signal, abort } = aborter();
		const ended = rejection(store.promises.set("own", "v", { signal }));
		await host.asked;
		abort();
		assert.equal((await ended).ambiguous, true);
		await host.left;
	});

test("an abort ends no other call where a wrapper passes nothing on, and the write is ambiguous", async (t) => {
	const host = await heldHost(t);
	const store = client(t, host.url);
	const { set } = store;
	const written = deferred();
	store.set = (key, value, _opts, _cb) => {
		store.get("k", (err) => {
			assert.equal(err, null);
			set.call(store, key, value, {}, written.resolve);
		});
	};
	const { signal, abort } = aborter();
	const ended = rejection(store.promises.set("k", "v", { signal }));
	abort();
	assert.equal((await ended).ambiguous, true);
	host.release();
	assert.equal(await written.promise, null);
});

test("an abort calls the function that a wrapper returns", async (t) => {
	const store = client(t, "127.0.0.1:1");
	const stopped = deferred();
	store.get = () => stopped.resolve;
	const error = await rejection(store.promises.get("k", { timeout: 1 }));
	assert.equal(error.ambiguous, undefined);
	await stopped.promise;
});

test("the callback of a wrapper gets the error of the abort", async (t) => {
	const host = await heldHost(t);
	const store = client(t, host.url);
	const { set } = store;
	const heard = deferred();
	store.set = function (key, value, opts, cb) {
		set.call(this, key, value, opts, (err, body) => {
			heard.resolve(err);
			cb(err, body);
		});
	};
	const { signal, abort } = aborter();
	const ended = rejection(store.promises.set("own", "v", { signal }));
	await host.asked;
	abort();
	assert.equal(await heard.promise, await ended);
});

test("an abort leaves a call of another store alone to which a wrapper gave the same options", async (t) => {
	const host = await heldHost(t);
	const [store, other] = [client(t, host.url), client(t, host.url)];
	const { set } = store;
	const audited = deferred();
	store.set = function (key, value, opts, cb) {
		other.set("audit", key, opts, audited.resolve);
		return set.call(this, key, value, opts, cb);
	};
	const { signal, abort } = aborter();
	const ended = rejection(store.promises.set("own", "v", { signal }));
	await host.asked;
	abort();
	await ended;
	host.release();
	assert.equal(await audited.promise, null);
});

test("an abort leaves the call of another promise alone that has the options of the first", async (t) => {
	const host = await heldHost(t);
	const store = client(t, host.url);
	const { set } = store;
	const passed = [];
	store.set = function (key, value, opts, cb) {
		passed.push(opts);
		return set.call(this, key, value, opts, (...args) => cb(...args));
	};
	const { signal, abort } = aborter();
	const ended = rejection(store.promises.set("own", "v", { signal }));
	const opts = { ...passed[0], signal: undefined };
	const other = store.promises.set("other", "v", opts);
	await host.asked;
	abort();
	await ended;
	host.release();
	assert.equal((await other).node.value, "v");
});

test("an abort inside the call ends it, and the request", async (t) => {
	const host = await heldHost(t);
	const store = client(t, host.url);
	const { signal, abort } = aborter();
	const value = { toJSON: abort };
	const opts = { signal, json: true };
	const error = await rejection(store.promises.set("own", value, opts));
	assert.equal(error.name, "AbortError");
	assert.equal(error.ambiguous, true);
});

test("a store that is destroyed inside a call gives that call its error", async (t) => {
	for (const destroyInside of [
		(store) => ["k", { toJSON: () => store.destroy() }, { json: true }],
		(store) => [{ toString: () => `k${store.destroy()}` }, "v", {}],
	]) {
		const store = client(t, "127.0.0.1:1");
		const error = await rejection(store.promises.set(...destroyInside(store)));
		assert.equal(error.message, "store destroyed");
		const silent = client(t, "127.0.0.1:1");
		assert.equal(silent.set(...destroyInside(silent)), undefined);
	}
});

test("where the calls are traced, one that began inside another has its own answer, and so has the other", async (t) => {
	const host = await hostOf(t, () => ({ body: node("/k", "v", 5) }));
	const store = client(t, host.url);
	onStart(t, "own", () => {});
	const inner = deferred();
	const toJSON = once(() => store.get("k", (...args) => inner.resolve(args)));
	const outer = await store.promises.set("own", { toJSON }, { json: true });
	assert.equal(outer.node.value, "v");
	assert.equal((await inner.promise)[1].node.value, "v");
});

test("AsyncLocalStorage is the caller's in what follows a promise that began inside another call", async (t) => {
	const host = await hostOf(t, () => ({ body: node("/k", "v", 5) }));
	const store = client(t, host.url);
	const context = new AsyncLocalStorage();
	const seen = async (name, ...args) => {
		await store.promises.set(...args);
		return [name, context.getStore()];
	};
	let inner;
	const toJSON = once(() => {
		inner = context.run("inner", seen, "inner", "k", "v");
	});
	const opts = { json: true };
	const outer = context.run("outer", seen, "outer", "own", { toJSON }, opts);
	assert.deepEqual(await outer, ["outer", "outer"]);
	assert.deepEqual(await inner, ["inner", "inner"]);
});
