// Hosts that keep to HTTP and answer what no etcd would: bodies of any shape, in answers and in errors.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { gzipSync } = require("node:zlib");
const { call, node } = require("../support");
const { client, hostOf } = require("../support/lifetime");

const DEEP = 100_000;

const nested = (open, middle, close, depth = DEEP) =>
	open.repeat(depth) + middle + close.repeat(depth);
const DEEP_ARRAY = nested("[", "", "]");
const DEEP_OBJECT = nested('{"a":', "1", "}");
const DEEP_NODES = nested('{"dir":true,"nodes":[', '{"value":"7"}', "]}");
const answerOf = (text) => `{"action":"get","node":${text}}`;

/** Bodies of answers that are no error; each is what a get gives, as JSON or as text. */
const BODIES = {
	"100,000 arrays in each other": DEEP_ARRAY,
	"100,000 objects in each other": DEEP_OBJECT,
	"100,000 arrays that do not end": "[".repeat(DEEP),
	"100,000 directories in each other": answerOf(DEEP_NODES),
	"a value with 100,000 arrays in each other": answerOf(
		JSON.stringify({ value: DEEP_ARRAY }),
	),
	"a node that is deep": answerOf(DEEP_ARRAY),
	"text that is no UTF-8": Buffer.from([0xff, 0xfe, 0x80, 0x61, 0xc0, 0xaf]),
	"a value that is no UTF-8": Buffer.concat([
		Buffer.from('{"node":{"value":"'),
		Buffer.from([0x61, 0xe2, 0x82, 0x22, 0x7d, 0x7d]),
	]),
	"a lone surrogate": '{"node":{"value":"\\ud800"}}',
	"null bytes": "\0\0\0",
	"a null byte in a value": '{"node":{"value":"a\\u0000b","modifiedIndex":1}}',
	"a byte order mark": `\ufeff${JSON.stringify(node("/k", "1", 5))}`,
	"no node": '{"action":"get"}',
	"a node that is null": answerOf("null"),
	"a node that is text": answerOf('"node"'),
	"a node that is a number": answerOf("5"),
	"a node that is an array": answerOf('[{"value":"1"}]'),
	"nodes that are none": answerOf('{"nodes":{"0":{"value":"1"}}}'),
	"names of every object": answerOf(
		'{"__proto__":{"value":"1"},"constructor":1,"toString":2,"valueOf":3,"hasOwnProperty":4}',
	),
	"two nodes": '{"node":{"value":"1"},"node":{"value":"2"}}',
	"two values": answerOf('{"value":"1","value":"2"}'),
	"an index beyond 2^53": answerOf(
		'{"value":"1","modifiedIndex":9007199254740993}',
	),
	"an index beyond 64 bits": answerOf('{"value":"1","modifiedIndex":1e400}'),
	"an index that is text": answerOf('{"value":"1","modifiedIndex":"7"}'),
	"an index that is an object": answerOf(
		'{"value":"1","modifiedIndex":{"toString":1,"valueOf":1}}',
	),
	"an index below zero": answerOf('{"value":"1","modifiedIndex":-7}'),
	"a number alone": "1e999",
	"text alone": '"text"',
	"true alone": "true",
	"numbers of 10,000 digits": `[${"9".repeat(10_000)},1e${"9".repeat(10_000)}]`,
	"4 MiB of one text": JSON.stringify("x".repeat(4 * 1024 * 1024)),
	"4 MiB of quotes": '"'.repeat(4 * 1024 * 1024),
	"many short arrays": `[${"[],".repeat(300_000)}0]`,
	"JSON that breaks off": '{"action":"get","node":{"key":"/k","val',
	"a page of HTML": "<!doctype html><title>Sign in</title>",
};

function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Compared as text where that is possible: assert would not go down 100,000 levels. */
function assertSame(actual, expected) {
	assert.equal(typeof actual, typeof expected);
	const isDeep = actual !== null && typeof actual === "object";
	if (!isDeep) return assert.equal(actual, expected);
	assert.ok(shapeOf(actual) === shapeOf(expected));
}

/** What a value holds, level by level. */
function shapeOf(value) {
	const levels = [value];
	const shape = [];
	for (const each of levels) {
		const isObject = each !== null && typeof each === "object";
		shape.push(isObject ? Object.keys(each).join() : String(each));
		if (isObject) for (const inner of Object.values(each)) levels.push(inner);
	}
	return shape.join("\n");
}

function assertOneResult({ args, thrown }) {
	assert.equal(thrown, undefined);
	const [err] = args;
	assert.ok(err === null || err instanceof Error, String(err));
}

const CALLS = [
	["get", "k", { json: true }],
	["get", "k", { wait: true }],
	["wait", "k"],
	["wait", "k", { json: true }],
	["set", "k", "v"],
	["push", "k", "v"],
	["del", "k"],
	["machines"],
	["leader"],
	["stats.self"],
];

for (const [what, body] of Object.entries(BODIES))
	test(`an answer of ${what} is what a get gives, and harms no other call`, async (t) => {
		const host = await hostOf(t, (request) =>
			request.url.includes("good") ? { body: node("/g", "v", 5) } : { body },
		);
		const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
			Buffer.from(body),
		);
		const store = client(t, host.url, { timeout: 5000 });
		const { args } = await call(store, "get", "k");
		assert.equal(args[0], null);
		assertSame(args[1], parsed(text));
		const withJson = client(t, host.url, { timeout: 5000, json: true });
		const calls = [store, withJson].flatMap((store) =>
			CALLS.map((args) => call(store, ...args)),
		);
		for (const result of await Promise.all(calls)) assertOneResult(result);
		assert.equal((await call(store, "get", "good")).args[0], null);
	});

test("100,000 directories in each other are parsed under json", async (t) => {
	const host = await hostOf(t, [{ body: answerOf(DEEP_NODES) }]);
	const { args } = await call(client(t, host.url, { json: true }), "get", "k");
	assert.equal(args[0], null);
	let [node, depth] = [args[1].node, 0];
	for (; node.nodes; depth++) node = node.nodes[0];
	assert.deepEqual([depth, node.value], [DEEP, 7]);
});

for (const [what, text] of [
	["a node that is null", '{"nodes":[null]}'],
	["a value that is an object", '{"value":{}}'],
	["a value that is JSON no more", '{"value":"[1"}'],
])
	test(`${what} is an error under json, and of a write an ambiguous one`, async (t) => {
		const host = await hostOf(t, [{ body: answerOf(text) }]);
		const store = client(t, host.url, { json: true });
		const [read, write] = [
			await call(store, "get", "k"),
			await call(store, "set", "k", 1),
		];
		assert.ok(read.args[0] instanceof Error && !read.args[0].ambiguous);
		assert.ok(write.args[0] instanceof Error && write.args[0].ambiguous);
	});

test("what says that it is packed is not unpacked", async (t) => {
	const headers = { "content-encoding": "gzip" };
	const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024));
	const host = await hostOf(t, [{ headers, body: packed }]);
	const store = client(t, host.url, { maxResponseSize: 2 * packed.length });
	const { args } = await call(store, "get", "k");
	assert.equal(args[0], null);
	assert.ok(args[1].length <= packed.length);
	assert.equal(host.requests[0].headers["accept-encoding"], undefined);
});
