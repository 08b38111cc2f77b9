// The v3 API through the proxies of the environment. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { inspect } = require("node:util");
const { call, closedPort } = require("../support");
const { until } = require("../support/etcd/member");
const { proxyOf } = require("../support/hosts/proxy");
const { client } = require("../support/lifetime");
const { certificates, issue } = require("../support/tls/certificates");
const { grpcHost } = require("../support/v3/grpc-host");
const { v3Client, v3Etcd } = require("../support/v3/etcd");
const { found } = require("../support/v3/messages");

const NAMES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
const VARIABLES = NAMES.flatMap((name) => [name, name.toLowerCase()]);
const BASIC = `Basic ${Buffer.from("me:s3cret").toString("base64")}`;
const LIMIT_MS = 500;

let made;
let ca;
before(async () => {
	made = await certificates();
	ca = made.ca.pem;
});

/** Calls `make` while the environment names these proxies and no others. A client reads them when it is made. */
function withProxies(proxies, make) {
	const saved = VARIABLES.map((name) => [name, process.env[name]]);
	for (const name of VARIABLES) delete process.env[name];
	Object.assign(process.env, proxies);
	try {
		return make();
	} finally {
		for (const [name, value] of saved)
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
	}
}

function clientThrough(t, proxies, hosts, options) {
	const all = { ca, timeout: 5000, ...options };
	return withProxies(proxies, () => v3Client(t, hosts, all));
}

function etcdOf(t, scheme) {
	const { certFile: cert, keyFile: key } = made.good;
	return v3Etcd(t, { tls: scheme === "https" ? { cert, key } : undefined });
}

/** The URL of a proxy, with credentials. */
function withUser({ url }) {
	return url.replace("://", "://me:s3cret@");
}

for (const scheme of ["http", "https"])
	for (const to of ["http", "https"])
		test(`19. each call and wait on v3 goes to an ${scheme} host through an ${to} proxy, in tunnels that calls share`, async (t) => {
			const member = await etcdOf(t, scheme);
			const tls = to === "https" ? made.good.tls : undefined;
			const proxy = await proxyOf(t, {}, { tls });
			const named = { [`${scheme}_proxy`]: withUser(proxy) };
			const { promises } = clientThrough(t, named, member.url);
			const waited = promises.wait("a");
			await promises.set("a", "1");
			assert.equal((await waited).node.value, "1");
			assert.equal((await promises.get("a")).node.value, "1");
			await promises.push("queue", "v");
			await promises.del("queue", { recursive: true });
			assert.deepEqual(await promises.machines(), [member.url]);
			for (const { method, url, headers } of proxy.requests) {
				assert.deepEqual([method, url], ["CONNECT", member.host]);
				assert.equal(headers["proxy-authorization"], BASIC);
			}
			// One for calls, one for the watches.
			assert.equal(proxy.requests.length, 2);
		});

test("19. HTTP_PROXY serves https hosts on v3 too, and HTTPS_PROXY no http hosts", async (t) => {
	const answer = (x) => x.answer(found("/k", "v"));
	const hosts = {
		http: await grpcHost(t, answer),
		https: await grpcHost(t, answer, { tls: made.good.tls }),
	};
	for (const [name, scheme, count] of [
		["HTTP_PROXY", "https", 1],
		["HTTPS_PROXY", "http", 0],
	]) {
		const proxy = await proxyOf(t);
		const named = { [name]: proxy.url };
		const { promises } = clientThrough(t, named, hosts[scheme].url);
		assert.equal((await promises.get("k")).node.value, "v");
		assert.equal(proxy.requests.length, count, name);
	}
});

test("19. hosts that NO_PROXY names are reached directly on v3", async (t) => {
	const host = await grpcHost(t, (x) => x.answer(found("/k", "v")));
	const bare = host.url.replace("http://", "");
	for (const [zone, count] of [
		["*", 0],
		["127.0.0.1", 0],
		[`example.com, ${bare}`, 0],
		["example.com", 1],
	]) {
		const proxy = await proxyOf(t);
		const named = { HTTP_PROXY: proxy.url, NO_PROXY: zone };
		const { promises } = clientThrough(t, named, host.url);
		assert.equal((await promises.get("k")).node.value, "v");
		assert.equal(proxy.requests.length, count, zone);
	}
});

/** What a proxy does with a CONNECT, and the error of a call. */
const REFUSALS = {
	"wants credentials": [
		(socket) =>
			socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
		"ECONNRESET",
		/^tunneling socket could not be established, statusCode=407 \(proxy /,
	],
	"has no gateway": [
		(socket) => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
		"ECONNRESET",
		/statusCode=502 \(proxy /,
	],
	"closes the connection": [
		(socket) => socket.end(),
		"ECONNRESET",
		/cause=socket hang up \(proxy /,
	],
	"resets the connection": [
		(socket) => socket.resetAndDestroy(),
		"ECONNRESET",
		/cause=read ECONNRESET \(proxy /,
	],
	"speaks no HTTP": [
		(socket) => socket.end("220 mail.example ESMTP\r\n"),
		"ECONNRESET",
		/cause=Parse Error: .* \(proxy /,
	],
	"has a header section without end": [
		(socket) => socket.write(`HTTP/1.1 200 OK\r\na: ${"x".repeat(99_999)}`),
		"ECONNRESET",
		/cause=Parse Error: Header overflow \(proxy /,
	],
	"falls silent": [() => {}, "ETIMEDOUT", /^ETIMEDOUT \(proxy /],
	"falls silent in the tunnel": [
		(socket) => socket.write("HTTP/1.1 200 OK\r\n\r\n"),
		// In cleartext the connection is there, and its host says nothing. TLS is a part of connecting.
		{ http: "ESOCKETTIMEDOUT", https: "ETIMEDOUT" },
		/^E(SOCKET)?TIMEDOUT \(proxy /,
	],
};

for (const [what, [act, code, message]] of Object.entries(REFUSALS))
	for (const scheme of ["http", "https"])
		test(`19. a write on v3 to an ${scheme} host whose proxy ${what} is sent to the next host`, async (t) => {
			const connect = (_, socket) => {
				socket.on("error", () => {});
				act(socket);
			};
			const proxy = await proxyOf(t, {}, { connect });
			const next = await v3Etcd(t);
			const named = { HTTP_PROXY: withUser(proxy), NO_PROXY: next.host };
			const options = { connectTimeout: LIMIT_MS };
			const behind = `${scheme}://127.0.0.2:2379`;
			const alone = clientThrough(t, named, behind, options);
			const begun = performance.now();
			const [error] = (await call(alone, "set", "a", "1")).args;
			assert.ok(performance.now() - begun < 5 * LIMIT_MS);
			assert.equal(error.code, code[scheme] ?? code);
			assert.match(error.message, message);
			assert.ok(error.message.includes(`(proxy ${proxy.url})`), error.message);
			assert.equal(error.ambiguous, undefined);
			assert.doesNotMatch(inspect(error, { depth: 9 }), /s3cret|bWU6/);
			const both = clientThrough(t, named, [behind, next.url], options);
			await both.promises.push("queue", "v");
			const { node } = await both.promises.get("queue");
			assert.equal(node.nodes.length, 1);
		});

test("19. a proxy that does not listen is a network error on v3, with the address of the proxy", async (t) => {
	const port = await closedPort();
	const named = { HTTP_PROXY: `http://me:s3cret@127.0.0.1:${port}` };
	const store = clientThrough(t, named, "http://127.0.0.2:2379");
	const [error] = (await call(store, "set", "a", "1")).args;
	assert.equal(error.code, "ECONNREFUSED");
	assert.equal(error.port, port);
	assert.doesNotMatch(inspect(error, { depth: 9 }), /s3cret/);
});

test("19. a variable that names no proxy is an error on v3, and nothing goes past it", async (t) => {
	const host = await grpcHost(t, (x) => x.answer(found("/k", "v")));
	for (const value of ["socks5://me:s3cret@127.0.0.1:1", "%%%", "http://"]) {
		const store = clientThrough(t, { HTTP_PROXY: value }, host.url);
		for (const method of ["get", "wait"]) {
			const [error] = (await call(store, method, "k")).args;
			assert.equal(error.code, "ERR_ETCD_PROXY");
			assert.match(error.message, /the proxy in HTTP_PROXY cannot be used/);
			assert.doesNotMatch(inspect(error, { depth: 9 }), /s3cret/);
		}
	}
	assert.equal(host.calls.length, 0);
});

test("19. a proxy that dies under a wait on v3 loses no event", async (t) => {
	const member = await v3Etcd(t);
	const direct = v3Client(t, member.url);
	let proxy = await proxyOf(t);
	const { port } = proxy;
	const store = clientThrough(t, { HTTP_PROXY: proxy.url }, member.url);
	const watch = store.watch("a");
	for (let i = 0; i < 3; i++) {
		const next = watch.next();
		if (i === 0) await watch.ready;
		proxy.stop();
		await direct.promises.set("a", `${i}`);
		proxy = await proxyOf(t, {}, { listen: [port, "127.0.0.1"] });
		assert.equal((await next).value.node.value, `${i}`);
	}
	await watch.return();
});

test("19. an etcd that dies behind a proxy is left for the next host, on v3", async (t) => {
	const members = [await v3Etcd(t), await v3Etcd(t)];
	const proxy = await proxyOf(t);
	const urls = members.map(({ url }) => url);
	const store = clientThrough(t, { HTTP_PROXY: proxy.url }, urls);
	await store.promises.set("a", "1");
	await members[0].stop();
	await until(async () => {
		const [error] = (await call(store, "set", "a", "2")).args;
		return !error;
	}, "no host took the write");
	const { node } = await v3Client(t, urls[1]).promises.get("a");
	assert.equal(node.value, "2");
});

test("19. a proxy behind TLS is verified by its own name, and a v3 host behind it by servername", async (t) => {
	const servername = "other.example";
	const answer = (x) => x.answer(found("/k", "v"));
	const host = await grpcHost(t, answer, made.wrongName);
	const codes = {};
	for (const [name, altNames] of [
		["own", [{ type: "ip", value: "127.0.0.2" }]],
		["of the host", [{ type: "dns", value: servername }]],
	]) {
		const { tls } = await issue(`proxy ${name}`, { by: made.ca, altNames });
		const proxy = await proxyOf(t, {}, { tls, listen: [0, "127.0.0.2"] });
		const named = { HTTPS_PROXY: proxy.url };
		const store = clientThrough(t, named, host.url, { servername });
		const [error, result] = (await call(store, "get", "k")).args;
		codes[name] = error ? error.code : result.node.value;
		if (error) assert.ok(error.message.includes(`(proxy ${proxy.url})`));
	}
	const expected = { own: "v", "of the host": "ERR_TLS_CERT_ALTNAME_INVALID" };
	assert.deepEqual(codes, expected);
});

test("19. the certificate of a v3 host is judged in a tunnel as without one", async (t) => {
	const host = await grpcHost(t, () => {}, made.expired);
	const proxy = await proxyOf(t);
	const named = { HTTPS_PROXY: proxy.url };
	const [error] = (await call(clientThrough(t, named, host.url), "get", "k"))
		.args;
	assert.equal(error.code, "CERT_HAS_EXPIRED");
	assert.equal(error.message, "certificate has expired");
	assert.ok(proxy.requests.length > 0);
});

test("19. a client that finds the API out does so through the proxy", async (t) => {
	const member = await v3Etcd(t);
	const proxy = await proxyOf(t);
	const make = () => client(t, member.url, { timeout: 5000, api: "auto" });
	const { promises } = withProxies({ HTTP_PROXY: proxy.url }, make);
	await promises.set("a", "1");
	assert.equal((await promises.get("a")).node.value, "1");
	const methods = proxy.requests.map(({ method }) => method);
	assert.ok(methods.includes("CONNECT"), methods.join());
});
