// destroy() beside stop functions and callbacks. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node, prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");
const { busyHost, client, hostOf, silentHost } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };

test("38. destroying twice is harmless, also within a callback", async (t) => {
	const host = await busyHost(t, 3);
	const store = client(t, host.url);
	let got = 0;
	for (let i = 0; i < 3; i++)
		store.get("k", () => {
			got++;
			store.destroy();
		});
	await host.all;
	store.destroy();
	store.destroy();
	assert.equal(got, 3);
});

test("38. a call made in a callback of destroy gets its error later", async (t) => {
	const host = await silentHost(t);
	const store = client(t, host.url);
	const order = [];
	const second = new Promise((resolve) => {
		store.get("k", () => {
			order.push("first");
			store.set("k", "v", ({ message }) => {
				order.push(message);
				resolve();
			});
		});
	});
	await host.asked;
	store.destroy();
	order.push("destroyed");
	await second;
	assert.deepEqual(order, ["first", "destroyed", "store destroyed"]);
});

test("38. a call that was stopped hears nothing of destroy", async (t) => {
	const host = await busyHost(t, 3);
	const store = client(t, host.url);
	const got = [];
	const stops = ["get", "wait"].map((method) =>
		store[method]("k", () => got.push(method)),
	);
	store.get("k", () => got.push("kept"));
	await host.all;
	for (const stop of stops) stop();
	store.destroy();
	assert.deepEqual(got, ["kept"]);
});

test("38. stop is harmless after destroy", async (t) => {
	const host = await silentHost(t);
	const store = client(t, host.url);
	let got = 0;
	const stop = store.wait("k", () => got++);
	await host.asked;
	store.destroy();
	stop();
	store.get("k", () => got++)();
	await call(store, "get", "k");
	assert.equal(got, 1);
});

test("38. a call that has its answer is not called again by destroy", async (t) => {
	const store = client(t, await sharedEtcd());
	const key = `${prefix()}key`;
	let got = 0;
	await new Promise((resolve) => {
		store.set(key, "v", () => {
			got++;
			store.destroy();
			resolve();
		});
	});
	assert.equal(
		(await call(store, "get", key)).args[0].message,
		"store destroyed",
	);
	assert.equal(got, 1);
});

test("38. a callback that throws does not keep destroy from the others", async (t) => {
	const { host, all } = await busyHost(t, 6);
	const ready = await hostOf(t, () => all.then(() => FOUND));
	const { result, code } = await inChild(
		async ({ subject, call }, url, readyUrl) => {
			const thrown = [];
			process.on("uncaughtException", ({ message }) => thrown.push(message));
			const store = subject(url);
			const got = [];
			for (let i = 0; i < 6; i++)
				store[i % 2 ? "wait" : "get"]("k", (error) => {
					got.push(error.message);
					throw new Error(`thrown ${i}`);
				});
			await call(subject(readyUrl), "get", "k");
			store.destroy();
			const called = got.length;
			await new Promise(setImmediate);
			return { called, messages: [...new Set(got)], thrown: thrown.sort() };
		},
		[host, ready.url],
	);
	assert.equal(code, 0);
	assert.equal(result.called, 6);
	assert.deepEqual(result.messages, ["store destroyed"]);
	assert.deepEqual(
		result.thrown,
		[0, 1, 2, 3, 4, 5].map((i) => `thrown ${i}`),
	);
});
