// What a client has in its process: it comes with the first client and goes with the last one, as test runners look for it that
// report open handles.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { node } = require("../support");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };
const OPTIONS = { flags: ["--expose-gc"] };

/** The result of a script whose process has to end by itself and well. */
async function resultOf(script, ...args) {
	const child = await inChild(script, args, {}, OPTIONS);
	const { code, signal, result, stderr } = child;
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

/** Counts the async resources that are alive while a script uses the package. */
const counted = async ({ call }, use, url) => {
	const { createHook } = require("node:async_hooks");
	const { runInThisContext } = require("node:vm");
	const alive = new Map();
	const init = (id, type) =>
		/napi|Custom|etcd|Time/i.test(type) && alive.set(id, type);
	const hook = createHook({ init, destroy: (id) => alive.delete(id) }).enable();
	const settle = async () => {
		for (let i = 0; i < 10; i++) {
			await new Promise(setImmediate);
			gc();
		}
		return [...alive.values()];
	};
	const subject = require("../..");
	const loaded = await settle();
	const while_ = await runInThisContext(use)({ call, subject, url, settle });
	const after = await settle();
	hook.disable();
	return {
		loaded,
		while: while_,
		after,
		active: process
			.getActiveResourcesInfo()
			.filter((name) => !/Pipe|TTY|FSReq/.test(name)),
	};
};

const USES = {
	"made no call": async ({ subject, url, settle }) => {
		const store = subject(url);
		const alive = await settle();
		store.destroy();
		return alive;
	},
	"made a call": async ({ call, subject, url, settle }) => {
		const store = subject(url);
		await call(store, "get", "k");
		const alive = await settle();
		store.destroy();
		return alive;
	},
	"made a call and were forgotten": async ({ call, subject, url, settle }) => {
		await call(subject(url), "get", "k");
		return settle().then(() => "forgotten");
	},
	"had pending calls": async ({ call, subject, url }) => {
		const store = subject(url);
		const pending = ["get", "set", "wait"].map((name) =>
			call(store, name, "silent"),
		);
		store.promises.get("silent").catch(() => {});
		const watch = store.watch("silent");
		watch.next().catch(() => {});
		await call(store, "get", "k");
		store.destroy();
		await Promise.all(pending);
		return "destroyed";
	},
	"were made one after the other": async ({ call, subject, url }) => {
		for (let i = 0; i < 10; i++) {
			const store = subject(url);
			await call(store, "get", "k");
			store.destroy();
			await call(store, "set", "k", "v");
		}
		return "destroyed";
	},
};

for (const [title, use] of Object.entries(USES))
	test(`nothing is left in the event loop of clients that ${title}`, async (t) => {
		const host = await hostOf(t, ({ url }) =>
			url.includes("silent") ? "silence" : FOUND,
		);
		const result = await resultOf(counted, `(${use})`, host.url);
		assert.deepEqual(result.loaded, []);
		assert.deepEqual(result.after, []);
		assert.deepEqual(result.active, []);
		if (Array.isArray(result.while)) assert.equal(result.while.length, 2);
	});

test("calls of a destroyed store get their error when nothing is left, and a new client works", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const script = async ({ call, subject }, url) => {
		const store = subject(url);
		await call(store, "get", "k");
		store.destroy();
		for (let i = 0; i < 10; i++) await new Promise(setImmediate);
		const errors = [];
		for (const method of ["get", "set", "wait", "push"])
			errors.push((await call(store, method, "k")).args[0].message);
		const { args } = await call(subject(url), "get", "k");
		return [...errors, args[1].node.value];
	};
	const message = "store destroyed";
	const result = await resultOf(script, host.url);
	assert.deepEqual(result, [...Array(4).fill(message), "v"]);
});

test("a store that is made in a callback of destroy has its answers", async (t) => {
	const host = await hostOf(t, ({ url }) =>
		url.includes("silent") ? "silence" : FOUND,
	);
	const script = async ({ call, subject }, url) => {
		const store = subject(url);
		const pending = new Promise((resolve) => {
			store.get("silent", () => resolve(call(subject(url), "get", "k")));
		});
		store.destroy();
		return (await pending).args[0];
	};
	assert.equal(await resultOf(script, host.url), null);
});
