// Timers that were replaced before the package is loaded, as test runners do: they stand still. Each test in a process of
// its own. Timers that are replaced later are tested in ../client/surroundings.test.js.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { node, prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");

/** The result of a script whose process has to end by itself and well. */
async function resultOf(script, ...args) {
	const { code, signal, result, stderr } = await inChild(script, args);
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

/** How timers are replaced: each is a script that returns what puts them back. */
const REPLACE = {
	everywhere: () => {
		const owners = [
			globalThis,
			require("node:timers"),
			require("node:timers/promises"),
			process,
		];
		const names = [
			...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
			...["clearTimeout", "clearInterval", "clearImmediate", "nextTick"],
		];
		const back = [];
		for (const owner of owners)
			for (const name of names.filter((name) => name in owner)) {
				const own = owner[name];
				owner[name] = () => ({ unref() {} });
				back.push(() => {
					owner[name] = own;
				});
			}
		return () => {
			for (const put of back) put();
		};
	},
	"by node:test": () => {
		const { mock } = require("node:test");
		mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate"] });
		return () => mock.timers.reset();
	},
};

const CALLS = 300;

for (const [where, replace] of Object.entries(REPLACE)) {
	test(`calls are answered where timers are replaced ${where}, each with its ticks and microtasks`, async () => {
		const script = async (support, replace, url, key, calls) => {
			const { runInThisContext } = require("node:vm");
			const putBack = runInThisContext(`(require) => (${replace})()`)(require);
			const store = support.subject(url);
			const order = [];
			await new Promise((resolve) => {
				const cb = (err, body) => {
					order.push(err ?? body.node.value);
					Promise.resolve().then(() => order.push("microtask"));
					if (order.length > 2 * calls - 2) Promise.resolve().then(resolve);
				};
				store.set(key, "v", () => {
					for (let i = 0; i < calls; i++) store.get(key, cb);
					// The answers gather: many callbacks are due at once.
					Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
				});
			});
			store.destroy();
			putBack();
			return order;
		};
		const args = [String(replace), await sharedEtcd(), `${prefix()}k`, CALLS];
		const order = await resultOf(script, ...args);
		const each = Array(CALLS).fill(["v", "microtask"]).flat();
		assert.deepEqual(order, each);
	});

	test(`waits go on, and errors come, where timers are replaced ${where}`, async (t) => {
		const found = (index) => ({ body: node("/k", "v", index) });
		const host = await hostOf(t, [found(5), "hangup", "hangup", found(6)]);
		const script = async (support, replace, url) => {
			const { runInThisContext } = require("node:vm");
			const putBack = runInThisContext(`(require) => (${replace})()`)(require);
			const store = support.subject(url);
			const seen = [];
			await new Promise((resolve) => {
				store.wait("k", function onchange(err, body, next) {
					seen.push(err ? err.message : body.node.modifiedIndex);
					if (seen.length === 3) resolve();
					else next(onchange);
				});
			});
			const error = (method, key) =>
				new Promise((resolve) => store[method](key, resolve));
			seen.push((await error("get", "a/../b")).code);
			store.destroy();
			for (const method of ["get", "set", "wait"])
				seen.push((await error(method, "k")).message);
			putBack();
			return seen;
		};
		const seen = await resultOf(script, String(replace), host.url);
		assert.deepEqual(seen, [
			5,
			"socket hang up",
			6,
			"ERR_ETCD_INVALID_KEY",
			...Array(3).fill("store destroyed"),
		]);
	});
}

test("a throw in a callback is an uncaughtException where timers are replaced", async (t) => {
	const host = await hostOf(t, () => ({ body: node("/k", "v", 5) }));
	const script = async (support, replace, url) => {
		const { runInThisContext } = require("node:vm");
		const putBack = runInThisContext(`(require) => (${replace})()`)(require);
		const store = support.subject(url);
		const caught = [];
		await new Promise((resolve) => {
			process.on("uncaughtException", ({ message }) => {
				caught.push(message);
				if (caught.length === 2) resolve();
			});
			store.get("k", () => {
				store.get("k", () => {
					throw new Error("by destroy");
				});
				store.destroy();
				throw new Error("by an answer");
			});
		});
		putBack();
		return caught;
	};
	const replace = String(REPLACE.everywhere);
	const caught = await resultOf(script, replace, host.url);
	assert.deepEqual(caught.sort(), ["by an answer", "by destroy"]);
});

test("a pending call holds the process where timers are replaced", async (t) => {
	const answer = { body: node("/k", "v", 5), delay: 300 };
	const host = await hostOf(t, [answer]);
	const script = async (support, replace, url) => {
		const { runInThisContext } = require("node:vm");
		const putBack = runInThisContext(`(require) => (${replace})()`)(require);
		const store = support.subject(url);
		const body = await store.promises.get("k");
		putBack();
		return body.node.value;
	};
	const replace = String(REPLACE.everywhere);
	assert.equal(await resultOf(script, replace, host.url), "v");
});

test("the timeout of a promise is counted by the program's setTimeout, and that of a store is not", async (t) => {
	const host = await hostOf(t, ["silence"]);
	const script = async ({ subject }, url) => {
		const { mock } = require("node:test");
		mock.timers.enable({ apis: ["setTimeout"] });
		const patient = subject(url);
		const asked = patient.promises.get("k", { timeout: 60_000 });
		const rejected = asked.catch(({ code }) => code);
		mock.timers.tick(60_000);
		const codes = [await rejected];
		const { promises } = subject(url, { timeout: 50 });
		codes.push(await promises.get("k").catch(({ code }) => code));
		return codes;
	};
	const codes = await resultOf(script, host.url);
	assert.deepEqual(codes, ["ETIMEDOUT", "ESOCKETTIMEDOUT"]);
});
