// Hosts that keep to HTTP and answer with errors that no etcd would give.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call } = require("../support");
const { client, hostOf } = require("../support/lifetime");

const DEEP = 100_000;

const nested = (open, middle, close, depth = DEEP) =>
	open.repeat(depth) + middle + close.repeat(depth);
const DEEP_ARRAY = nested("[", "", "]");

/** Bodies of errors: what the error says, and its code. Where they are no etcd's, it is `bad status`. */
const ERRORS = {
	"an errorCode that is text": [{ errorCode: "401", message: "m" }, "m", "401"],
	"an errorCode of Node.js": [
		{ errorCode: "ETIMEDOUT", message: "m" },
		"m",
		"ETIMEDOUT",
	],
	"an errorCode that is an object": [{ errorCode: {}, message: "m" }, "m", {}],
	"an errorCode beyond 2^53": [
		'{"errorCode":9007199254740993,"message":"m"}',
		"m",
		2 ** 53,
	],
	"an errorCode beyond any number": [
		'{"errorCode":1e400,"message":"m"}',
		"bad status: 400",
	],
	"two errorCodes": [
		'{"errorCode":100,"message":"m","errorCode":101}',
		"m",
		101,
	],
	"no errorCode": [{ message: "m" }, "m"],
	"a message that is a number": [{ errorCode: 1, message: 5 }, "5", 1],
	"a message that is an array": [{ errorCode: 1, message: [1] }, "[1]", 1],
	"a message that is empty": [{ errorCode: 1, message: "" }, "bad status: 400"],
	"a message that is null": [
		{ errorCode: 1, message: null },
		"bad status: 400",
	],
	"no message": [{ errorCode: 1 }, "bad status: 400"],
	"a cause that is deep": [
		`{"errorCode":1,"message":"m","cause":${nested("[", "", "]", 100)}}`,
		"m",
		1,
	],
	"a cause that is too deep": [
		`{"errorCode":1,"message":"m","cause":${DEEP_ARRAY}}`,
		"bad status: 400",
	],
	"an index that is an object": [
		{ errorCode: 401, message: "m", index: { toString: 1 } },
		"m",
		401,
	],
	"100,000 arrays in each other": [DEEP_ARRAY, "bad status: 400"],
	"an array": ['[{"message":"m"}]', "bad status: 400"],
	"text that is no UTF-8": [Buffer.from([0xff, 0xfe]), "bad status: 400"],
	"a message that is no UTF-8": [
		Buffer.from('{"message":"\xff"}', "latin1"),
		"\ufffd",
	],
	"a message of 4 MiB": [{ message: "x".repeat(2 ** 22) }, "x".repeat(2 ** 22)],
	nothing: ["", "bad status: 400"],
};

for (const [what, [body, message, code]] of Object.entries(ERRORS))
	test(`an error with ${what} is one error`, async (t) => {
		const host = await hostOf(t, [{ status: 400, body }]);
		const store = client(t, host.url, { timeout: 5000 });
		for (const args of [
			["get", "k"],
			["wait", "k", {}],
			["push", "k", "v"],
			["stats.store"],
		]) {
			const [err] = (await call(store, ...args)).args;
			assert.equal(err.message, message, args[0]);
			assert.deepEqual(err.code, code);
			assert.equal(err.status, 400);
		}
		assert.equal(
			(await call(store, "machines")).args[0].message,
			"bad status: 400",
		);
	});
