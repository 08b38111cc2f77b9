// A host behind https may speak another protocol after each restart: ALPN decides at each new connection.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const http2 = require("node:http2");
const { call, node } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { client } = require("../support/lifetime");

const BODY = node("/k", "v", 5);

let made;
before(async () => {
	made = await certificates();
});

/** Answers over HTTP/2 alone, over HTTP/1.1 alone, or over either. */
const SERVERS = {
	h2: () => {
		const options = { ...made.good.tls, allowHTTP1: false };
		return http2.createSecureServer(options);
	},
	"http/1.1": () => {
		const https = require("node:https");
		return https.createServer(made.good.tls);
	},
};

/** A host that speaks one protocol at a time: `speak(protocol)` restarts it on the same port. */
async function changingHost(t) {
	const host = { connections: 0, requests: 0, protocols: [] };
	const sockets = new Set();
	let server;
	const stop = () =>
		new Promise((resolve) => {
			if (!server) return resolve();
			server.close(resolve);
			for (const socket of sockets) socket.destroy();
		});
	const onRequest = (request, response) => {
		host.requests++;
		host.protocols.push(request.httpVersion);
		response.end(JSON.stringify(BODY));
	};
	host.speak = async (protocol) => {
		await stop();
		server = SERVERS[protocol]();
		server.on("request", onRequest);
		server.on("sessionError", () => {});
		server.on("connection", (socket) => {
			host.connections++;
			sockets.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => sockets.delete(socket));
		});
		const { port = 0 } = host;
		await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
		host.port = server.address().port;
	};
	t.after(stop);
	return host;
}

async function callAll(store, count) {
	const calls = Array.from({ length: count }, (_, i) =>
		call(store, i % 2 ? "set" : "get", "k", ...(i % 2 ? ["v"] : [])),
	);
	for (const { args } of await Promise.all(calls))
		assert.deepEqual(args, [null, BODY]);
}

for (const [from, to] of [
	["http/1.1", "h2"],
	["h2", "http/1.1"],
])
	test(`a host that spoke ${from} and comes back with ${to} is reached by the next calls`, async (t) => {
		const host = await changingHost(t);
		await host.speak(from);
		const url = `https://127.0.0.1:${host.port}`;
		const store = client(t, url, { ca: made.ca.pem });
		await callAll(store, 20);
		await host.speak(to);
		host.protocols = [];
		await callAll(store, 20);
		const version = to === "h2" ? "2.0" : "1.1";
		assert.deepEqual(new Set(host.protocols), new Set([version]));
	});

test("a host that changes its protocol again and again loses no call", async (t) => {
	const host = await changingHost(t);
	await host.speak("h2");
	const url = `https://127.0.0.1:${host.port}`;
	const store = client(t, url, { ca: made.ca.pem });
	for (let i = 0; i < 6; i++) {
		await callAll(store, 30);
		await host.speak(i % 2 ? "h2" : "http/1.1");
	}
	await callAll(store, 30);
	assert.equal(host.requests, 7 * 30);
});

test("a burst to a host that speaks HTTP/1.1 alone opens no more connections than calls, and they are used again", async (t) => {
	const host = await changingHost(t);
	await host.speak("http/1.1");
	const url = `https://127.0.0.1:${host.port}`;
	const store = client(t, url, { ca: made.ca.pem });
	await callAll(store, 20);
	assert.ok(host.connections <= 20, `${host.connections} connections`);
	const { connections } = host;
	for (let i = 0; i < 20; i++) await callAll(store, 1);
	assert.equal(host.connections, connections);
});

test("a burst to a host that has come back with HTTP/2 shares one connection after it", async (t) => {
	const host = await changingHost(t);
	await host.speak("http/1.1");
	const url = `https://127.0.0.1:${host.port}`;
	const store = client(t, url, { ca: made.ca.pem });
	await callAll(store, 20);
	await host.speak("h2");
	await callAll(store, 20);
	const { connections } = host;
	await callAll(store, 20);
	assert.equal(host.connections, connections);
});
