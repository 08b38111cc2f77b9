// Which HTTP/1.1 connections are used again, and which header sections are taken: what Node's own client does.
const assert = require("node:assert/strict");
const http = require("node:http");
const { before, test } = require("node:test");
const { call, node } = require("../support");
const {
	certificates,
	trustCertificates,
} = require("../support/tls/certificates");
const { client } = require("../support/lifetime");
const { rawHost } = require("../support/hosts/raw-host");

const BODY = JSON.stringify(node("/k", "v", 5));
const OK = "HTTP/1.1 200 OK\r\n";
const LENGTH = `content-length: ${Buffer.byteLength(BODY)}\r\n`;
const CHUNKED = "transfer-encoding: chunked\r\n";
const CHUNK = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n`;

/** What counts of a header section, for Node: names, values and the reason. */
const COUNTED = "OKcontent-length".length + String(BODY.length).length;

const withFields = (fields) => `${OK}${fields}${LENGTH}\r\n${BODY}`;
const withTrailers = (fields) => `${OK}${CHUNKED}\r\n${CHUNK}${fields}\r\n`;
const filled = (bytes) => `x: ${"y".repeat(bytes - COUNTED - 1)}\r\n`;

const ANSWERS = {
	"Connection: close, then keep-alive": withFields(
		"Connection: close\r\nConnection: keep-alive\r\n",
	),
	"Connection: keep-alive, then close": withFields(
		"Connection: keep-alive\r\nConnection: close\r\n",
	),
	"Connection: close between others": withFields(
		"Connection: x\r\nConnection: y, Close\r\nConnection: z\r\n",
	),
	"a Keep-Alive of one second": withFields("Keep-Alive: timeout=1\r\n"),
	"a Keep-Alive of no time": withFields("Keep-Alive: timeout=0\r\n"),
	"a Keep-Alive of five seconds": withFields(
		"Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n",
	),
	"100 fields": withFields("x: y\r\n".repeat(99)),
	"101 fields": withFields("x: y\r\n".repeat(100)),
	"500 fields": withFields("x: y\r\n".repeat(499)),
	"2000 fields": withFields("x: y\r\n".repeat(1999)),
	"thousands of short fields": withFields("a:\r\n".repeat(16_000)),
	"fields of 15.9 KB": withFields(filled(16_281)),
	"fields of a byte less than 16 KB": withFields(filled(16_383)),
	"fields of 16 KB": withFields(filled(16_384)),
	"fields of 40 KB": withFields(filled(40_000)),
	"2000 trailers": withTrailers("x: y\r\n".repeat(2000)),
	"trailers of 15.9 KB": withTrailers(filled(16_281)),
	"trailers of 40 KB": withTrailers(filled(40_000)),
	"the same length twice": withFields(LENGTH),
	"two lengths in one field": `${OK}content-length: 5, 5\r\n\r\n`,
	"two lengths that differ": withFields("content-length: 1\r\n"),
	"a length and chunks": `${OK}${LENGTH}${CHUNKED}\r\n${CHUNK}\r\n`,
	"chunks and a length": `${OK}${CHUNKED}${LENGTH}\r\n${CHUNK}\r\n`,
	"two codings in two fields": `${OK}transfer-encoding: gzip\r\n${CHUNKED}\r\n${CHUNK}\r\n`,
};

/** The outcome of two gets by Node's own client, which may use a connection for both. */
async function askedTwiceByNode(t, url) {
	const agent = new http.Agent({ keepAlive: true });
	t.after(() => agent.destroy());
	const ask = () =>
		new Promise((resolve) => {
			const request = http.get(url, { agent }, (response) => {
				response.resume();
				response.on("error", () => resolve("an error"));
				// The agent has its connection back in the next turn.
				response.on("end", () => setImmediate(resolve, "an answer"));
			});
			request.on("error", () => resolve("an error"));
		});
	return [await ask(), await ask()];
}

async function askedTwiceByUs(t, url) {
	const store = client(t, url);
	const ask = async () => {
		// A push: it is not repeated after an error.
		const { args } = await call(store, "push", "k", "v");
		if (!args[0]) assert.equal(JSON.stringify(args[1]), BODY);
		return args[0] ? "an error" : "an answer";
	};
	return [await ask(), await ask()];
}

for (const [what, answer] of Object.entries(ANSWERS))
	test(`an answer with ${what} has the outcome that it has in Node's own client`, async (t) => {
		const outcomes = [];
		for (const ask of [askedTwiceByNode, askedTwiceByUs]) {
			const host = await rawHost(t, (socket) => socket.write(answer));
			const outcome = await ask(t, host.url);
			outcomes.push({ outcome, connections: host.connections });
		}
		assert.deepEqual(outcomes[1], outcomes[0]);
	});

test("a connection is not used again that a server has no more requests for", async (t) => {
	const answer = withFields("Keep-Alive: timeout=60, max=0\r\n");
	const host = await rawHost(t, (socket) => socket.write(answer));
	await askedTwiceByUs(t, host.url);
	assert.equal(host.connections, 2);
});

const ANSWER = withFields("");
const UNASKED = ANSWER.replace('"v"', '"w"');
let tls;
before(async () => {
	tls = (await certificates()).good.tls;
});
trustCertificates();

test("an answer that nobody asked for, in one write with one that somebody did, is not that of a next call, of 16 at a time", async (t) => {
	const host = await rawHost(t, (socket) => socket.write(ANSWER + UNASKED));
	const store = client(t, host.url);
	const worker = async () => {
		for (let i = 0; i < 50; i++) {
			const { args } = await call(store, "get", "k");
			assert.deepEqual(args, [null, JSON.parse(BODY)]);
		}
	};
	await Promise.all(Array.from({ length: 16 }, worker));
});

for (const [way, isSecure] of [
	["in the clear", false],
	["through TLS", true],
])
	test(`an answer that came unasked while a connection was idle, ${way}, is not that of the next call`, async (t) => {
		const arrived = [];
		const host = await rawHost(
			t,
			(socket) => {
				// Or else the system holds the second one back for the acknowledgement of the first.
				socket.setNoDelay(true);
				socket.write(ANSWER);
				setImmediate(() => socket.write(UNASKED, arrived.shift()));
			},
			isSecure ? tls : undefined,
		);
		const store = client(t, host.url);
		for (let connections = 1; connections <= 20; connections++) {
			const written = new Promise((resolve) => arrived.push(resolve));
			const { args } = await call(store, "get", "k");
			assert.deepEqual(args, [null, JSON.parse(BODY)]);
			assert.equal(host.connections, connections);
			await written;
		}
	});

test("a get that is repeated after a server's failure is not given an answer that came unasked behind that", async (t) => {
	const FAILURE = "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n";
	const host = await rawHost(t, (socket, count) => {
		socket.setNoDelay(true);
		if (count % 2) return socket.write(ANSWER);
		socket.write(FAILURE);
		setImmediate(() => socket.write(UNASKED));
	});
	const store = client(t, host.url);
	for (let i = 0; i < 50; i++) {
		const { args } = await call(store, "get", "k");
		assert.deepEqual(args, [null, JSON.parse(BODY)]);
	}
});
