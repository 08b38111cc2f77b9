// Values, conditions and compares as they are sent. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call, node, prefix, sharedEtcd } = require("../support");
const { client, hostOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };
const DATE = new Date(Date.UTC(2020, 1, 29, 12, 30, 0, 5));
const ISO = "2020-02-29T12:30:00.005Z";
const FALSY = [0, -0, false, null, Number.NaN, ""];

async function shared(t, opts) {
	return client(t, await sharedEtcd(), opts);
}

/** The value etcd holds after the call; push makes a key of its own. */
async function stored(store, method, key, ...args) {
	const { args: written } = await call(store, method, key, ...args);
	assert.equal(written[0], null);
	const { args: found } = await call(store, "get", written[1].node.key);
	return found[1].node.value;
}

/** The parameters of one call, from its form or query. */
async function sent(t, opts, ...args) {
	const host = await hostOf(t, [FOUND]);
	const { args: results } = await call(client(t, host.url, opts), ...args);
	assert.equal(results[0], null);
	assert.equal(host.requests.length, 1);
	const { method, url, body } = host.requests[0];
	const text = method === "DELETE" ? url.split("?")[1] : body;
	return Object.fromEntries(new URLSearchParams(text));
}

/** The error of a call for which nothing may have been sent. */
async function refused(t, opts, ...args) {
	const host = await hostOf(t, [FOUND]);
	const store = client(t, host.url, opts);
	const { args: results } = await call(store, ...args);
	await call(store, "get", "later");
	const urls = host.requests.map(({ url }) => url);
	assert.deepEqual(urls, ["/v2/keys/later"]);
	assert.equal(results.length, 1);
	return results[0];
}

for (const value of [...FALSY, undefined]) {
	test(`14. the value ${inspect(value)} is not sent, so an empty string is stored`, async (t) => {
		assert.deepEqual(await sent(t, {}, "set", "k", value, {}), {});
		const store = await shared(t);
		const key = `${prefix()}k`;
		assert.equal(await stored(store, "set", key, value, {}), "");
		await call(store, "set", key, "before");
		assert.equal(await stored(store, "update", key, value, {}), "");
	});
}

for (const [title, value, text] of [
	["a Date goes as ISO", DATE, ISO],
	["a Buffer goes as its text", Buffer.from("ünï &=+%"), "ünï &=+%"],
	["true goes as text", true, "true"],
	["a number goes as text", 1.5, "1.5"],
	["a string goes as it is", " a&b=c;d+e%20f\n\t\0é😀 ", undefined],
	["an object without json goes as an empty string", { a: 1 }, ""],
	["an array without json goes as an empty string", ["a", "b"], ""],
	["an empty object goes as an empty string", {}, ""],
	["a Map goes as an empty string", new Map([["a", 1]]), ""],
]) {
	test(`14. ${title}`, async (t) => {
		const store = await shared(t);
		const folder = prefix();
		const key = `${folder}k`;
		const expected = text ?? value;
		assert.equal(await stored(store, "set", key, value), expected);
		assert.equal(await stored(store, "update", key, value), expected);
		const swap = ["compareAndSwap", key, value, expected];
		if (expected) assert.equal(await stored(store, ...swap), expected);
		assert.equal(await stored(store, "push", folder, value), expected);
	});
}

for (const [value, text] of [
	[0, "0"],
	["", ""],
	[null, ""],
]) {
	test(`14. push sends ${inspect(value)}`, async (t) => {
		assert.deepEqual(await sent(t, {}, "push", "k", value), { value: text });
		const store = await shared(t);
		assert.equal(await stored(store, "push", prefix(), value), text);
	});
}

for (const [value, text] of [
	...FALSY.map((value) => [value, String(value)]),
	[DATE, ISO],
	[Buffer.from("ünï &=+%"), "ünï &=+%"],
	[true, "true"],
	[7n, "7"],
	[Number.POSITIVE_INFINITY, "Infinity"],
	["text", "text"],
]) {
	test(`14. strict: ${inspect(value)} is stored as "${text}"`, async (t) => {
		const store = await shared(t, { strict: true });
		const folder = prefix();
		const key = `${folder}k`;
		assert.deepEqual(await sent(t, { strict: true }, "set", key, value), {
			value: text,
		});
		assert.equal(await stored(store, "set", key, value), text);
		assert.equal(await stored(store, "update", key, value), text);
		assert.equal(await stored(store, "push", folder, value), text);
	});
}

test("14. strict: undefined is not sent", async (t) => {
	const strict = { strict: true };
	assert.deepEqual(await sent(t, strict, "set", "k", undefined, {}), {});
	assert.deepEqual(await sent(t, strict, "push", "k", undefined, {}), {});
});

test("14. strict: mkdir sends no value", async (t) => {
	for (const opts of [{}, { json: true }]) {
		const strict = { strict: true, ...opts };
		const { node: ok } = node("/k", "1", 5);
		const host = await hostOf(t, [{ body: { action: "set", node: ok } }]);
		await call(client(t, host.url, strict), "mkdir", "k");
		assert.equal(host.requests[0].body, "dir=true");
	}
});

class Own {
	toString() {
		return "own";
	}
}
for (const value of [
	...[{}, { a: 1 }, ["a"], new Map(), new Own(), Object.create(null)],
	...[() => "v", Symbol("v")],
]) {
	const title = `14. strict: ${inspect(value)} without json is an error`;
	test(title, async (t) => {
		for (const [method, ...rest] of [
			["set", {}],
			["update", {}],
			["push", {}],
			["compareAndSwap", "p", {}],
		]) {
			const args = [method, "k", value, ...rest];
			const error = await refused(t, { strict: true }, ...args);
			assert.ok(error instanceof TypeError, method);
			assert.equal(error.code, "ERR_INVALID_ARG_VALUE");
		}
	});
}

test("14. strict: an object with json is stored as JSON", async (t) => {
	const store = await shared(t, { strict: true });
	const key = `${prefix()}k`;
	const json = await stored(store, "set", key, { a: [1] }, { json: true });
	assert.equal(json, '{"a":[1]}');
});

for (const ttl of [0, "", null, undefined, false, Number.NaN]) {
	test(`15. the ttl ${inspect(ttl)} is not sent`, async (t) => {
		const value = { value: "v" };
		assert.deepEqual(await sent(t, {}, "set", "k", "v", { ttl }), value);
		const update = await sent(t, {}, "update", "k", "v", { ttl });
		assert.deepEqual(update, { ...value, prevExist: "true" });
		assert.deepEqual(await sent(t, {}, "mkdir", "k", { ttl }), { dir: "true" });
	});
}

for (const ttl of [5, "5", true, "soon", -1]) {
	test(`15. the ttl ${inspect(ttl)} is sent as text`, async (t) => {
		const form = { value: "v", ttl: `${ttl}` };
		assert.deepEqual(await sent(t, {}, "set", "k", "v", { ttl }), form);
		assert.deepEqual(await sent(t, {}, "push", "k", "v", { ttl }), form);
		const mkdir = await sent(t, {}, "mkdir", "k", { ttl });
		assert.deepEqual(mkdir, { dir: "true", ttl: `${ttl}` });
	});
}

for (const name of ["prevExist", "prevValue", "prevIndex"]) {
	test(`15. ${name} is not sent where undefined`, async (t) => {
		const opts = { [name]: undefined };
		assert.deepEqual(await sent(t, {}, "set", "k", "", opts), {});
		assert.deepEqual(await sent(t, {}, "del", "k", opts), {});
	});

	for (const value of [0, "", null, false, true, "text", 5, { a: 1 }, [1]]) {
		test(`15. ${name} is sent as text: ${inspect(value)}`, async (t) => {
			const opts = { [name]: value };
			const expected = { [name]: `${value}` };
			assert.deepEqual(await sent(t, {}, "set", "k", "", opts), expected);
			assert.deepEqual(await sent(t, {}, "del", "k", opts), expected);
			const rmdir = await sent(t, {}, "rmdir", "k", opts);
			assert.deepEqual(rmdir, { ...expected, dir: "true" });
		});
	}
}

for (const [opts, code] of [
	[{ prevValue: "" }, 201],
	[{ ttl: "soon" }, 202],
	[{ prevIndex: "x" }, 203],
	[{ prevIndex: null }, 203],
	[{ prevExist: "maybe" }, 209],
	[{ prevExist: null }, 209],
	[{ prevExist: "" }, 209],
]) {
	test(`15. the server judges ${inspect(opts)} and answers ${code}`, async (t) => {
		const store = await shared(t);
		const key = `${prefix()}k`;
		await call(store, "set", key, "v");
		const { args } = await call(store, "set", key, "w", opts);
		assert.equal(args[0].code, code);
	});
}

test("15. the server judges the conditions of a del, too", async (t) => {
	const store = await shared(t);
	const key = `${prefix()}k`;
	await call(store, "set", key, "v");
	for (const [opts, code] of [
		[{ prevValue: "" }, 201],
		[{ prevIndex: "x" }, 203],
		[{ prevValue: "w" }, 101],
	]) {
		const { args } = await call(store, "del", key, opts);
		assert.equal(args[0].code, code, inspect(opts));
	}
});
