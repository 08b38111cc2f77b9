// Hosts that break the rules of gRPC. Each error is that of one call, and the client goes on.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call } = require("../support");
const { grpcHost } = require("../support/v3/grpc-host");
const { v3Client } = require("../support/v3/etcd");
const messages = require("../support/v3/messages");

const { found, framed, message, range, txn, written } = messages;
const BAD = "ERR_ETCD_BAD_ANSWER";
const FOUND = found("/k", "v");
const MIB = 1024 * 1024;

/** What is wrong with an answer, how it is sent, the code of the error, and what its message says. */
const ANSWERS = [
	["no bytes", (x) => x.raw(Buffer.alloc(0)), BAD, /no message/],
	["garbage", (x) => x.raw(Buffer.from("garbage!")), BAD, /unknown form/],
	["an empty message", (x) => x.answer(Buffer.alloc(0)), BAD, /another/],
	[
		"no message of protobuf",
		(x) => x.answer(Buffer.from("ÿÿ")),
		BAD,
		/decoded/,
	],
	["a part of a prefix", (x) => x.raw(Buffer.of(0, 0)), BAD, /within/],
	[
		"a part of a message",
		(x) => x.raw(framed(FOUND).subarray(0, -1)),
		BAD,
		/within|maxResponseSize/,
	],
	["the compressed flag", (x) => x.raw(framed(FOUND, 1)), BAD, /compressed/],
	[
		"two messages",
		(x) => x.raw(Buffer.concat([framed(FOUND), framed(FOUND)])),
		BAD,
		/more than one/,
	],
	[
		"an answer to a range",
		(x) => x.answer(range(5, ["/k", "v"])),
		BAD,
		/another|decoded/,
	],
	["an answer to a put", (x) => x.answer(written()), BAD, /another/],
	["too few answers", (x) => x.answer(txn(5, true)), BAD, /another/],
	[
		"too many answers",
		(x) => x.answer(txn(5, true, [1, range(5)], [1, range(5)])),
		BAD,
		/another/,
	],
	["no header", (x) => x.answer(message([2, true])), BAD, /another/],
	["no status", (x) => x.raw(framed(FOUND), null), BAD, /no status/],
	[
		"a status that is no number",
		(x) => x.raw(framed(FOUND), { "grpc-status": "ok" }),
		BAD,
		/no status/,
	],
	["an unknown status", (x) => x.refuse(99, "so"), 300, /Raft Internal/],
	["a negative status", (x) => x.refuse(-1, "so"), BAD, /no status/],
	[
		"a message and a refusal",
		(x) => x.raw(framed(FOUND), { "grpc-status": "13", "grpc-message": "x" }),
		300,
		/Raft Internal/,
	],
	[
		"a web page",
		(x) => x.raw("<html>", null, { "content-type": "text/html" }),
		BAD,
		/no status/,
	],
	[
		"HTTP status 404",
		(x) => x.raw("no", null, { ":status": 404 }),
		"ERR_ETCD_NO_V3_API",
	],
	["HTTP status 503", (x) => x.raw("no", null, { ":status": 503 }), 300],
	["no such method", (x) => x.refuse(12, "unknown"), "ERR_ETCD_NO_V3_API"],
	["a reset", (x) => x.reset(2), "ECONNRESET"],
	["a cancellation", (x) => x.reset(8), "ECONNRESET"],
	["a cut connection", (x) => x.stream.session.destroy(), "ECONNRESET"],
];

function isUnary({ method }) {
	return method === "Txn";
}

function assertError(error, code, text, what) {
	assert.ok(error instanceof Error, what);
	assert.equal(error.code, code, `${what}: ${error.message}`);
	if (text) assert.match(error.message, text, what);
	assert.ok(error.attempts.length >= 1, what);
}

for (const [what, send, code, text] of ANSWERS) {
	test(`${what} in place of an answer is an error of that get alone`, async (t) => {
		let isBroken = true;
		const host = await grpcHost(t, (x) =>
			isBroken ? send(x) : x.answer(FOUND),
		);
		const store = v3Client(t, host.url, { timeout: 3000 });
		const [error, result] = (await call(store, "get", "k")).args;
		assertError(error, code, text, what);
		assert.equal(result ?? undefined, undefined);
		assert.equal(error.ambiguous, undefined);
		isBroken = false;
		const { node } = await store.promises.get("k");
		assert.equal(node.value, "v");
	});

	test(`${what} in place of an answer: a set is sent once, and says whether it may be applied`, async (t) => {
		const host = await grpcHost(t, send);
		const other = await grpcHost(t, (x) => x.answer(written()));
		const store = v3Client(t, [host.url, other.url], { timeout: 3000 });
		const [error] = (await call(store, "set", "k", "v")).args;
		if (what === "an answer to a put") return assert.equal(error, null);
		assertError(error, code, text && /./, what);
		const isRefusal = code === "ERR_ETCD_NO_V3_API";
		assert.equal(error.ambiguous, isRefusal ? undefined : true);
		assert.equal(host.calls.filter(isUnary).length, 1);
		assert.equal(other.calls.length, 0);
	});

	test(`${what} in place of an answer: a get goes on to the next host, or is an answer`, async (t) => {
		const host = await grpcHost(t, send);
		const other = await grpcHost(t, (x) => x.answer(FOUND));
		const store = v3Client(t, [host.url, other.url], { timeout: 3000 });
		const [error, result] = (await call(store, "get", "k")).args;
		if (code === "ERR_ETCD_NO_V3_API") return assertError(error, code);
		assert.equal(error, null, `${error?.code} ${error?.message}`);
		assert.equal(result.node.value, "v");
	});
}

test("an answer that does not end is left at maxResponseSize", async (t) => {
	const host = await grpcHost(t, (x) => {
		const stream = x.begin();
		stream.write(framed(Buffer.alloc(0)).fill(255, 1));
		const more = () => {
			while (!stream.destroyed && stream.write(Buffer.alloc(65536)));
		};
		stream.on("drain", more);
		more();
	});
	const options = { maxResponseSize: MIB, timeout: 3000 };
	const store = v3Client(t, host.url, options);
	const [error] = (await call(store, "get", "k")).args;
	assert.equal(error.code, "ERR_ETCD_RESPONSE_TOO_LARGE");
	const [second] = (await call(store, "set", "k", "v")).args;
	assert.equal(second.code, "ERR_ETCD_RESPONSE_TOO_LARGE");
	assert.equal(second.ambiguous, true);
});

test("an answer as large as maxResponseSize is taken, and a larger one is not", async (t) => {
	const host = await grpcHost(t, (x, { size }) =>
		x.answer(found("/k", "v".repeat(size))),
	);
	const store = v3Client(t, host.url, { maxResponseSize: MIB });
	host.size = MIB - 100;
	assert.equal((await store.promises.get("k")).node.value.length, host.size);
	host.size = MIB;
	const [error] = (await call(store, "get", "k")).args;
	assert.equal(error.code, "ERR_ETCD_RESPONSE_TOO_LARGE");
});
