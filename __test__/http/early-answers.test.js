// Answers that begin before all of a value has been sent: the rest of it is sent until the answer has ended.
const assert = require("node:assert/strict");
const http = require("node:http");
const http2 = require("node:http2");
const https = require("node:https");
const { once } = require("node:events");
const { before, test } = require("node:test");
const { call, node } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { rawHttp2Host } = require("../support/hosts/http2-host");
const { client } = require("../support/lifetime");
const { rawHost } = require("../support/hosts/raw-host");

const FOUND = node("/k", "v", 5);
const FORM = "v".repeat(9_000_000);
const TIMEOUT = 1000;
const WINDOW = 64;
const SHORT_FORM = "v".repeat(10 * WINDOW);

let ca;
let tls;
before(async () => {
	const { ca: authority, good } = await certificates();
	ca = authority.pem;
	tls = good.tls;
});

function withResolvers() {
	let resolve;
	const promise = new Promise((resolved) => {
		resolve = resolved;
	});
	return { promise, resolve };
}

const SERVERS = {
	"over HTTP/1.1": () => http.createServer(),
	"over HTTP/1.1 through TLS": () => https.createServer(tls),
	"over HTTP/2": () => http2.createSecureServer(tls),
};

/** Starts a server, closed after the test. `connections` counts what it has accepted. */
async function started(t, server) {
	const host = { connections: 0 };
	const sockets = new Set();
	server.on("connection", (socket) => {
		host.connections++;
		sockets.add(socket);
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	const scheme = server instanceof http.Server ? "http" : "https";
	const url = `${scheme}://127.0.0.1:${server.address().port}`;
	return Object.assign(host, { url });
}

for (const [how, make] of Object.entries(SERVERS))
	test(`a push whose header section is answered before its form has come, ${how}, is sent wholly and answered`, async (t) => {
		const received = [];
		const server = make().on("request", (request, response) => {
			response.writeHead(200);
			response.write(" ");
			let bytes = 0;
			// The form is read when the client has the header section.
			setImmediate(() =>
				request.on("data", (data) => {
					bytes += data.length;
				}),
			);
			request.on("end", () => {
				received.push(bytes);
				response.end(JSON.stringify(FOUND));
			});
		});
		const host = await started(t, server);
		const store = client(t, host.url, { ca, timeout: TIMEOUT });
		for (let i = 0; i < 2; i++)
			assert.deepEqual((await call(store, "push", "k", FORM)).args, [
				null,
				FOUND,
			]);
		assert.deepEqual(received, Array(2).fill(`value=${FORM}`.length));
		assert.equal(host.connections, 1);
	});

test("a push whose whole answer comes before its form has been read, over HTTP/2, is sent wholly all the same", async (t) => {
	const { promise: whole, resolve } = withResolvers();
	const server = SERVERS["over HTTP/2"]().on("request", (request, response) => {
		let bytes = 0;
		response.end(JSON.stringify(FOUND), () =>
			request.on("data", (data) => {
				bytes += data.length;
			}),
		);
		request.on("end", () => resolve(bytes));
	});
	const host = await started(t, server);
	const store = client(t, host.url, { ca, timeout: TIMEOUT });
	assert.deepEqual((await call(store, "push", "k", FORM)).args, [null, FOUND]);
	assert.equal(await whole, `value=${FORM}`.length);
});

for (const how of ["in the clear", "through TLS"])
	test(`a push whose whole answer comes before its form has been read, ${how}, is sent wholly all the same`, async (t) => {
		const { promise: asked, resolve } = withResolvers();
		const body = JSON.stringify(FOUND);
		const onRequest = (socket) => {
			socket.pause();
			socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
			socket.write(body);
			resolve(socket);
		};
		const host = await rawHost(
			t,
			onRequest,
			how === "in the clear" ? undefined : tls,
		);
		const store = client(t, host.url, { ca, timeout: TIMEOUT });
		assert.deepEqual((await call(store, "push", "k", FORM)).args, [
			null,
			FOUND,
		]);
		const socket = await asked;
		assert.ok(socket.bytesRead < FORM.length, "all of it had been read");
		socket.resume();
		await once(socket, "data");
		while (socket.bytesRead < FORM.length && !socket.destroyed)
			await Promise.race([once(socket, "data"), once(socket, "close")]);
		assert.ok(socket.bytesRead > FORM.length, `${socket.bytesRead} were read`);
	});

test("each part of a form that goes out within its answer is a sign of life", async (t) => {
	const host = await rawHttp2Host(t, () => ({
		open: (frames) => frames.settings({ initialWindowSize: WINDOW }),
		headers: (frames, stream) => frames.headers(stream),
		data: (frames, stream) =>
			setTimeout(() => frames.window(stream, WINDOW), TIMEOUT / 5).unref(),
		request: (frames, stream) => frames.data(stream, JSON.stringify(FOUND)),
	}));
	const store = client(t, host.url, { ca, timeout: TIMEOUT });
	const { args } = await call(store, "push", "k", SHORT_FORM);
	assert.deepEqual(args, [null, FOUND]);
});

test("a stream that is reset without an error behind its whole answer is an answer, and another reset is ambiguous", async (t) => {
	const INTERNAL_ERROR = 2;
	for (const code of [0, INTERNAL_ERROR]) {
		const host = await rawHttp2Host(t, () => ({
			open: (frames) => frames.settings({ initialWindowSize: WINDOW }),
			data(frames, stream) {
				frames.headers(stream);
				const body = JSON.stringify(FOUND);
				frames.data(stream, body, code === 0 ? undefined : 0);
				frames.reset(stream, code);
			},
		}));
		const store = client(t, host.url, { ca, timeout: TIMEOUT });
		const { args } = await call(store, "push", "k", SHORT_FORM);
		if (code === 0) assert.deepEqual(args, [null, FOUND]);
		else assert.equal(args[0].ambiguous, true);
		assert.equal(host.connections, 1);
	}
});
