// Processes that replace timers, use domains, load the package anew or lose a method's client; each test in a
// process of its own. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { node } = require("../support");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };

/** The result of a script whose process has to end by itself and well. */
async function resultOf(script, ...args) {
	const { code, signal, result, stderr } = await inChild(script, args);
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

for (const name of ["setImmediate", "setTimeout", "setInterval", "nextTick"])
	test(`13. callbacks come where a test has replaced ${name}`, async (t) => {
		const { url } = await hostOf(t, [FOUND, FOUND]);
		const script = async ({ call, subject }, url, name) => {
			const store = subject(url);
			const owner = name === "nextTick" ? process : globalThis;
			const own = owner[name];
			owner[name] = () => {};
			const { args } = await call(store, "get", "k");
			store.destroy();
			const { args: refused } = await call(store, "get", "k");
			owner[name] = own;
			return [args[0], refused[0].message];
		};
		assert.deepEqual(await resultOf(script, url, name), [
			null,
			"store destroyed",
		]);
	});

test("13. what a callback throws goes to the domain of its call", async (t) => {
	const { url } = await hostOf(t, [FOUND]);
	const script = ({ subject }, url) =>
		new Promise((resolve) => {
			const domain = require("node:domain").create();
			domain.on("error", (err) => resolve(err.message));
			domain.run(() => {
				subject(url).get("k", () => {
					throw new Error("for the domain");
				});
			});
		});
	assert.equal(await resultOf(script, url), "for the domain");
});

test("1. a method without its client is a TypeError that says so, and holds nothing", async () => {
	const script = async ({ subject }) => {
		const store = subject("127.0.0.1:1");
		const { machines, get } = store;
		const thrown = [];
		for (const call of [
			() => machines(() => {}),
			() => get("k", {}, () => {}),
		]) {
			try {
				call();
			} catch (err) {
				thrown.push([err.name, /without its client/.test(err.message)]);
			}
		}
		return thrown;
	};
	const one = ["TypeError", true];
	assert.deepEqual(await resultOf(script), [one, one]);
});

test("38. destroy reaches calls of what was made from the client", async (t) => {
	const { url } = await hostOf(t, ["silence"]);
	const script = async ({ call, subject }, url) => {
		const store = subject(url);
		const made = [store, Object.create(store), new Proxy(store, {})];
		const calls = made.map((store) => call(store, "get", "k"));
		store.destroy();
		return (await Promise.all(calls)).map(({ args }) => args[0].message);
	};
	const message = "store destroyed";
	assert.deepEqual(await resultOf(script, url), [message, message, message]);
});

test("13. a module that is loaded anew lets the old one's thread go", async (t) => {
	const { url } = await hostOf(t, () => FOUND);
	const script = async ({ call }, url) => {
		const fs = require("node:fs");
		const path = require("node:path");
		const { setTimeout: sleep } = require("node:timers/promises");
		require("node:v8").setFlagsFromString("--expose-gc");
		const gc = require("node:vm").runInNewContext("gc");
		const threads = () => fs.readdirSync("/proc/self/task").length;
		const root = path.dirname(require.resolve("../.."));
		const loadAnew = async () => {
			for (const name of Object.keys(require.cache))
				if (/^(index\.js|lib\/|etcdjs\.node)/.test(path.relative(root, name)))
					delete require.cache[name];
			require.main.children.length = 0;
			const store = require("../..")(url);
			const { args } = await call(store, "get", "k");
			store.destroy();
			return args[0];
		};
		const errors = [await loadAnew()];
		const before = threads();
		for (let i = 0; i < 30; i++) errors.push(await loadAnew());
		const deadline = Date.now() + 20_000;
		while (threads() > before + 3 && Date.now() < deadline) {
			gc();
			await sleep(20);
		}
		return [errors.filter(Boolean), threads() - before];
	};
	const [errors, more] = await resultOf(script, url);
	assert.deepEqual(errors, []);
	assert.ok(more <= 3, `${more} threads are left over`);
});
