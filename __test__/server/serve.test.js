// `serve` and its server: who may use it, its end, its options.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const https = require("node:https");
const { test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const etcdjs = require("etcdjs");
const { serve } = require("etcdjs/server");
const { inChild } = require("../support/child");
const { client } = require("../support/lifetime");
const { certificates } = require("../support/tls/certificates");
const { connection, raw } = require("../support/server/raw");
const { get, put } = require("./requests");
const { served } = require("./stage");

test("import gives what require gives", async () => {
	const imported = await import("etcdjs/server");
	assert.equal(imported.serve, serve);
	assert.equal(imported.default.serve, serve);
});

test("a server that its program does not keep is not ended by the garbage collector", async () => {
	const script = async () => {
		const { serve } = require("../../server");
		const { url } = await serve(require("../..")("memory:"), { port: 0 });
		const answers = [];
		for (let i = 0; i < 5; i++) {
			await new Promise(setImmediate);
			gc();
			const response = await fetch(`${url}/version`);
			answers.push(response.status);
			await response.text();
		}
		setImmediate(process.exit);
		return answers;
	};
	const options = { flags: ["--expose-gc"] };
	const { result, stderr } = await inChild(script, [], {}, options);
	assert.deepEqual(result, [200, 200, 200, 200, 200], stderr);
});

test("a wait whose connection is opened before a write sees it, though its request comes later", async (t) => {
	const { port } = await served(t);
	const writer = await connection(t, port);
	const waiter = await connection(t, port);
	const isWritten = once(writer.socket, "data");
	writer.socket.write(put("/w", "value=1"));
	// A longer time than it takes to answer a write that waits for nobody.
	await Promise.race([isWritten, sleep(50)]);
	waiter.socket.write(get("/v2/keys/w?wait=true"));
	assert.match(await waiter.until(/0\r\n\r\n$/), /"value":"1"/);
	await isWritten;
});

test("connections on which nothing is sent do not stop writes", async (t) => {
	const { port } = await served(t);
	const silent = await Promise.all(
		Array.from({ length: 20 }, () => connection(t, port)),
	);
	for (let i = 0; i < 100; i++)
		assert.match((await raw(port, put(`/a${i}`, "value=1"))).status, /201/);
	assert.ok(silent.every(({ socket }) => !socket.closed));
});

test("close ends the waits without the end of their bodies, and refuses new connections", async (t) => {
	const { server, port } = await served(t);
	const { socket, until, text } = await connection(t, port);
	socket.write(get("/v2/keys/w?wait=true"));
	await until(/\r\n\r\n/);
	const idle = await connection(t, port);
	// A later connection that is answered shows that the server has accepted the idle one.
	await raw(port, get("/"));
	const ended = [once(socket, "close"), once(idle.socket, "close")];
	const start = performance.now();
	const closed = server.close();
	assert.equal(server.close(), closed);
	await closed;
	// Far below `drainTimeout`, after which all connections are cut.
	assert.ok(performance.now() - start < 5000);
	await Promise.all(ended);
	assert.match(text(), /chunked\r\n/);
	assert.equal(text().split("\r\n\r\n")[1], "");
	assert.deepEqual(await raw(port, get("/")), { closed: true, text: "" });
});

test("close finishes the answers in flight", async (t) => {
	const { server, port } = await served(t);
	const { socket, text } = await connection(t, port);
	const request = put("/a", "value=1");
	socket.write(request.slice(0, -1));
	await raw(port, get("/"));
	const closed = server.close();
	socket.write(request.slice(-1));
	await Promise.all([closed, once(socket, "close")]);
	assert.match(text(), /^HTTP\/1.1 201 Created\r\n/);
});

test("close does not wait for the rest of a header section", async (t) => {
	const { server, port } = await served(t);
	const { socket } = await connection(t, port);
	socket.write("GET /v2/keys/ HT");
	await raw(port, get("/"));
	const start = performance.now();
	await Promise.all([server.close(), once(socket, "close")]);
	// Far below `drainTimeout`.
	assert.ok(performance.now() - start < 5000);
});

test("close cuts a connection that does not end in time", async (t) => {
	const { server, port } = await served(t, { drainTimeout: 100 });
	const { socket } = await connection(t, port);
	socket.write(put("/a", "value=1").slice(0, -1));
	await raw(port, get("/"));
	await Promise.all([server.close(), once(socket, "close")]);
});

/** Asserts the statuses of answers to requests for these hosts. */
async function answers(port, table) {
	for (const [host, expected] of table) {
		const request = `GET /version HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
		const { status } = await raw(port, request);
		assert.equal(Number(status.split(" ")[1]), expected, host);
	}
}

test("on loopback, without credentials, only names of this machine are answered to", async (t) => {
	const { port } = await served(t);
	await answers(port, [
		["localhost:2379", 200],
		["127.0.0.1", 200],
		["[::1]:2379", 200],
		["a.localhost", 200],
		["localhost.", 200],
		["127.1", 421],
		["example.com", 421],
		["127.0.0.1.example.com", 421],
		["", 421],
	]);
});

test("a server answers to the name that it was told to listen on, and to those of the URLs that it advertises", async (t) => {
	const advertise = ["http://etcd.example.com:80/", "https://[::1]:1"];
	const { port } = await served(t, { advertise });
	await answers(port, [
		["ETCD.example.com:80", 200],
		["etcd.example.com", 200],
		["example.com", 421],
		["http", 421],
	]);
});

test("with auth, requests need its credentials", async (t) => {
	const auth = { user: "me", pass: "s3cret" };
	const { host } = await served(t, { auth });
	const found = await client(t, `http://me:s3cret@${host}`).promises.set(
		"a",
		"1",
	);
	assert.equal(found.node.value, "1");
	for (const given of [host, `http://me:wrong@${host}`])
		await assert.rejects(client(t, given).promises.get("a"), { code: 110 });
});

test("with tls, it speaks https", async (t) => {
	const { good, ca: authority } = await certificates();
	const ca = authority.tls.cert;
	const { server } = await served(t, { tls: good.tls });
	assert.match(server.url, /^https:/);
	const store = client(t, server.url, { ca });
	assert.equal((await store.promises.set("a", "1")).node.value, "1");
	const [answer] = await once(
		https.get(`${server.url}/version`, { ca }),
		"response",
	);
	assert.equal(answer.statusCode, 200);
	answer.resume();
});

test("members have the URLs under which clients reach the server", async (t) => {
	const table = [
		[{ host: "localhost" }, (port) => `http://localhost:${port}`],
		[{ host: "::ffff:127.0.0.1" }, (port) => `http://127.0.0.1:${port}`],
		[
			{ advertise: ["https://b:2379", "http://a:80/"] },
			() => "http://a, https://b:2379",
		],
	];
	for (const [options, expected] of table) {
		const { port } = await served(t, options);
		const machines = await raw(port, get("/v2/machines"));
		assert.equal(machines.body, expected(port));
		const { body } = await raw(port, get("/v2/members"));
		const [{ clientURLs }] = JSON.parse(body).members;
		assert.equal(clientURLs.join(", "), machines.body);
	}
});

test("options that cannot be used are told", async (t) => {
	const store = etcdjs("memory:");
	t.after(() => store.destroy());
	const table = [
		[{ port: -1 }, /port must be a whole number from 0 to 65535/],
		[{ prot: 1 }, /there is no option prot/],
		[{ host: "0.0.0.0" }, /0.0.0.0 is reachable from other machines/],
		[{ tls: { cert: "x" } }, /tls must have a cert and a key/],
		[{ tls: { cert: "x", key: "x" } }, /key has no private key in PEM/],
		[{ auth: "me" }, /auth must be an object/],
		[{ auth: { user: "a:b", pass: "c" } }, /auth.user must not have a colon/],
		[{ maxWaits: "1" }, /maxWaits must be a whole number/],
		[{ toString: "1" }, /there is no option toString/],
		[{ advertise: "a:2379" }, /advertise must be one or more URLs/],
		[{ advertise: ["http://a:1", "http://a:1/p"] }, /advertise must be one/],
		[{ insecure: "false" }, /insecure must be true or false/],
		[{ host: "127.0.0.1:80" }, /host must be a name or an address, without/],
		[{ host: "[::1]" }, /host must be a name or an address, without/],
	];
	// A server that is started in spite of its options must not keep this process.
	const serving = async (options) => (await serve(store, options)).close();
	for (const [options, message] of table)
		await assert.rejects(serving(options), {
			code: "ERR_INVALID_ARG_VALUE",
			message,
		});
	await assert.rejects(serve({}), /serve takes a store of etcdjs/);
	const server = await serve(store.promises, { port: 0 });
	const { port } = new URL(server.url);
	await assert.rejects(serve(store, { port: Number(port) }), {
		code: "EADDRINUSE",
	});
	await server.close();
	store.destroy();
	await assert.rejects(serve(store, { port: 0 }), /store destroyed/);
});
