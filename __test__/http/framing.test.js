// What HTTP/1.1 allows a server, byte by byte: heads and bodies in any form, and which connections are used again.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { client, deferred } = require("../support/lifetime");
const { rawHost } = require("../support/hosts/raw-host");

const BODY = JSON.stringify(node("/k", "grüße", 5));
const LENGTH = Buffer.byteLength(BODY);
const OK = "HTTP/1.1 200 OK\r\n";
const WHOLE = `${OK}Content-Length: ${LENGTH}\r\n\r\n${BODY}`;
const MEGABYTE = "v".repeat(1024 * 1024);

const CHUNKED = [
	`${OK}Transfer-Encoding: chunked\r\n\r\n`,
	`5;x="y"\r\n${BODY.slice(0, 5)}\r\n`,
	`${(LENGTH - 5).toString(16)}\r\n${BODY.slice(5)}\r\n`,
	"0\r\nTrailer: x\r\n\r\n",
].join("");

const write = (socket, bytes) =>
	new Promise((sent) => socket.write(bytes, sent));

async function writeByteByByte(socket, text) {
	socket.setNoDelay(true);
	for (const byte of Buffer.from(text)) await write(socket, Buffer.of(byte));
}

// How many connections two calls take, the server closing none but where that is the end of the answer.
const ANSWERS = {
	"with its length": [WHOLE, 1],
	"with its length, in other letters and spaces": [
		`${OK}CONTENT-LENGTH:   ${LENGTH}  \r\n\r\n${BODY}`,
		1,
	],
	"in chunks": [CHUNKED, 1],
	"until the connection closes": [`${OK}\r\n${BODY}`, 2],
	"that asks to close": [
		`${OK}Connection: close\r\n${WHOLE.slice(OK.length)}`,
		2,
	],
	"of HTTP/1.0": [WHOLE.replace("1.1", "1.0"), 2],
	"of HTTP/1.0 that keeps the connection": [
		WHOLE.replace("1.1 200 OK", "1.0 200 OK\r\nConnection: keep-alive"),
		1,
	],
	"after interim responses": [
		`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </x>\r\n\r\n${WHOLE}`,
		1,
	],
};

for (const [how, [answer, connections]] of Object.entries(ANSWERS)) {
	const endsWithConnection = connections === 2 && !answer.includes("Length");
	for (const [pieces, send] of [
		["at once", write],
		["byte by byte", writeByteByByte],
	]) {
		test(`an answer ${how} that comes ${pieces}`, async (t) => {
			const host = await rawHost(t, async (socket) => {
				await send(socket, answer);
				if (endsWithConnection) socket.end();
			});
			const store = client(t, host.url);
			for (const args of [
				["get", "k"],
				["set", "k", "v"],
			]) {
				const { args: results } = await call(store, ...args);
				assert.deepEqual(results, [null, JSON.parse(BODY)]);
			}
			assert.equal(host.connections, connections);
		});
	}
}

test("a connection on which more comes than an answer is not used again", async (t) => {
	const host = await rawHost(t, (socket) =>
		socket.write(`${WHOLE}HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n`),
	);
	const store = client(t, host.url);
	for (let i = 0; i < 2; i++)
		assert.deepEqual((await call(store, "get", "k")).args, [
			null,
			JSON.parse(BODY),
		]);
	assert.equal(host.connections, 2);
});

test("a write is not in doubt because the server has closed an idle connection", async (t) => {
	const ended = deferred();
	const host = await rawHost(t, (socket, count) => {
		socket.write(WHOLE);
		if (count === 0) socket.end(ended.resolve);
	});
	const store = client(t, host.url);
	await call(store, "get", "k");
	await ended.promise;
	// When this answer has been seen, so has the end that came before it.
	const other = await rawHost(t, (socket) => socket.write(WHOLE));
	await call(client(t, other.url), "get", "k");
	const { args } = await call(store, "push", "k", "v");
	assert.deepEqual(args, [null, JSON.parse(BODY)]);
	assert.equal(host.connections, 2);
});

test("an answer that comes before all of a value has been sent is the answer", async (t) => {
	const host = await rawHost(t, (socket) => {
		socket.pause();
		socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n");
	});
	const store = client(t, host.url);
	for (let connections = 1; connections <= 2; connections++) {
		const { args } = await call(store, "set", "k", MEGABYTE.repeat(9));
		assert.equal(args[0].message, "bad status: 413");
		assert.equal(host.connections, connections);
	}
});

test("an interim response does not end the sending of a value", async (t) => {
	const host = await rawHost(t, (socket) => {
		socket.write("HTTP/1.1 100 Continue\r\n\r\n");
		socket.on("data", () => {
			if (socket.bytesRead > MEGABYTE.length) socket.end(WHOLE);
		});
	});
	const { args } = await call(client(t, host.url), "set", "k", MEGABYTE);
	assert.deepEqual(args, [null, JSON.parse(BODY)]);
});

for (const [what, answer] of Object.entries({
	"no HTTP": "nonsense\r\n\r\n",
	"two lengths that differ": `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
	"a head without end": `${OK}x: ${"y".repeat(100_000)}`,
	"a switch of protocols": "HTTP/1.1 101 Switching Protocols\r\n\r\n",
})) {
	test(`an answer with ${what} is an error`, async (t) => {
		const host = await rawHost(t, (socket) => socket.write(answer));
		const { args } = await call(client(t, host.url), "push", "k", "v");
		assert.match(args[0].code, /^HPE_/);
		assert.equal(args[0].ambiguous, true);
	});
}

for (const [what, answer] of Object.entries({
	"a chunk whose size is no number": `${OK}transfer-encoding: chunked\r\n\r\nno\r\n`,
	"a chunk longer than its size": `${OK}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n`,
	"chunks that break off": CHUNKED.slice(0, -1),
	"a body that breaks off": WHOLE.slice(0, -1),
})) {
	test(`an answer with ${what} is an error`, async (t) => {
		const host = await rawHost(t, (socket) => socket.end(answer));
		const { args } = await call(client(t, host.url), "push", "k", "v");
		assert.equal(args[0].code, "ECONNRESET");
		assert.equal(args[0].ambiguous, true);
	});
}
