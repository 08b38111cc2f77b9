// child_process.fork and node:cluster: each process has a client of its own, messages between them get through,
// and the end of one is nothing to the others.
const assert = require("node:assert/strict");
const path = require("node:path");
const { test } = require("node:test");
const { prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");

const WORKER = path.join(__dirname, "programs", "worker.js");

async function resultOf(script, ...args) {
	const { code, signal, result, stderr } = await inChild(script, args);
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

for (const [what, title] of [
	["fork", "processes that child_process.fork starts"],
	["cluster", "workers of node:cluster"],
]) {
	test(`${title} have clients of their own beside that of the process that started them`, async () => {
		const script = async ({ call, subject }, what, program, url, prefix) => {
			const conversation = require("../process/programs/conversation.js");
			const store = subject(url);
			await call(store, "set", `${prefix}k`, "from the first process");
			const start = conversation[what];
			const workers = [1, 2].map((i) =>
				start(program, [url, `${prefix}k${i}`]),
			);
			const told = [];
			for (const [i, worker] of workers.entries()) {
				await worker.message("ready");
				worker.send("set", `from ${i + 1}`);
				await worker.message("set");
			}
			for (const worker of workers) {
				worker.send("get");
				told.push((await worker.message("got")).got);
			}
			for (const i of [1, 2])
				told.push(
					(await call(store, "get", `${prefix}k${i}`)).args[1].node.value,
				);
			for (const worker of workers) worker.send("end");
			return { told, ends: await Promise.all(workers.map(({ end }) => end)) };
		};
		const url = await sharedEtcd();
		const result = await resultOf(script, what, WORKER, url, prefix());
		const told = ["from 1", "from 2", "from 1", "from 2"];
		assert.deepEqual(result, { told, ends: ["0", "0"] });
	});

	test(`one of the ${title} that is killed amid its calls takes no event from the others`, async () => {
		const script = async ({ call, subject }, what, program, url, key) => {
			const conversation = require("../process/programs/conversation.js");
			const store = subject(url);
			const start = conversation[what];
			const workers = [1, 2].map(() => start(program, [url, key]));
			for (const worker of workers) {
				await worker.message("ready");
				worker.send("wait");
				await worker.message("pending");
			}
			const own = call(store, "wait", key);
			workers[0].kill("SIGKILL");
			const ends = [await workers[0].end];
			await call(store, "set", key, "v");
			const events = [(await workers[1].message("event")).event];
			events.push((await own).args[1].node.value);
			const next = start(program, [url, key]);
			await next.message("ready");
			next.send("get");
			events.push((await next.message("got")).got);
			for (const worker of [workers[1], next]) {
				worker.send("end");
				ends.push(await worker.end);
			}
			return { ends, events };
		};
		const url = await sharedEtcd();
		const result = await resultOf(script, what, WORKER, url, `${prefix()}k`);
		assert.deepEqual(result, {
			ends: ["SIGKILL", "0", "0"],
			events: ["v", "v", "v"],
		});
	});
}
