// destroy(). The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { inChild } = require("../support/child");
const { busyHost, client, hostOf, silentHost } = require("../support/lifetime");
const { everyCall } = require("../support/every-call");

const FOUND = { body: node("/k", "v", 5) };

/** Starts a call; its callback gives `note` what it got. */
function start(store, [method, ...args], note) {
	const path = method.split(".");
	const name = path.pop();
	const owner = path.length > 0 ? store[path[0]] : store;
	return owner[name](...args, (...results) => note(results));
}

for (const args of everyCall()) {
	test(`38. destroy gives a pending ${args[0]} its error at once`, async (t) => {
		const host = await silentHost(t);
		const store = client(t, host.url);
		const got = [];
		start(store, args, (results) => got.push(results));
		await host.asked;
		store.destroy();
		assert.equal(got.length, 1);
		const [error, result, next] = got[0];
		assert.ok(error instanceof Error);
		assert.equal(error.message, "store destroyed");
		assert.equal("code" in error, false);
		if (args[0] !== "wait") return;
		assert.equal(result, null);
		assert.equal(typeof next, "function");
	});

	test(`38. ${args[0]} after destroy gets the error on a later tick`, async (t) => {
		const host = await hostOf(t, [FOUND]);
		const store = client(t, host.url);
		store.destroy();
		const got = [];
		const called = new Promise((resolve) => {
			start(store, args, (results) => {
				got.push(results);
				resolve();
			});
		});
		assert.deepEqual(got, []);
		await called;
		assert.equal(got[0][0].message, "store destroyed");
		assert.equal(host.requests.length, 0);
	});
}

test("38. destroy reaches every pending call, of any kind, however many there are", async (t) => {
	const calls = Array.from({ length: 5 }, () => everyCall()).flat();
	const host = await busyHost(t, calls.length);
	const store = client(t, host.url);
	const errors = [];
	calls.forEach((args, i) => {
		start(store, args, ([error]) => errors.push([i, error.message]));
	});
	await host.all;
	store.destroy();
	const expected = calls.map((_, i) => [i, "store destroyed"]);
	assert.deepEqual(
		errors.sort(([a], [b]) => a - b),
		expected,
	);
});

test("38. destroy reaches calls that were made in the same turn", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const store = client(t, host.url);
	const errors = [];
	const calls = everyCall();
	for (const args of calls)
		start(store, args, ([error]) => errors.push(error.message));
	store.destroy();
	assert.deepEqual(new Set(errors), new Set(["store destroyed"]));
	assert.equal(errors.length, calls.length);
});

for (const args of everyCall()) {
	const when = args[0] === "wait" ? "in a later turn" : "on the very next tick";
	test(`38. ${args[0]} after destroy gets the error ${when}`, async (t) => {
		const store = client(t, (await hostOf(t, [FOUND])).url);
		store.destroy();
		let calls = 0;
		start(store, args, () => calls++);
		await new Promise(process.nextTick);
		assert.equal(calls, args[0] === "wait" ? 0 : 1);
	});
}

test("38. destroy leaves the calls of other clients alone", async (t) => {
	const host = await busyHost(t, 2);
	const [store, other] = [client(t, host.url), client(t, host.url)];
	const errors = [];
	store.get("k", () => errors.push("destroyed"));
	other.get("k", () => errors.push("other"));
	await host.all;
	store.destroy();
	assert.deepEqual(errors, ["destroyed"]);
});

test("38. destroy gives each call its own error", async (t) => {
	const host = await busyHost(t, 2);
	const store = client(t, host.url);
	const errors = [];
	for (let i = 0; i < 2; i++) store.get("k", (error) => errors.push(error));
	await host.all;
	store.destroy();
	assert.equal(errors.length, 2);
	assert.notEqual(errors[0], errors[1]);
});

test("38. no callback comes again after destroy", async (t) => {
	const calls = everyCall();
	const host = await busyHost(t, calls.length);
	const store = client(t, host.url);
	let got = 0;
	for (const args of calls) start(store, args, () => got++);
	await host.all;
	store.destroy();
	store.destroy();
	await host.close();
	await call(store, "get", "k");
	assert.equal(got, calls.length);
});

test("38. destroy lets go of the connections", async (t) => {
	const host = await silentHost(t);
	const store = client(t, host.url);
	store.get("k", () => {});
	await host.asked;
	store.destroy();
	await host.left;
});

test("38. nothing of a destroyed client holds the process", async (t) => {
	const calls = everyCall();
	const { host, all } = await busyHost(t, calls.length);
	const ready = await hostOf(t, () => all.then(() => FOUND));
	const { result, code } = await inChild(
		async ({ subject, call }, url, readyUrl, calls) => {
			const store = subject(url, { refresh: true });
			let got = 0;
			for (const [method, ...args] of calls) {
				const [owner, name] = method.includes(".")
					? [store.stats, method.split(".")[1]]
					: [store, method];
				owner[name](...args, () => got++);
			}
			await call(subject(readyUrl), "get", "k");
			store.destroy();
			return got;
		},
		[host, ready.url, calls],
	);
	assert.equal(code, 0);
	assert.equal(result, calls.length);
});

test("38. a pending write is ambiguous after destroy, and a later one is not", async (t) => {
	for (const args of everyCall()) {
		const host = await silentHost(t);
		const store = client(t, host.url);
		const isWrite = /^(set|up|comp|del|push|mk|rm)/.test(args[0]);
		const pending = new Promise((resolve) => start(store, args, resolve));
		await host.asked;
		store.destroy();
		const [error] = await pending;
		assert.equal(error.ambiguous, isWrite ? true : undefined, args[0]);
		const later = await call(store, ...args);
		assert.equal(later.args[0].ambiguous, undefined);
	}
});

test("38. the hosts can be read after destroy", (t) => {
	const store = client(t, ["a", "b:1"]);
	store.destroy();
	assert.deepEqual(store._hosts, ["http://a:4001", "http://b:1"]);
});
