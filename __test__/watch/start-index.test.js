// The read with which a watch begins: through faults, on the hosts that there are, and spaced like polls.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { client, deferred, hostOf, rejection } = require("../support/lifetime");

const HEADERS = { "x-etcd-index": "41" };
const FOUND = { headers: HEADERS, body: node("/k", "v", 5) };
/** The least sum of the backoffs between six failures: half of 50, 100, 200 and 400 ms. */
const LEAST_MS = 25 + 50 + 100 + 200;
const FAILURES = 6;

const isRead = ({ url }) => url.includes("quorum=true");

/** A host that gives these answers to the reads, the last of them again and again, and nothing to polls. */
function readHost(t, answers) {
	const left = [...answers];
	return hostOf(t, (request) => {
		if (!isRead(request)) return "silence";
		return left.length > 1 ? left.shift() : left[0];
	});
}

for (const [what, failure] of [
	["an empty body without an index", { body: "" }],
	["a page without an index", { body: "<p>It works!</p>" }],
	["JSON of something else without an index", { body: { ok: true } }],
	["a 503", { status: 503 }],
	["a 429", { status: 429 }],
])
	test(`36. a watch whose start is answered with ${what} asks again, spaced`, async (t) => {
		// Each read asks three times after the failure of a server.
		const count = failure.status >= 500 ? 3 * FAILURES : FAILURES;
		const failures = new Array(count).fill(failure);
		const host = await readHost(t, [...failures, FOUND]);
		const start = performance.now();
		const watch = client(t, host.url).watch("k");
		assert.equal(await watch.ready, 42);
		assert.ok(performance.now() - start >= LEAST_MS);
		await watch.return();
	});

test("an answer of etcd's without an index ends a watch with an error that says so", async (t) => {
	const host = await readHost(t, [{ body: node("/k", "v", 5) }]);
	const watch = client(t, host.url).watch("k");
	assert.match((await rejection(watch.ready)).message, /no X-Etcd-Index/);
});

test("a server that fails leaves the start of a watch to the other hosts", async (t) => {
	const failing = await readHost(t, [{ status: 503 }]);
	const sound = await readHost(t, [FOUND]);
	const store = client(t, [failing.url, sound.url]);
	const { get } = store;
	let reads = 0;
	store.get = function (...args) {
		if (!args[1].wait) reads++;
		return get.apply(this, args);
	};
	const watch = store.watch("k");
	assert.equal(await watch.ready, 42);
	assert.equal(reads, 1);
	await watch.return();
});

test("a watch begins although the body of the store's answer does not end", async (t) => {
	const host = await hostOf(t, (request, response) => {
		if (!isRead(request)) return "silence";
		response.writeHead(200, HEADERS);
		response.write("{");
		return undefined;
	});
	const start = performance.now();
	const watch = client(t, host.url).watch("k");
	assert.equal(await watch.ready, 42);
	assert.ok(performance.now() - start < 1500);
	await watch.return();
});

test("33. a write that overtakes the start of a watch is not behind ready", async (t) => {
	const written = deferred();
	const host = await hostOf(t, async (request) => {
		const headers = { "x-etcd-index": "50" };
		if (request.method === "PUT")
			return { headers, body: node("/k", "mine", 50, "set") };
		if (!isRead(request)) return "silence";
		await written.promise;
		return { headers, body: node("/k", "mine", 50) };
	});
	const store = client(t, host.url);
	const watch = store.watch("k");
	await call(store, "set", "k", "mine");
	written.resolve();
	assert.equal(await watch.ready, 50);
	await watch.return();
});

test("nobody needs to look at ready: its rejection is handled", async (t) => {
	const host = await readHost(t, ["silence"]);
	const unhandled = [];
	const note = (reason) => unhandled.push(reason);
	process.on("unhandledRejection", note);
	t.after(() => process.off("unhandledRejection", note));
	const watch = client(t, host.url).watch("k");
	await watch.return();
	await new Promise((resolve) => setImmediate(resolve));
	assert.deepEqual(unhandled, []);
});
