// Loops that go on whatever error they get, on a store that is destroyed: they starve nobody, and those of waits cost nothing
// worth measuring and do not keep the process alive.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { node } = require("../support");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");

const CPU_MS = 1500;
const LIMIT_MS = 20_000;

/** How a program may call again and again; each gets `(store, count)` and calls `count` with each error. */
const LOOPS = {
	"calls next": (store, count) => {
		store.wait("k", function onchange(_err, _body, next) {
			count();
			next(onchange);
		});
	},
	"calls wait": (store, count) => {
		store.wait("k", function again() {
			count();
			store.wait("k", again);
		});
	},
	"awaits wait": async (store, count) => {
		for (;;) await store.promises.wait("k").catch(count);
	},
	"calls set": (store, count) => {
		store.set("k", "v", function again() {
			count();
			store.set("k", "v", again);
		});
	},
	"awaits get": async (store, count) => {
		for (;;) await store.promises.get("k").catch(count);
	},
};

const script = async ({ call, subject }, url, use, isPending, endsItself) => {
	const fs = require("node:fs");
	const { runInThisContext } = require("node:vm");
	const loop = runInThisContext(use);
	const store = subject(url);
	await call(store, "get", "k");
	let count = 0;
	let timers = 0;
	const TIMERS = 5;
	const start = process.cpuUsage();
	if (isPending) loop(store, () => count++);
	store.destroy();
	if (!isPending) loop(store, () => count++);
	const timer = setInterval(() => {
		if (++timers < TIMERS) return;
		clearInterval(timer);
		if (!endsItself) setTimeout(() => process.exit(), 500);
	}, 20);
	process.on("exit", () => {
		const { user, system } = process.cpuUsage(start);
		const ms = (user + system) / 1000;
		fs.writeSync(1, `result: ${JSON.stringify({ count, timers, ms })}\n`);
	});
	return new Promise(() => {});
};

for (const [title, use] of Object.entries(LOOPS))
	for (const when of ["pending at", "begun after"]) {
		const isOfWaits = title.endsWith("next") || title.endsWith("wait");
		const end = isOfWaits ? "ends with the process, and " : "";
		test(`a loop that ${title} on each error ${end}leaves room for others: ${when} destroy`, async (t) => {
			const host = await hostOf(t, ({ url }) =>
				url.includes("wait") ? "silence" : { body: node("/k", "v", 5) },
			);
			const args = [host.url, `(${use})`, when === "pending at", isOfWaits];
			const options = { limit: LIMIT_MS };
			const child = await inChild(script, args, {}, options);
			assert.equal(child.signal, null, child.stderr);
			const { count, timers, ms } = child.result;
			assert.ok(count > 1, `${count} turns`);
			assert.equal(timers, 5, `${timers} timers in ${count} turns`);
			assert.ok(ms < CPU_MS, `${ms} ms of CPU in ${count} turns`);
		});
	}

test("36. where the process goes on for other reasons, a loop on a destroyed store turns once a second", async (t) => {
	const host = await hostOf(t, ["silence"]);
	const script = async ({ subject }, url) => {
		const store = subject(url);
		let turns = 0;
		store.wait("k", function onchange(_err, _body, next) {
			turns++;
			next(onchange);
		});
		store.destroy();
		await new Promise((resolve) => setTimeout(resolve, 3000));
		const before = turns;
		const start = process.cpuUsage();
		await new Promise((resolve) => setTimeout(resolve, 3000));
		const { user, system } = process.cpuUsage(start);
		return { turns: turns - before, ms: (user + system) / 1000 };
	};
	const { result, stderr } = await inChild(script, [host.url]);
	assert.ok(
		result.turns >= 1 && result.turns <= 5,
		stderr || `${result.turns}`,
	);
	assert.ok(result.ms < 500, `${result.ms} ms of CPU`);
});

test("38. a finite program of calls on a destroyed store is not held back", async (t) => {
	const host = await hostOf(t, ["silence"]);
	const script = async ({ call, subject }, url) => {
		const store = subject(url);
		store.destroy();
		const start = performance.now();
		let errors = 0;
		for (let i = 0; i < 60; i++) {
			const { args } = await call(store, "del", "k");
			if (args[0].message === "store destroyed") errors++;
			await new Promise((resolve) => setTimeout(resolve, 3));
		}
		return { errors, ms: performance.now() - start };
	};
	const { result } = await inChild(script, [host.url]);
	assert.equal(result.errors, 60);
	assert.ok(result.ms < 2000, `${result.ms} ms`);
});

test("a hundred calls of a destroyed store at once each get their error on the next tick", async (t) => {
	const host = await hostOf(t, ["silence"]);
	const script = async ({ subject }, url) => {
		const store = subject(url);
		store.destroy();
		let errors = 0;
		for (let i = 0; i < 100; i++) store.get("k", () => errors++);
		await new Promise(process.nextTick);
		return errors;
	};
	assert.equal((await inChild(script, [host.url])).result, 100);
});

test("a hundred thousand calls of a destroyed store at once each get their error, in order", async (t) => {
	const host = await hostOf(t, ["silence"]);
	const script = async ({ subject }, url) => {
		const store = subject(url);
		store.destroy();
		const CALLS = 100_000;
		let inOrder = 0;
		await new Promise((resolve) => {
			for (let i = 0; i < CALLS; i++)
				store.get("k", () => {
					if (inOrder === i) inOrder++;
					if (i === CALLS - 1) resolve();
				});
		});
		return inOrder;
	};
	assert.equal((await inChild(script, [host.url])).result, 100_000);
});
