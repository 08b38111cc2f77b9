// Odd keys, values, hosts and answers, as the README describes them and as etcdjs treats them. The numbers
// are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const { test } = require("node:test");
const tls = require("node:tls");
const { inspect } = require("node:util");
const { call, closedPort, node, prefix, sharedEtcd } = require("../support");
const {
	certificates,
	trustCertificates,
} = require("../support/tls/certificates");
const { client, hostOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };
const CONTROLS = Array.from({ length: 32 }, (_, i) => String.fromCharCode(i));
const ENCODED = ["\t", "\n", "\r"];

trustCertificates();

const encoded = (key) => `/v2/keys/${encodeURIComponent(key)}`;

test("17. of the control characters in a key, tab, line feed and carriage return are encoded, and the others refused", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const store = client(t, host.url);
	for (const control of CONTROLS) {
		const key = `a${control}b`;
		const { args, thrown } = await call(store, "set", key, "v");
		const err = thrown ?? args[0];
		if (ENCODED.includes(control)) {
			assert.equal(err, null);
			assert.equal(host.requests.pop().url, encoded(key));
		} else assert.equal(err.code, "ERR_UNESCAPED_CHARACTERS");
		assert.equal(host.requests.length, 0);
	}
});

test("17. strict: every control character in a key is encoded, and etcd stores the key", async (t) => {
	const store = client(t, await sharedEtcd(), { strict: true });
	for (const control of CONTROLS) {
		const key = `${prefix()}a${control}b`;
		await store.promises.set(key, "v");
		assert.equal((await store.promises.get(key)).node.value, "v");
	}
});

test("1. _hosts has the credentials of the hosts' URLs, and not those of the option auth; errors have none", async (t) => {
	const host = `127.0.0.1:${await closedPort()}`;
	const auth = { user: "someone", pass: "secret-of-auth" };
	const stores = [`http://me:secret-of-url@${host}`, host].map((url) =>
		client(t, url, { auth }),
	);
	const hosts = stores.map(({ _hosts }) => _hosts);
	assert.deepEqual(hosts, [
		[`http://me:secret-of-url@${host}`],
		[`http://${host}`],
	]);
	for (const store of stores) {
		const { args } = await call(store, "get", "k");
		const shown = inspect(args[0], { showHidden: true, depth: 9 });
		assert.doesNotMatch(shown, /secret/);
	}
});

test("14. a BigInt is stored as an empty value", async (t) => {
	const store = client(t, await sharedEtcd());
	const key = `${prefix()}k`;
	await call(store, "set", key, 12n);
	const { args: set } = await call(store, "get", key);
	assert.equal(set[1].node.value, "");
	const { args: pushed } = await call(store, "push", prefix(), 12n);
	assert.equal(pushed[1].node.value, "");
});

test("14. strict: a BigInt is stored as its digits", async (t) => {
	const { promises } = client(t, await sharedEtcd(), { strict: true });
	const key = `${prefix()}k`;
	const { node } = await promises.set(key, 12345678901234567890n);
	assert.equal(node.value, "12345678901234567890");
	assert.equal((await promises.push(prefix(), 0n)).node.value, "0");
});

test("14. push stores 0 and false as text", async (t) => {
	const store = client(t, await sharedEtcd());
	const folder = prefix();
	for (const value of [0, false]) {
		const { args } = await call(store, "push", folder, value);
		assert.equal(args[1].node.value, `${value}`);
	}
});

/** A host behind TLS that sends this and closes the connection: `isAnnounced` by close_notify, or by TCP alone. */
async function closingHost(t, text, isAnnounced) {
	const { good } = await certificates();
	const options = { ...good.tls, ALPNProtocols: ["http/1.1"] };
	const sockets = new Map();
	const server = tls.createServer(options, (socket) => {
		const plain = sockets.get(socket.remotePort);
		socket.on("error", () => {});
		socket.once("data", () => {
			if (isAnnounced) socket.end(text);
			else socket.write(text, () => plain.end());
		});
	});
	server.on("connection", (plain) => sockets.set(plain.remotePort, plain));
	t.after(() => server.close());
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return `https://127.0.0.1:${server.address().port}`;
}

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
const BODY = JSON.stringify(FOUND.body);

for (const [how, isAnnounced] of [
	["with close_notify", true],
	["without close_notify", false],
])
	test(`22. over TLS, an answer without Content-Length ends with the connection: ${how}`, async (t) => {
		const whole = await closingHost(t, HEAD + BODY, isAnnounced);
		const { args } = await call(client(t, whole), "get", "k");
		assert.deepEqual(args, [null, FOUND.body]);
		const cut = await closingHost(t, HEAD + BODY.slice(0, 20), isAnnounced);
		const { args: part } = await call(client(t, cut), "get", "k");
		assert.deepEqual(part, [null, BODY.slice(0, 20)]);
	});
