// Connections that end, fall silent or refuse: what is repeated, what is not, and how long a call takes.
const assert = require("node:assert/strict");
const http2 = require("node:http2");
const { test } = require("node:test");
const { blackHole, call, closedPort } = require("../support");
const { speakHttp2 } = require("../support/hosts/http2-host");
const { rawHost, writeForEver } = require("../support/hosts/raw-host");
const { grpcHost } = require("../support/v3/grpc-host");
const { v3Client } = require("../support/v3/etcd");
const { found, framed, written } = require("../support/v3/messages");

const { NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM, NGHTTP2_INTERNAL_ERROR } =
	http2.constants;
const TIMEOUT_MS = 300;
// A call has an attempt for each host, and one more.
const LIMIT_MS = 10 * TIMEOUT_MS;

const answered = (x) =>
	x.method === "Txn" && x.answer(x.body.includes("put!") ? written() : FOUND);
const FOUND = found("/k", "v");
const SET = ["set", "k", "put!"];

function goodHost(t) {
	return grpcHost(t, answered);
}

/** Makes a call to a host, and one behind it; resolves with the error, what each has seen, and the milliseconds. */
async function attempt(t, bad, args, options) {
	const good = await goodHost(t);
	const timeout = TIMEOUT_MS;
	const store = v3Client(t, [bad.url, good.url], { timeout, ...options });
	const start = performance.now();
	const [error, result] = (await call(store, ...args)).args;
	const took = performance.now() - start;
	const seen = [bad, good].map(({ calls }) => calls?.length ?? 0);
	return { error, result, seen, took };
}

/** A host in frames of the test's choice: `request(frames, stream)` for each call that has come whole. */
async function frameHost(t, request) {
	const host = await rawHost(t, () => {});
	return greeting(host, (socket) => speakHttp2(socket, { request }));
}

for (const [what, refuse] of [
	[
		"REFUSED_STREAM",
		(frames, stream) => frames.reset(stream, NGHTTP2_REFUSED_STREAM),
	],
	["a GOAWAY below its stream", (frames) => frames.goAway(0, NGHTTP2_NO_ERROR)],
	[
		"an error and a GOAWAY below its stream",
		(frames) => frames.goAway(0, NGHTTP2_INTERNAL_ERROR),
	],
])
	test(`a set that a host answers with ${what} is sent to the next host: it was not processed`, async (t) => {
		const bad = await frameHost(t, refuse);
		const { error, result } = await attempt(t, bad, SET);
		assert.equal(error, null, `${error?.code} ${error?.message}`);
		assert.equal(result.node.value, "put!");
	});

/** What a host does with a call that it has read. */
const AFTER_READING = [
	["resets it", (x) => x.reset(NGHTTP2_INTERNAL_ERROR), "ECONNRESET"],
	["resets it with NO_ERROR", (x) => x.reset(NGHTTP2_NO_ERROR), "ECONNRESET"],
	["cuts the connection", (x) => x.stream.session.destroy(), "ECONNRESET"],
	[
		"cuts its answer",
		(x) => {
			x.begin().write(framed(FOUND).subarray(0, 7));
			setImmediate(() => x.stream.session.destroy());
		},
		"ECONNRESET",
	],
	["does not answer", () => {}, "ESOCKETTIMEDOUT"],
	["falls silent within its answer", (x) => x.begin(), "ESOCKETTIMEDOUT"],
	[
		"has a GOAWAY above its stream and cuts the connection",
		(x) => {
			x.stream.session.goaway(NGHTTP2_NO_ERROR, x.stream.id);
			setImmediate(() => x.stream.session.destroy());
		},
		"ECONNRESET",
	],
];

for (const [what, act, code] of AFTER_READING) {
	for (const args of [SET, ["push", "k", "v"], ["del", "k"], ["mkdir", "k"]])
		test(`a ${args[0]} to a host that reads it and ${what} is ambiguous, and sent once`, async (t) => {
			const bad = await grpcHost(t, act);
			const { error, seen, took } = await attempt(t, bad, args);
			assert.equal(error?.code, code);
			assert.equal(error.ambiguous, true);
			assert.deepEqual(seen, [1, 0]);
			assert.ok(took < LIMIT_MS, `${took} ms`);
		});

	test(`a get from a host that reads it and ${what} goes on to the next host`, async (t) => {
		const bad = await grpcHost(t, act);
		const { error, result, took } = await attempt(t, bad, ["get", "k"]);
		assert.equal(error, null, `${error?.code} ${error?.message}`);
		assert.equal(result.node.value, "v");
		assert.ok(took < LIMIT_MS, `${took} ms`);
	});
}

const SERVERS = {
	"never speaks": (t) => rawHost(t, () => {}),
	"writes garbage without end": async (t) => {
		const host = await rawHost(t, () => {});
		return greeting(host, (socket) =>
			writeForEver(socket, "garbage".repeat(999)),
		);
	},
	"speaks HTTP/1.1": async (t) => {
		const host = await rawHost(t, () => {});
		return greeting(host, (socket) =>
			socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
		);
	},
	"closes each connection": async (t) => {
		const host = await rawHost(t, () => {});
		return greeting(host, (socket) => socket.end());
	},
	"breaks the framing of HTTP/2": async (t) => {
		const host = await rawHost(t, () => {});
		// SETTINGS, then a frame of 16 MB.
		const frames = Buffer.from("000000040000000000ffffff000000000001", "hex");
		return greeting(host, (socket) => socket.write(frames));
	},
	"is not there": async () => ({
		url: `http://127.0.0.1:${await closedPort()}`,
	}),
};

/** Has a host act on each connection, before any request. */
function greeting(host, act) {
	const add = host.sockets.add.bind(host.sockets);
	host.sockets.add = (socket) => {
		act(socket);
		return add(socket);
	};
	return host;
}

for (const [what, start] of Object.entries(SERVERS))
	for (const args of [SET, ["get", "k"]])
		test(`a ${args[0]} goes on to the next host where one ${what}`, async (t) => {
			const bad = await start(t);
			const options = { connectTimeout: TIMEOUT_MS };
			const { error, result, took } = await attempt(t, bad, args, options);
			assert.ok(took < LIMIT_MS, `${took} ms`);
			// Where the request may have been written, it is not written again.
			const isSent = error?.ambiguous === true && args === SET;
			if (isSent) return assert.match(error.code, /RESET|TIMEDOUT|PROTO/);
			assert.equal(error, null, `${error?.code} ${error?.message}`);
			assert.ok(result.node.value);
		});

test("a host that accepts no connection is left within connectTimeout", async (t) => {
	const hole = await blackHole();
	t.after(() => hole.close());
	const { url } = hole;
	const options = { connectTimeout: TIMEOUT_MS, timeout: 60_000 };
	for (const args of [SET, ["get", "k"]]) {
		const { error, took } = await attempt(t, { url }, args, options);
		assert.equal(error, null, `${error?.code} ${error?.message}`);
		assert.ok(took < LIMIT_MS, `${took} ms`);
	}
});

test("an answer that comes a byte at a time is read, whatever its whole time is", async (t) => {
	const host = await grpcHost(t, (x) => {
		const bytes = framed(FOUND);
		const stream = x.begin();
		const drip = (at) => {
			if (at === bytes.length) return stream.end();
			stream.write(bytes.subarray(at, at + 1));
			setTimeout(drip, 5, at + 1);
		};
		stream.on("wantTrailers", () =>
			stream.sendTrailers({ "grpc-status": "0" }),
		);
		drip(0);
	});
	const store = v3Client(t, host.url, { timeout: 150 });
	assert.equal((await store.promises.get("k")).node.value, "v");
});
