// Values, options and callbacks that cannot be. Each is a clear error, no crash, no hang and no
// request. (For keys see bad-keys.test.js.)
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call, node, prefix, sharedEtcd } = require("../support");
const { isV3 } = require("../support/etcd/api");
const { inChild } = require("../support/child");
const { client, hostOf } = require("../support/lifetime");
const { anyAnswer, everyCall, keyed } = require("../support/every-call");

const FOUND = { body: node("/k", "v", 5) };
const MODES = [false, true];
const HUGE = "v".repeat(11 * 1024 * 1024);
const FORM_LIMIT = 10 * 1024 * 1024;
const BOOM = new Error("thrown by the caller's own code");
const HOSTILE = {
	toString() {
		throw BOOM;
	},
};
// The options each call reads.
const CONDITIONS = ["prevExist", "prevIndex"];
const READ = {
	get: ["recursive", "sorted", "wait", "waitIndex", "json"],
	wait: ["recursive", "waitIndex"],
	set: ["ttl", "dir", "json", "prevValue", ...CONDITIONS],
	update: ["ttl", "dir", "json"],
	compareAndSwap: ["ttl", "dir", "json", ...CONDITIONS],
	mkdir: ["ttl", ...CONDITIONS],
	push: ["ttl"],
	del: ["recursive", "dir", "prevValue", ...CONDITIONS],
	compareAndDelete: ["recursive", "dir", ...CONDITIONS],
	rmdir: ["recursive", ...CONDITIONS],
};
// Those whose values become text.
const TEXTS = /^(ttl|waitIndex|prev\w+)$/;

/** Makes calls that are to be refused: none is sent, none throws, none calls back at once. */
async function refusals(t, calls, opts) {
	const { url, requests } = await hostOf(t, [FOUND]);
	const store = client(t, url, opts);
	const errors = [];
	for (const [method, ...args] of calls) {
		let called = false;
		const early = await new Promise((resolve) => {
			store[method](...args, (...results) => {
				resolve(!called);
				assert.equal(results.length, method === "wait" ? 3 : 1, method);
				errors.push(results[0]);
			});
			called = true;
		});
		assert.equal(early, false, `${method} calls back on a later tick`);
	}
	await call(store, "get", "later");
	const urls = requests.map((request) => request.url);
	assert.deepEqual(urls, ["/v2/keys/later"]);
	for (const error of errors) assert.ok(error instanceof Error);
	return errors;
}

async function assertCode(t, code, calls, opts) {
	for (const error of await refusals(t, calls, opts))
		assert.equal(error.code, code);
}

for (const strict of MODES) {
	test(`a value of 11 MB is too large (strict: ${strict})`, async (t) => {
		const calls = [
			["set", "k", HUGE],
			["update", "k", HUGE],
			["push", "k", HUGE],
			["compareAndSwap", "k", HUGE, "p"],
			["compareAndSwap", "k", "v", HUGE],
			["compareAndDelete", "k", HUGE],
			["set", "k", { huge: HUGE }, { json: true }],
			["set", "k", Buffer.from(HUGE)],
		];
		await assertCode(t, "ERR_ETCD_TOO_LARGE", calls, { strict });
	});
}

test("a value that is too large only when encoded is too large", async (t) => {
	const calls = [["set", "k", "é".repeat(FORM_LIMIT / 6)]];
	await assertCode(t, "ERR_ETCD_TOO_LARGE", calls);
});

// The v2 API takes a form of 10 MiB, the v3 API a request of 1.5 MiB, which has some bytes beside the value.
const [STORED, REFUSED] = isV3()
	? [1.5 * 1024 * 1024 - 1024, 1.5 * 1024 * 1024]
	: [FORM_LIMIT - "value=".length, FORM_LIMIT - "value=".length + 1];

test(`a value of ${STORED} bytes is stored, and one of ${REFUSED} is too large`, async (t) => {
	const store = client(t, await sharedEtcd());
	const key = `${prefix()}k`;
	const value = "v".repeat(STORED);
	const { args } = await call(store, "set", key, value);
	assert.equal(args[0], null);
	assert.ok(args[1].node.value === value);
	const { args: refused } = await call(store, "set", key, "v".repeat(REFUSED));
	assert.equal(refused[0].code, "ERR_ETCD_TOO_LARGE");
	const { args: found } = await call(store, "get", key);
	assert.ok(found[1].node.value === value);
	await call(store, "del", key);
});

for (const text of ["\ud800", "a\udc00b", "\udc00\ud800"]) {
	for (const strict of MODES) {
		test(`the lone surrogate in the value ${JSON.stringify(text)} is refused (strict: ${strict})`, async (t) => {
			const calls = [
				["set", "k", text],
				["update", "k", text],
				["push", "k", text],
				["compareAndSwap", "k", text, "p"],
				["compareAndSwap", "k", "v", text],
				["compareAndDelete", "k", text],
				["set", "k", "v", { prevValue: text }],
				["del", "k", { prevValue: text }],
			];
			await assertCode(t, "ERR_INVALID_ARG_VALUE", calls, { strict });
		});
	}
}

test("a \\0, and a whole surrogate pair, are stored as they are", async (t) => {
	const store = client(t, await sharedEtcd());
	const key = `${prefix()}k`;
	for (const value of ["a\0b", "\0", "😀", "\u0001\u007f\r\n"]) {
		const { args } = await call(store, "set", key, value);
		assert.equal(args[1].node.value, value);
	}
});

for (const strict of MODES) {
	test(`a key whose toString throws is an error in the callback (strict: ${strict})`, async (t) => {
		const errors = await refusals(t, keyed(HOSTILE), { strict });
		assert.deepEqual(new Set(errors), new Set([BOOM]));
	});

	test(`a symbol as key is a TypeError in the callback (strict: ${strict})`, async (t) => {
		const errors = await refusals(t, keyed(Symbol("k")), { strict });
		for (const error of errors) assert.ok(error instanceof TypeError);
	});
}

for (const [method, ...args] of keyed("k")) {
	for (const name of READ[method]) {
		test(`a throwing getter of ${name} is an error in the callback of ${method}`, async (t) => {
			const opts = {
				get [name]() {
					throw BOOM;
				},
			};
			const errors = await refusals(t, [[method, ...args, opts]]);
			assert.deepEqual(errors, [BOOM]);
		});

		// push sends its ttl as it sends its value: an object is an empty string.
		if (method === "push" || !TEXTS.test(name)) continue;
		test(`a ${name} that is no text is an error in the callback of ${method}`, async (t) => {
			const hostile = [method, ...args, { [name]: HOSTILE }];
			const symbol = [method, ...args, { [name]: Symbol(name) }];
			const [thrown, refused] = await refusals(t, [hostile, symbol]);
			assert.equal(thrown, BOOM);
			assert.ok(refused instanceof TypeError);
		});
	}
}

test("a previous value that is no text is an error in the callback", async (t) => {
	for (const previous of [HOSTILE, Symbol("p")]) {
		const calls = [
			["compareAndSwap", "k", "v", previous],
			["compareAndDelete", "k", previous],
			["compareAndSwap", "k", "v", previous, {}],
			["compareAndDelete", "k", previous, {}],
		];
		for (const error of await refusals(t, calls))
			assert.ok(error === BOOM || error instanceof TypeError);
	}
});

// Without options, and with: then nothing that stands where the callback would is a callback.
for (const [method, , ...between] of keyed()) {
	test(`${method} without a callback throws what is wrong with its arguments`, async (t) => {
		const { url, requests } = await hostOf(t, [FOUND]);
		const store = client(t, url);
		for (const rest of [[], [{}], [null, null]]) {
			const args = [...between, ...rest];
			const isBoom = (error) => error === BOOM;
			assert.throws(() => store[method](HOSTILE, ...args), isBoom);
			const symbol = () => store[method](Symbol("k"), ...args);
			assert.throws(symbol, TypeError);
			const code = "ERR_INVALID_ARG_VALUE";
			assert.throws(() => store[method]("\ud800", ...args), { code });
		}
		await call(store, "get", "later");
		assert.equal(requests.length, 1);
	});
}

for (const [method, ...args] of everyCall()) {
	const isKeyed = keyed("k").some(([name]) => name === method);
	// stats.self takes a machine, so its callback is the second.
	const before = method === "stats.self" ? [null] : isKeyed ? [{}] : [];
	for (const callback of ["cb", 5, true, {}, [], Symbol("cb")]) {
		test(`${inspect(callback)} as the callback of ${method} is a TypeError at the call`, async (t) => {
			const { url, requests } = await hostOf(t, anyAnswer);
			const store = client(t, url);
			const [last, owner] = method.split(".").reverse();
			const bound = owner ? store[owner] : store;
			const make = () => bound[last](...args, ...before, callback);
			assert.throws(make, TypeError);
			await call(store, "get", "later");
			assert.equal(requests.length, 1);
		});
	}
}

test("a process survives all of it, and ends", async (t) => {
	const { url } = await hostOf(t, [FOUND]);
	const script = async ({ call, subject }, url, keys) => {
		const store = subject(url);
		const errors = [];
		for (const key of keys)
			for (const method of ["get", "set", "del", "push", "mkdir", "wait"]) {
				const { args } = await call(store, method, key, {});
				errors.push(args[0] instanceof Error);
			}
		return errors;
	};
	const keys = ["..", "a\0b", "k".repeat(100_000), "\ud800", "a/./b"];
	const { code, result, stderr } = await inChild(script, [url, keys]);
	assert.equal(code, 0, stderr);
	assert.deepEqual([...new Set(result)], [true]);
	assert.equal(result.length, keys.length * 6);
});
