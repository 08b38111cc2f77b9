// Threads that end amid their calls, and several that load the package at once. Nothing of it may crash
// the process, nor be left behind in it. ENDURANCE=full: all 200 rounds.
const assert = require("node:assert/strict");
const path = require("node:path");
const { test } = require("node:test");
const { prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");

const FULL = process.env.ENDURANCE === "full";
const ROUNDS = FULL ? 200 : 36;
const LIMIT_MS = FULL ? 600_000 : 110_000;
const PENDING = path.join(__dirname, "programs", "pending.js");

async function resultOf(script, ...args) {
	const options = { limit: LIMIT_MS };
	const child = await inChild(script, args, {}, options);
	const { code, signal, result, stderr } = child;
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

const endThreads = async ({ call, subject }, url, prefix, rounds, program) => {
	const fs = require("node:fs");
	const { Worker } = require("node:worker_threads");
	const count = (what) => fs.readdirSync(`/proc/self/${what}`).length;
	const ENDS = { exit: 7, terminate: 1, throw: 1 };
	const MOMENTS = ["before an answer", "amid the answers", "many answers due"];
	const store = subject(url, { timeout: 0x7fffffff });
	const event = call(store, "wait", `${prefix}event`);

	const endOf = async (end, moment) => {
		const workerData = { url, prefix, end, moment };
		const worker = new Worker(program, { workerData });
		const errors = [];
		worker.on("error", ({ message }) => errors.push(message));
		worker.on("message", () => worker.terminate());
		const exit = (resolve) => worker.on("exit", resolve);
		const code = await new Promise(exit);
		return { end, code, errors };
	};
	const unexpected = [];
	const round = async (i) => {
		const end = Object.keys(ENDS)[i % 3];
		const ended = await endOf(end, MOMENTS[Math.floor(i / 3) % 3]);
		const { args } = await call(store, "set", `${prefix}${i}`, `${i}`);
		const errors = end === "throw" ? "the program's own" : "";
		if (ended.code !== ENDS[end] || ended.errors.join() !== errors || args[0])
			unexpected.push([ended, args]);
	};
	const counts = () => [count("task"), count("fd")];
	for (let i = 0; i < 9; i++) await round(i);
	const before = counts();
	for (let i = 9; i < rounds; i++) await round(i);
	// What a thread that was ended has open is closed within a moment.
	const isLeft = () => counts().some((n, i) => n > before[i] + 8);
	for (let i = 0; i < 100 && isLeft(); i++)
		await new Promise((resolve) => setTimeout(resolve, 100));
	const after = counts();
	await call(store, "set", `${prefix}event`, "v");
	const { args } = await event;
	return { unexpected, before, after, seen: args[1].node.value };
};

test(`${ROUNDS} threads that end amid 1,000 pending calls leave the process as it was`, async () => {
	const url = await sharedEtcd();
	const result = await resultOf(endThreads, url, prefix(), ROUNDS, PENDING);
	const { before, after, ...rest } = result;
	assert.deepEqual(rest, { unexpected: [], seen: "v" });
	// A thread and some descriptors for each round would be left.
	const most = before.map((number) => number + 8);
	assert.ok(after[0] <= most[0], `${before[0]} threads, then ${after[0]}`);
	assert.ok(after[1] <= most[1], `${before[1]} descriptors, then ${after[1]}`);
});

const loadAtOnce = async ({ call, subject }, url, prefix, index) => {
	const { Worker } = require("node:worker_threads");
	const THREADS = 2;
	const CALLS = 300;
	const gate = new Int32Array(new SharedArrayBuffer(4));
	const source = `
		const { parentPort, workerData } = require("node:worker_threads");
		const { gate, url, key, index, calls } = workerData;
		parentPort.postMessage("ready");
		Atomics.wait(gate, 0, 0);
		const store = require(index)(url);
		let answers = 0;
		for (let i = 0; i < calls; i++)
			store.set(key + i, key, (err, result) => {
				if (!err && result.node.value === key) answers++;
				if (answers === calls) parentPort.postMessage("done");
			});`;
	const start = (i) => {
		const key = `${prefix}${i}-`;
		const workerData = { gate, url, key, index, calls: CALLS };
		const worker = new Worker(source, { eval: true, workerData });
		const told = [];
		worker.on("message", (message) => told.push(message));
		const ready = new Promise((resolve) => worker.once("message", resolve));
		const exit = new Promise((resolve) => worker.once("exit", resolve));
		return { key, told, ready, exit };
	};
	const threads = Array.from({ length: THREADS }, (_, i) => start(i));
	await Promise.all(threads.map(({ ready }) => ready));
	Atomics.store(gate, 0, 1);
	Atomics.notify(gate, 0);
	const store = subject(url);
	const gets = Array.from({ length: CALLS }, () => call(store, "get", "no"));
	const errors = (await Promise.all(gets)).map(({ args }) => args[0]);
	const codes = await Promise.all(threads.map(({ exit }) => exit));
	const told = threads.map(({ told }) => told.join());
	return { errors: errors.filter(Boolean), codes, told };
};

test("two threads and the main thread load the package at once, and each has its own answers", async () => {
	const index = path.join(__dirname, "../..");
	const result = await resultOf(
		loadAtOnce,
		await sharedEtcd(),
		prefix(),
		index,
	);
	const told = ["ready,done", "ready,done"];
	assert.deepEqual(result, { errors: [], codes: [0, 0], told });
});
