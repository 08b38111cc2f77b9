// What callbacks and clients do to the process they are in; each in a process of its own. The numbers are
// those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { nextEvent, node, prefix, sharedEtcd, store } = require("../support");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");
const { anyAnswer, everyCall, keyed } = require("../support/every-call");

const FOUND = { body: node("/k", "v", 5) };
const CALLS = 200;

/** The result of a script whose process has to end by itself and well. */
async function resultOf(script, ...args) {
	const { code, signal, result, stderr } = await inChild(script, args);
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

async function storedKey() {
	const url = await sharedEtcd();
	const key = `${prefix()}k`;
	await store(url, key, "v");
	return [url, key];
}

test("13. a throw in a callback is an uncaughtException and harms no other callback", async () => {
	const [url, key] = await storedKey();
	const script = async ({ subject }, url, key, count) => {
		const store = subject(url);
		const caught = [];
		const thrown = [];
		process.on("uncaughtException", (error) => caught.push(error));
		await new Promise((resolve) => {
			let calls = 0;
			const cb = () => {
				if (++calls === count) setImmediate(resolve);
				if (calls % 2 === 0) return;
				thrown.push(new Error(`${calls}`));
				throw thrown.at(-1);
			};
			for (let i = 0; i < count; i++) store.get(key, cb);
		});
		const same = caught.every((error, i) => error === thrown[i]);
		return { thrown: thrown.length, caught: caught.length, same };
	};
	const result = await resultOf(script, url, key, CALLS);
	const half = CALLS / 2;
	assert.deepEqual(result, { thrown: half, caught: half, same: true });
});

test("13. a throw in the callback of any call harms no call after it", async (t) => {
	const { url } = await hostOf(t, anyAnswer);
	const script = async ({ call, subject }, url, calls) => {
		const store = subject(url);
		const caught = [];
		process.on("uncaughtException", ({ message }) => caught.push(message));
		const answers = [];
		for (const [method, ...args] of calls) {
			const owner = method.startsWith("stats.") ? store.stats : store;
			const ended = new Promise((resolve) => {
				const cb = () => {
					setImmediate(resolve);
					throw new Error(method);
				};
				owner[method.replace("stats.", "")](...args, cb);
			});
			await ended;
			answers.push((await call(store, "get", "k")).args[1]?.node.value);
		}
		return { caught, answers };
	};
	const { caught, answers } = await resultOf(script, url, everyCall());
	const methods = everyCall().map(([method]) => method);
	assert.deepEqual(caught, methods);
	assert.deepEqual(
		answers,
		methods.map(() => "v"),
	);
});

test("13. a throw in the callback of a wait leaves the wait usable", async (t) => {
	const { url } = await hostOf(t, nextEvent);
	const script = async ({ subject }, url) => {
		let caught = 0;
		process.on("uncaughtException", () => caught++);
		let turns = 0;
		await new Promise((resolve) => {
			subject(url).wait("k", function onchange(_error, _result, next) {
				turns++;
				if (turns === 3) setImmediate(resolve);
				else next(onchange);
				throw new Error("in the callback");
			});
		});
		return { caught, turns };
	};
	assert.deepEqual(await resultOf(script, url), { caught: 3, turns: 3 });
});

test("13. a throw that nobody catches ends the process and names itself", async (t) => {
	const { url } = await hostOf(t, [FOUND]);
	const script = ({ subject }, url) =>
		new Promise((resolve) => {
			const store = subject(url);
			store.get("k", () => {
				setImmediate(resolve);
				throw new RangeError("mine");
			});
		});
	const { code, stderr } = await inChild(script, [url]);
	assert.equal(code, 1);
	assert.match(stderr, /RangeError: mine/);
});

test("13. AsyncLocalStorage is the caller's inside each of many callbacks", async () => {
	const [url, key] = await storedKey();
	const script = async ({ subject }, url, key, count) => {
		const { AsyncLocalStorage } = require("node:async_hooks");
		const context = new AsyncLocalStorage();
		const store = subject(url);
		const own = (i) =>
			context.run(i, () => {
				return new Promise((resolve) => {
					const cb = () => resolve(context.getStore() === i);
					if (i % 2) store.get(key, cb);
					else store.set(`${key}${i}`, "v", cb);
				});
			});
		const numbers = Array.from({ length: count }, (_, i) => i);
		return (await Promise.all(numbers.map(own))).filter(Boolean).length;
	};
	assert.equal(await resultOf(script, url, key, CALLS), CALLS);
});

// The context each callback is called in, where each call was made in one of its own.
const contexts = async ({ subject }, url, calls) => {
	const { AsyncLocalStorage } = require("node:async_hooks");
	const context = new AsyncLocalStorage();
	const store = subject(url);
	const seen = ([method, ...args]) =>
		new Promise((resolve) => {
			const owner = method.startsWith("stats.") ? store.stats : store;
			const cb = () => resolve(context.getStore());
			const start = () => owner[method.replace("stats.", "")](...args, cb);
			context.run(method, start);
		});
	return Promise.all(calls.map(seen));
};

for (const [title, answer, calls] of [
	["a success", anyAnswer, everyCall()],
	["an error answer", [{ status: 500, body: "broken" }], everyCall()],
	["a broken connection", ["hangup"], everyCall()],
	["a refused key", anyAnswer, keyed("a/../b")],
]) {
	test(`13. AsyncLocalStorage is the caller's in the callback of every call: ${title}`, async (t) => {
		const { url } = await hostOf(t, answer);
		const seen = await resultOf(contexts, url, calls);
		assert.deepEqual(
			seen,
			calls.map(([method]) => method),
		);
	});
}

test("13. AsyncLocalStorage of each turn of a wait is that of the call of next()", async (t) => {
	const { url } = await hostOf(t, nextEvent);
	const script = ({ subject }, url) =>
		new Promise((resolve) => {
			const { AsyncLocalStorage } = require("node:async_hooks");
			const context = new AsyncLocalStorage();
			const seen = [];
			const store = subject(url);
			const onchange = (_error, _result, next) => {
				seen.push(context.getStore());
				if (seen.length === 3) resolve(seen);
				else context.run(`turn ${seen.length}`, () => next(onchange));
			};
			context.run("call", () => store.wait("k", onchange));
		});
	const seen = await resultOf(script, url);
	assert.deepEqual(seen, ["call", "turn 1", "turn 2"]);
});

test("13. AsyncLocalStorage is the caller's when destroy() is called from elsewhere", async (t) => {
	const { url } = await hostOf(t, ["silence"]);
	const script = ({ subject }, url) =>
		new Promise((resolve) => {
			const { AsyncLocalStorage } = require("node:async_hooks");
			const context = new AsyncLocalStorage();
			const store = subject(url);
			const cb = () => resolve(context.getStore());
			context.run("caller", () => store.get("k", cb));
			context.run("destroyer", () => setImmediate(() => store.destroy()));
		});
	assert.equal(await resultOf(script, url), "caller");
});

test("13. microtasks and ticks run between two callbacks", async () => {
	const [url, key] = await storedKey();
	const script = async ({ subject }, url, key, count) => {
		const store = subject(url);
		let late = 0;
		let pending = 0;
		let calls = 0;
		await new Promise((resolve) => {
			const cb = () => {
				late += pending;
				pending = 3;
				Promise.resolve().then(() => pending--);
				queueMicrotask(() => pending--);
				process.nextTick(() => pending--);
				if (++calls === count) setImmediate(resolve);
			};
			for (let i = 0; i < count; i++) store.get(key, cb);
			// The answers gather while this thread stands still: many callbacks are due at once.
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
		});
		return { calls, late, pending };
	};
	const result = await resultOf(script, url, key, CALLS);
	assert.deepEqual(result, { calls: CALLS, late: 0, pending: 0 });
});

for (const [method, ...args] of everyCall()) {
	test(`13. a pending ${method} holds the event loop open`, async (t) => {
		const { url } = await hostOf(t, (request) => {
			return { ...anyAnswer(request), delay: 100 };
		});
		const script = async ({ call, subject }, url, args) => {
			let loops = 0;
			process.on("beforeExit", () => loops++);
			const { args: results } = await call(subject(url), ...args);
			return { error: results[0], loops };
		};
		const result = await resultOf(script, url, [method, ...args]);
		assert.deepEqual(result, { error: null, loops: 0 });
	});
}

for (const [title, script] of [
	["was never used", async ({ subject }, url) => subject(url) && "end"],
	[
		"was used",
		async ({ call, subject }, url, key) => {
			const store = subject(url);
			const { args } = await call(store, "get", key);
			const waitIndex = args[1].node.modifiedIndex;
			await call(store, "wait", key, { waitIndex });
			return "end";
		},
	],
	[
		"refreshes",
		async ({ call, subject }, url, key) => {
			const stores = [subject(url, { refresh: true }), subject(url)];
			stores[1].autoRefresh();
			for (const store of stores) await call(store, "get", key);
			return "end";
		},
	],
]) {
	test(`13. an idle client that ${title} does not hold the process`, async () => {
		assert.equal(await resultOf(script, ...(await storedKey())), "end");
	});
}
