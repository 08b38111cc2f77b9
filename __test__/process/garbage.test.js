// Clients that are forgotten instead of destroyed: what they held goes with them.
// ENDURANCE=full: 10,000 of each kind.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");

const FULL = process.env.ENDURANCE === "full";
const LIMIT_MS = FULL ? 600_000 : 110_000;
// A client holds 15 KB, of which 1 KB goes within 30 s: what looks after its connections and its hosts.
const MOST_KB = 2;
const NOISE_MB = 6;

/** How many clients are used how before they are forgotten; each gets `(call, store, key)`. */
const USES = [
	[10_000, "were never used", () => {}],
	[10_000, "made a call", (call, store, key) => call(store, "get", key)],
	[
		FULL ? 10_000 : 3_000,
		"refresh and made a call",
		(call, store, key) => {
			store.autoRefresh();
			return call(store, "get", key);
		},
	],
	[
		FULL ? 10_000 : 3_000,
		"had waits that were stopped",
		async (call, store, key) => {
			const stops = [1, 2].map(() => store.wait(key, () => {}));
			await call(store, "get", key);
			for (const stop of stops) stop();
		},
	],
];

const script = async ({ call, subject }, url, key, clients, use) => {
	const fs = require("node:fs");
	const { runInThisContext } = require("node:vm");
	const used = runInThisContext(use);
	const AT_A_TIME = 50;
	const count = (what) => fs.readdirSync(`/proc/self/${what}`).length;
	const collect = async () => {
		// What goes in one turn of the loop may let something else go in the next.
		for (let i = 0; i < 5; i++) {
			await new Promise(setImmediate);
			gc();
		}
	};
	const makeClients = async (count) => {
		for (let i = 0; i < count; i += AT_A_TIME) {
			const stores = Array.from({ length: AT_A_TIME }, () => subject(url));
			await Promise.all(stores.map((store) => used(call, store, key)));
			// Often: how much the process holds at its peak is not the question.
			if (i % 500 === 0) await collect();
		}
	};
	// The addon's thread closes the connections after the collection.
	const settled = async () => {
		let last;
		do {
			last = count("fd");
			await new Promise((resolve) => setTimeout(resolve, 100));
		} while (count("fd") < last);
	};
	const held = async () => {
		await collect();
		await settled();
		const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
		return { threads: count("task"), descriptors: count("fd"), megabytes };
	};
	// The first ones make the heap as large as it has to be.
	await makeClients(clients);
	const before = await held();
	await makeClients(clients);
	return { before, after: await held() };
};

for (const [clients, title, use] of USES)
	test(`${clients} forgotten clients that ${title} leave no thread, no socket and no memory behind`, async () => {
		const args = [await sharedEtcd(), `${prefix()}k`, clients, `(${use})`];
		const options = { flags: ["--expose-gc"], limit: LIMIT_MS };
		const { code, result, stderr } = await inChild(script, args, {}, options);
		assert.equal(code, 0, stderr);
		const { before, after } = result;
		const seen = JSON.stringify(result);
		assert.ok(after.threads <= before.threads, seen);
		assert.ok(after.descriptors <= before.descriptors, seen);
		const most = NOISE_MB + (clients * MOST_KB) / 1024;
		assert.ok(after.megabytes <= before.megabytes + most, seen);
	});
