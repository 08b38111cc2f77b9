// Compares without a previous value. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call, node, prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");
const { client, hostOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };
const SWAP = ["compareAndSwap", "k", "v"];
const DELETE = ["compareAndDelete", "k"];

/** A client of the shared etcd, and a key that has the value "before". */
async function storedKey(t, opts) {
	const store = client(t, await sharedEtcd(), opts);
	const key = `${prefix()}k`;
	await call(store, "set", key, "before");
	return [store, key];
}

async function held(store, key) {
	const { args } = await call(store, "get", key);
	return args[1]?.node.value;
}

test("16. compareAndSwap with an undefined previous value is unconditional", async (t) => {
	const [store, key] = await storedKey(t);
	for (const opts of [{}, null, { prevValue: "another" }]) {
		const value = inspect(opts);
		await call(store, "compareAndSwap", key, value, undefined, opts);
		assert.equal(await held(store, key), value);
	}
	const created = `${key}-new`;
	await call(store, "compareAndSwap", created, "v", undefined);
	assert.equal(await held(store, created), "v");
});

test("16. compareAndDelete with an undefined previous value is unconditional", async (t) => {
	for (const opts of [{}, null, { prevValue: "another" }]) {
		const [store, key] = await storedKey(t);
		await call(store, "compareAndDelete", key, undefined, opts);
		assert.equal(await held(store, key), undefined);
	}
});

for (const [method, key, ...args] of [SWAP, DELETE]) {
	test(`16. ${method} with an undefined previous value sends none`, async (t) => {
		const { url, requests } = await hostOf(t, [FOUND]);
		const store = client(t, url);
		await call(store, method, key, ...args, undefined, {});
		await call(store, method, key, ...args, undefined);
		for (const { url, body } of requests)
			assert.doesNotMatch(url + body, /prev/);
		assert.equal(requests.length, 2);
	});

	for (const previous of ["", 0, null, false]) {
		test(`16. ${method} compares with ${inspect(previous)}`, async (t) => {
			for (const strict of [false, true]) {
				const { url, requests } = await hostOf(t, [FOUND]);
				const store = client(t, url, { strict });
				await call(store, method, key, ...args, previous, {});
				const text = requests[0].body || requests[0].url.split("?")[1];
				const sent = new URLSearchParams(text).get("prevValue");
				assert.equal(sent, `${previous}`);
			}
		});
	}
}

/** The warnings of a process that makes the calls, each with a client of its own. */
async function warningsOf(t, calls, opts) {
	const { url } = await hostOf(t, [FOUND]);
	const script = async ({ call, subject }, url, calls, opts) => {
		const warnings = [];
		process.on("warning", ({ message }) => warnings.push(message));
		for (const [method, ...args] of calls) {
			const given = args.map((arg) => (arg === "undefined" ? undefined : arg));
			await call(subject(url, opts), method, ...given);
		}
		await new Promise((resolve) => setImmediate(resolve));
		return warnings.filter((message) => /compareAnd/.test(message));
	};
	const { code, result, stderr } = await inChild(script, [url, calls, opts]);
	assert.equal(code, 0, stderr);
	return result;
}

for (const calls of [[SWAP], [DELETE], [SWAP, SWAP, DELETE, DELETE, SWAP]]) {
	const given = calls.map((args) => [...args, "undefined"]);
	const title = `${calls.length} of them, ${calls[0][0]} first`;
	test(`16. an undefined previous value is warned of once: ${title}`, async (t) => {
		assert.equal((await warningsOf(t, given)).length, 1);
	});
}

test("16. nothing is warned of where a previous value is given, or strict is on", async (t) => {
	const given = [
		[...SWAP, "p"],
		[...SWAP, ""],
		[...DELETE, null],
		[...SWAP, "undefined", { prevIndex: 5 }],
		[...DELETE, "undefined", { prevExist: true }],
		["set", "k", "v"],
		["del", "k"],
	];
	assert.deepEqual(await warningsOf(t, given), []);
	const undefinedOnes = [SWAP, DELETE].map((args) => [...args, "undefined"]);
	assert.deepEqual(await warningsOf(t, undefinedOnes, { strict: true }), []);
});

for (const [method, , ...args] of [SWAP, DELETE]) {
	test(`16. strict: ${method} with an undefined previous value is an error and writes nothing`, async (t) => {
		const [store, key] = await storedKey(t, { strict: true });
		for (const rest of [[undefined], [undefined, {}], [undefined, null]]) {
			const { args: results } = await call(
				store,
				method,
				key,
				...args,
				...rest,
			);
			assert.equal(results.length, 1);
			assert.ok(results[0] instanceof Error);
			assert.equal(results[0].code, "ERR_INVALID_ARG_VALUE");
		}
		assert.equal(await held(store, key), "before");
	});

	for (const other of [{ prevIndex: "5" }, { prevExist: "true" }]) {
		test(`16. strict: ${method} with ${inspect(other)} and an undefined previous value is sent`, async (t) => {
			const { url, requests } = await hostOf(t, [FOUND]);
			const store = client(t, url, { strict: true });
			await call(store, method, "k", ...args, undefined, { ...other });
			const text = requests[0].body || requests[0].url.split("?")[1];
			const { value, ...sent } = Object.fromEntries(new URLSearchParams(text));
			assert.deepEqual(sent, other);
		});
	}

	test(`16. strict: ${method} without previous value and callback throws`, async (t) => {
		const [store, key] = await storedKey(t, { strict: true });
		const code = "ERR_INVALID_ARG_VALUE";
		assert.throws(() => store[method](key, ...args), { code });
		assert.throws(() => store[method](key, ...args, undefined, {}), { code });
		assert.equal(await held(store, key), "before");
	});
}
