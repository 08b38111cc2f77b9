// A process that has used up its file descriptors: the error is that of the call that needed one, and of no other.
const assert = require("node:assert/strict");
const path = require("node:path");
const { test } = require("node:test");
const { anyAnswer } = require("../support/every-call");
const { prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");

const FILES = 64;
const CALLS = 20;

/** The result of a script that may open few files, and whose process has to end by itself and well. */
async function resultOf(script, ...args) {
	const child = await inChild(script, args, {}, { files: FILES });
	const { code, signal, result, stderr } = child;
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

for (const count of [1, 3]) {
	test(`a call without a descriptor for its connection is EMFILE, the next one after one is free works: ${count} hosts`, async () => {
		const script = async ({ call, subject }, url, key, count) => {
			const { Descriptors } = require("../process/programs/descriptors.js");
			const store = subject(Array(count).fill(url));
			const other = subject(url);
			const files = new Descriptors();
			// What threads open for a moment when they begin is closed again after some calls.
			for (let i = 0; i < 5; i++) {
				await call(other, "get", key);
				files.useUp();
			}
			const { args } = await call(store, "set", key, "v");
			const { message, ...fields } = args[0];
			const attempts = args[0].attempts.length;
			files.free(1);
			const { args: next } = await call(store, "set", key, "v");
			// Forgotten before, it would give its connection's descriptor back.
			other.destroy();
			return { message, fields, attempts, next: next[0] };
		};
		const url = await sharedEtcd();
		const result = await resultOf(script, url, `${prefix()}k`, count);
		const { hostname: address, port } = new URL(url);
		assert.deepEqual(result, {
			message: `connect EMFILE ${address}:${port}`,
			fields: {
				code: "EMFILE",
				errno: -24,
				syscall: "connect",
				address,
				port: Number(port),
			},
			attempts: count + 1,
			next: null,
		});
	});
}

test("calls go on over the connections that there are, whichever host has its turn", async (t) => {
	const host = await hostOf(t, anyAnswer);
	const script = async ({ call, subject }, urls, key, calls) => {
		const { Descriptors } = require("../process/programs/descriptors.js");
		const store = subject(urls);
		await call(store, "get", key);
		const files = new Descriptors();
		files.useUp();
		const errors = [];
		for (let i = 0; i < calls; i++)
			errors.push((await call(store, "set", key, "v")).args[0]);
		files.freeAll();
		for (let i = 0; i < calls; i++)
			errors.push((await call(store, "get", key)).args[0]);
		return errors.filter(Boolean).map(({ message }) => message);
	};
	const urls = [await sharedEtcd(), host.url];
	assert.deepEqual(await resultOf(script, urls, `${prefix()}k`, CALLS), []);
	// None while there was no descriptor; then the hosts had their turns again.
	const methods = host.requests.map(({ method }) => method);
	assert.deepEqual(methods, Array(CALLS / 2).fill("GET"));
});

test("a wait in flight gets its events, and goes on", async () => {
	const script = async ({ call, subject }, url, key) => {
		const { Descriptors } = require("../process/programs/descriptors.js");
		const store = subject(url);
		await call(store, "get", key);
		const wait = call(store, "wait", key);
		await call(store, "get", key);
		const files = new Descriptors();
		files.useUp();
		const values = [];
		let event = wait;
		for (const value of ["a", "b", "c"]) {
			await call(store, "set", key, value);
			const [err, result, next] = (await event).args;
			values.push(err ? err.message : result.node.value);
			event = call({ next }, "next");
		}
		store.destroy();
		return values;
	};
	const url = await sharedEtcd();
	const values = await resultOf(script, url, `${prefix()}k`);
	assert.deepEqual(values, ["a", "b", "c"]);
});

test("of waits that need more connections than there can be, each has its event or EMFILE", async () => {
	const script = async ({ call, subject }, url, key, calls, connections) => {
		const { Descriptors } = require("../process/programs/descriptors.js");
		const store = subject(url);
		await call(store, "set", key, "old");
		const files = new Descriptors();
		files.useUp();
		// One connection is there.
		files.free(connections - 1);
		const outcomes = [];
		const waits = Array.from({ length: calls }, async () => {
			const [err, result] = (await call(store, "wait", key)).args;
			outcomes.push(err ? err.code : result.node.value);
		});
		while (outcomes.length < calls - connections)
			await new Promise(setImmediate);
		files.freeAll();
		await call(store, "set", key, "new");
		await Promise.all(waits);
		return outcomes;
	};
	const CONNECTIONS = 3;
	const args = [await sharedEtcd(), `${prefix()}k`, CALLS, CONNECTIONS];
	const outcomes = await resultOf(script, ...args);
	assert.deepEqual(outcomes, [
		...Array(CALLS - CONNECTIONS).fill("EMFILE"),
		...Array(CONNECTIONS).fill("new"),
	]);
});

test("a package that could not be loaded without descriptors can be once there are", async () => {
	const script = async ({ call }, url, index, most) => {
		const { Descriptors } = require("../process/programs/descriptors.js");
		const files = new Descriptors();
		const load = (left) => {
			files.useUp();
			files.free(left);
			try {
				require(index);
				return "loaded";
			} catch (err) {
				return /too many open files/i.test(err.message) || err.stack;
			}
		};
		const outcomes = [];
		while (outcomes.length < most && outcomes.at(-1) !== "loaded")
			outcomes.push(load(outcomes.length));
		files.freeAll();
		const { args } = await call(require(index)(url), "get", "none");
		return { outcomes, args };
	};
	const index = path.join(__dirname, "../..");
	const { outcomes, args } = await resultOf(
		script,
		await sharedEtcd(),
		index,
		20,
	);
	assert.equal(outcomes.pop(), "loaded");
	assert.ok(outcomes.length > 1);
	assert.deepEqual(outcomes, Array(outcomes.length).fill(true));
	assert.equal(args[0], null);
});
