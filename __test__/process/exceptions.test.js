// Callbacks that are async functions and reject, and what a throw does in between. What a throw in a plain
// callback does is tested in callbacks.test.js (13.), in destroy() in ../client/destroy.test.js (38.),
// in onGap in ../wait/wait.test.js (34.).
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { nextEvent, prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");
const { anyAnswer, everyCall } = require("../support/every-call");

const CALLS = 200;

async function resultOf(script, ...args) {
	const { code, signal, result, stderr } = await inChild(script, args);
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

test("a rejection in a callback of any call is an unhandledRejection and harms no call after it", async (t) => {
	const { url } = await hostOf(t, anyAnswer);
	const script = async ({ call, subject }, url, calls) => {
		const store = subject(url);
		const rejected = [];
		process.on("unhandledRejection", ({ message }) => rejected.push(message));
		const answers = [];
		for (const [method, ...args] of calls) {
			const owner = method.startsWith("stats.") ? store.stats : store;
			await new Promise((resolve) => {
				const cb = async () => {
					setImmediate(resolve);
					throw new Error(method);
				};
				owner[method.replace("stats.", "")](...args, cb);
			});
			answers.push((await call(store, "get", "k")).args[1].node.value);
		}
		return { rejected, answers };
	};
	const { rejected, answers } = await resultOf(script, url, everyCall());
	const methods = everyCall().map(([method]) => method);
	assert.deepEqual(rejected, methods);
	assert.deepEqual(answers, Array(methods.length).fill("v"));
});

const throwInBatch = async ({ call, subject }, url, key, calls) => {
	const store = subject(url);
	await call(store, "set", key, "v");
	const reports = { uncaughtException: 0, unhandledRejection: 0 };
	for (const name of Object.keys(reports))
		process.on(name, () => reports[name]++);
	let called = 0;
	await new Promise((resolve) => {
		const ends = [
			() => {},
			() => {
				throw new Error("thrown");
			},
			async () => {
				throw new Error("rejected");
			},
			// One that ends later than its batch.
			() => new Promise(setImmediate).then(() => Promise.reject(new Error())),
		];
		for (let i = 0; i < calls; i++)
			store.get(key, () => {
				if (++called === calls) setImmediate(resolve);
				return ends[i % ends.length]();
			});
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
	});
	const reported = () => reports.uncaughtException + reports.unhandledRejection;
	while (reported() < (calls / 4) * 3) await new Promise(setImmediate);
	const { args } = await call(store, "get", key);
	return { called, ...reports, after: args[1].node.value };
};

test("throws and rejections in callbacks of one batch are each reported, and every callback is called", async () => {
	const url = await sharedEtcd();
	const result = await resultOf(throwInBatch, url, `${prefix()}k`, CALLS);
	assert.deepEqual(result, {
		called: CALLS,
		uncaughtException: CALLS / 4,
		unhandledRejection: CALLS / 2,
		after: "v",
	});
});

test("a rejection in the callback of a wait leaves the wait usable", async (t) => {
	const { url } = await hostOf(t, nextEvent);
	const script = async ({ subject }, url) => {
		let rejected = 0;
		process.on("unhandledRejection", () => rejected++);
		let turns = 0;
		await new Promise((resolve) => {
			subject(url).wait("k", async function onchange(_error, _result, next) {
				if (++turns === 3) setImmediate(resolve);
				else next(onchange);
				throw new Error("in the callback");
			});
		});
		return { rejected, turns };
	};
	assert.deepEqual(await resultOf(script, url), { rejected: 3, turns: 3 });
});

test("a rejection that nobody handles ends the process and names itself", async (t) => {
	const { url } = await hostOf(t, anyAnswer);
	const script = ({ subject }, url) =>
		new Promise((resolve) => {
			subject(url).get("k", async () => {
				setImmediate(resolve);
				throw new RangeError("mine");
			});
		});
	const { code, stderr } = await inChild(script, [url]);
	assert.equal(code, 1);
	assert.match(stderr, /RangeError: mine/);
});
