// A host that holds back the headers of a wait until its event comes, as etcd's --proxy does: writes do not wait for its
// waits, which see them all the same.
const assert = require("node:assert/strict");
const http = require("node:http");
const { test } = require("node:test");
const { call, prefix, sharedEtcd, startEtcd } = require("../support");
const { client, hostOf, proceed } = require("../support/lifetime");

/** A read that is answered later than a write which waits for nothing, and sooner than one which waits for a wait. */
const SLOW_MS = 700;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A proxy in front of etcd that holds back the headers of waits, and may hand waits on late. */
async function withholdingHost(t, lateMs = 0, etcd) {
	etcd ??= await sharedEtcd();
	return hostOf(t, async (request, response) => {
		const { method, headers, url, body } = request;
		if (url.endsWith("slow")) await pause(SLOW_MS);
		if (url.includes("wait=true")) await pause(lateMs);
		if (response.destroyed) return;
		const onward = http.request(etcd + url, { method, headers }, (got) => {
			const chunks = [];
			got.on("data", (chunk) => chunks.push(chunk));
			got.on("end", () => {
				response.writeHead(got.statusCode, got.headers);
				response.end(Buffer.concat(chunks));
			});
		});
		response.on("close", () => onward.destroy());
		onward.on("error", () => response.destroy());
		onward.end(body);
	});
}

/** Writes after a wait, as often as there are values; resolves with the values that the waits have seen. */
async function writeBehindWaits(store, key, values) {
	const seen = [];
	let waiting = call(store, "wait", key);
	for (const value of values) {
		await call(store, "set", key, value);
		const { args } = await waiting;
		seen.push(args[1]?.node.value ?? args[0]);
		waiting = proceed(args[2]);
	}
	return seen;
}

test("the first write behind a host that withholds headers may wait for a second, the following do not", async (t) => {
	const host = await withholdingHost(t);
	const store = client(t, host.url);
	const dir = prefix();
	assert.deepEqual(await writeBehindWaits(store, `${dir}a`, ["1"]), ["1"]);
	const order = [];
	const waited = call(store, "wait", `${dir}b`);
	await Promise.all([
		call(store, "get", "slow").then(() => order.push("the slow read")),
		call(store, "set", `${dir}b`, "v").then(() => order.push("the write")),
	]);
	assert.deepEqual(order, ["the write", "the slow read"]);
	assert.equal((await waited).args[1].node.value, "v");
});

for (const lateMs of [0, 100])
	test(`33. waits that a withholding host hands on ${lateMs} ms late see every write that is called after them`, async (t) => {
		const host = await withholdingHost(t, lateMs);
		const store = client(t, host.url, { timeout: 5000 });
		const values = Array.from({ length: 15 }, (_, i) => `${i}`);
		// A wait that is called anew has no index from which the history would show it what it has missed.
		for (const value of values) {
			const key = `${prefix()}key`;
			assert.deepEqual(await writeBehindWaits(store, key, [value]), [value]);
		}
		const key = `${prefix()}key`;
		assert.deepEqual(await writeBehindWaits(store, key, values), values);
	});

test("33. a wait at a withholding host gives a write that was called after it once", async (t) => {
	const host = await withholdingHost(t);
	const store = client(t, host.url, { timeout: 5000 });
	const dir = prefix();
	await writeBehindWaits(store, `${dir}a`, ["learnt"]);
	const waited = call(store, "wait", dir, { recursive: true });
	for (const value of ["1", "2", "3"])
		await call(store, "set", `${dir}b`, value);
	const seen = [];
	let { args } = await waited;
	for (;;) {
		seen.push(args[1].node.value);
		if (seen.length === 3) break;
		({ args } = await proceed(args[2]));
	}
	assert.deepEqual(seen, ["1", "2", "3"]);
});

test("a wait from a later index is not called back by a write before that", async (t) => {
	// One of its own: no other test moves its index.
	const member = await startEtcd();
	t.after(() => member.stop());
	const host = await withholdingHost(t, 1300, member.url);
	const etcd = client(t, member.url);
	const key = `${prefix()}key`;
	const { args: first } = await call(etcd, "set", `${key}-other`, "");
	const waitIndex = first[1].node.modifiedIndex + 2;
	const store = client(t, [host.url, member.url], { timeout: 5000 });
	const waited = call(store, "wait", key, { waitIndex });
	await call(store, "set", key, "before");
	await call(etcd, "set", key, "after");
	assert.equal((await waited).args[1].node.value, "after");
});
