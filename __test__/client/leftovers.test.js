// What calls and clients that have ended leave behind. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { inChild } = require("../support/child");
const { client, deferred, hostOf } = require("../support/lifetime");

const CALLS = 15_000;
const ROUNDS = 5;
const MOST_MB = 2;

test("35. calls that have ended leave no memory behind", async () => {
	const script = async ({ subject }, calls, rounds) => {
		const store = subject([]);
		const get = () => new Promise((resolve) => store.get("k", resolve));
		const residentAfterRound = async () => {
			for (let i = 0; i < calls; i += 100)
				await Promise.all(Array.from({ length: 100 }, get));
			return process.memoryUsage.rss() / 2 ** 20;
		};
		const sizes = [];
		while (sizes.length < rounds) sizes.push(await residentAfterRound());
		return sizes;
	};
	const { code, result, stderr } = await inChild(script, [CALLS, ROUNDS]);
	assert.equal(code, 0, stderr);
	// What is left behind makes each round grow; warming up and collecting garbage do not.
	const growth = result.slice(1).map((size, i) => size - result[i]);
	assert.ok(Math.min(...growth) < MOST_MB, `${growth.join(", ")} MB`);
});

test("38. destroy closes the connections that are idle", async (t) => {
	const closed = deferred();
	const host = await hostOf(t, (_request, { socket }) => {
		socket.server.keepAliveTimeout = 0;
		socket.on("close", closed.resolve);
		return { body: node("/k", "v", 5) };
	});
	const store = client(t, host.url);
	const { args } = await call(store, "get", "k");
	assert.equal(args[0], null);
	store.destroy();
	await closed.promise;
});
