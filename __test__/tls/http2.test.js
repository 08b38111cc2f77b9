// HTTP/2 to a real etcd: waits share a connection, and what becomes of them when it breaks.
const assert = require("node:assert/strict");
const http2 = require("node:http2");
const { before, test } = require("node:test");
const { call, prefix, subject } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { rawHttp2Host } = require("../support/hosts/http2-host");
const { client } = require("../support/lifetime");
const { until } = require("../support/etcd/member");
const { countingProxy, secureEtcd } = require("../support/tls/secure");

const WAITS = 2000;

let ca;
before(async () => {
	ca = (await certificates()).ca.pem;
});

function secureClient(t, url, options) {
	return client(t, url, { ca, ...options });
}

/** How many requests the server takes on a connection at a time. */
async function streamsOf(url) {
	const session = http2.connect(url, { ca });
	const [settings] = await new Promise((resolve, reject) => {
		session.on("remoteSettings", (...args) => resolve(args));
		session.on("error", reject);
	});
	session.destroy();
	return settings.maxConcurrentStreams;
}

function waitFor(store, keys) {
	return Promise.all(keys.map((key) => call(store, "wait", key)));
}

async function setAll(store, keys) {
	for (const { args } of await Promise.all(
		keys.map((key) => call(store, "set", key, "v")),
	))
		assert.equal(args[0], null);
}

const keysOf = (count) => {
	const own = prefix();
	return Array.from({ length: count }, (_, i) => `${own}${i}`);
};

/**
 * Resolves when a member that nobody else asks has as many waits of a store, and the store knows of it: what it is
 * told on the same connection comes in order.
 */
async function registered(t, member, store, count) {
	const direct = secureClient(t, member.url);
	await until(
		async () => (await call(direct, "stats.store")).args[1].watchers === count,
		() => new Error(`there are not ${count} waits`),
	);
	for (let i = 0; i < 3; i++) await call(store, "get", prefix());
}

function assertSeen(results, keys) {
	for (const [i, { args }] of results.entries()) {
		assert.equal(args[0], null);
		assert.equal(args[1].node.key, `/${keys[i]}`);
	}
}

test("thousands of waits share the connections that the server allows, and each gets its event", async (t) => {
	const member = await secureEtcd(t);
	const proxy = await countingProxy(t, member.port);
	const store = secureClient(t, proxy.url);
	const keys = keysOf(WAITS);
	const waits = waitFor(store, keys);
	await registered(t, member, store, WAITS);
	const needed = Math.ceil((WAITS + 1) / (await streamsOf(member.url)));
	assert.ok(proxy.opened <= Math.max(needed, 1), `${proxy.opened} connections`);
	await setAll(secureClient(t, member.url), keys);
	assertSeen(await waits, keys);
	assert.ok(proxy.opened <= Math.max(needed, 1), `${proxy.opened} connections`);
});

test("gets, writes and waits in one tick share one connection", async (t) => {
	const member = await secureEtcd(t);
	const proxy = await countingProxy(t, member.port);
	const store = secureClient(t, proxy.url);
	const keys = keysOf(50);
	const waits = waitFor(store, keys);
	const gets = keysOf(50).map((key) => call(store, "get", key));
	await setAll(store, keys);
	await Promise.all(gets);
	assertSeen(await waits, keys);
	assert.equal(proxy.opened, 1);
});

test("waits go on over a new connection when theirs is cut, and miss nothing", async (t) => {
	const member = await secureEtcd(t);
	const proxy = await countingProxy(t, member.port);
	const store = secureClient(t, proxy.url);
	const direct = secureClient(t, member.url);
	const keys = keysOf(200);
	const waits = waitFor(store, keys);
	await registered(t, member, store, keys.length);
	proxy.resetAll();
	await setAll(direct, keys);
	assertSeen(await waits, keys);
	assert.ok(proxy.opened <= 4, `${proxy.opened} connections`);
});

test("a member that is stopped fails calls with the silence of a server, and is asked again when it goes on", async (t) => {
	const member = await secureEtcd(t);
	const store = secureClient(t, member.url, { timeout: 500 });
	const [key] = keysOf(1);
	await setAll(store, [key]);
	await member.pause();
	const { args } = await call(store, "get", key);
	assert.match(args[0].code, /^E(SOCKET)?TIMEDOUT$/);
	await member.resume();
	const { args: found } = await call(store, "get", key);
	assert.equal(found[1].node.value, "v");
});

test("a wait outlives the restart of its member", async (t) => {
	const member = await secureEtcd(t);
	const store = secureClient(t, member.url);
	const key = keysOf(1)[0];
	const seen = new Promise((resolve) => {
		store.wait(key, function onchange(err, result, next) {
			if (!err) return resolve(result);
			next(onchange);
		});
	});
	await registered(t, member, store, 1);
	await member.restart();
	await setAll(secureClient(t, member.url), [key]);
	assert.equal((await seen).node.value, "v");
});

test("large answers and large values cross whole", async (t) => {
	const member = await secureEtcd(t);
	const store = secureClient(t, member.url);
	const folder = prefix();
	const value = "5 MB!".repeat(1024 * 1024);
	for (const name of ["a", "b"]) {
		const { args } = await call(store, "set", `${folder}${name}`, value);
		assert.equal(args[0], null);
	}
	const { args } = await call(store, "get", folder, { recursive: true });
	assert.ok(args[1].node.nodes.every((node) => node.value === value));
	assert.equal(args[1].node.nodes.length, 2);
});

test("what etcd answers over HTTP/2 is what it answers over HTTP/1.1", async (t) => {
	const member = await secureEtcd(t);
	const store = secureClient(t, member.url);
	const [key, absent] = keysOf(2);
	const { Agent, get } = require("node:https");
	const agent = new Agent({ ca });
	t.after(() => agent.destroy());
	await setAll(store, [key]);
	const plain = await new Promise((resolve, reject) => {
		get(`${member.url}/v2/keys/${key}`, { agent }, async (response) => {
			assert.equal(response.httpVersion, "1.1");
			resolve(
				JSON.parse(await require("node:stream/consumers").text(response)),
			);
		}).on("error", reject);
	});
	assert.deepEqual((await call(store, "get", key)).args, [null, plain]);
	assert.deepEqual((await call(store, "get", absent)).args, [null, undefined]);
	const refused = await call(store, "compareAndSwap", key, "w", "other");
	assert.equal(refused.args[0].code, 101);
	assert.deepEqual((await call(store, "machines")).args, [null, [member.url]]);
	const pushed = await call(store, "push", `${key}-queue`, "job");
	assert.equal(pushed.args[1].node.value, "job");
	const long = await call(store, "get", "long/".repeat(2000));
	assert.deepEqual(long.args, [null, undefined]);
});

/** A host that speaks HTTP/2, scripted by `serve(stream, index)`. */
async function scriptedHttp2(t, serve) {
	const { good } = await certificates();
	const server = http2.createSecureServer(good.tls);
	const sessions = new Set();
	let index = 0;
	const requests = [];
	server.on("session", (session) => {
		sessions.add(session);
		session.unref();
		session.on("error", () => {});
	});
	server.on("stream", (stream, headers) => {
		stream.on("error", () => {});
		requests.push(headers);
		serve(stream, index++);
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => {
		for (const session of sessions) session.destroy();
		server.close();
	});
	const url = `https://127.0.0.1:${server.address().port}`;
	return { url, requests, sessions };
}

function found(stream) {
	stream.respond({ ":status": 200, "x-etcd-index": "5" });
	stream.end('{"action":"get","node":{"key":"/k","value":"v"}}');
}

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_INTERNAL_ERROR } = http2.constants;

test("a push that the host refuses to begin with is sent again; one that it broke off is not", async (t) => {
	for (const [code, requests] of [
		[NGHTTP2_REFUSED_STREAM, 2],
		[NGHTTP2_INTERNAL_ERROR, 1],
	]) {
		const host = await scriptedHttp2(t, (stream, index) =>
			index === 0 ? stream.close(code) : found(stream),
		);
		const { args } = await call(secureClient(t, host.url), "push", "k", "v");
		assert.equal(host.requests.length, requests);
		assert.equal(args[0] === null, code === NGHTTP2_REFUSED_STREAM);
		if (args[0]) {
			assert.equal(args[0].code, "ECONNRESET");
			assert.equal(args[0].message, "socket hang up");
			assert.equal(args[0].ambiguous, true);
		}
	}
});

test("what a connection has not begun with when it is given up is asked over another one", async (t) => {
	const answer = { node: { value: "v" } };
	const host = await rawHttp2Host(t, (index) => ({
		request(frames, stream) {
			if (index > 0) return frames.answer(stream, answer);
			// Node's own server does not give a connection up from its first request on.
			frames.goAway(0, 0);
			frames.end();
		},
	}));
	const { args } = await call(secureClient(t, host.url), "push", "k", "v");
	assert.deepEqual(args, [null, answer]);
	assert.equal(host.connections, 2);
});

test("an answer that breaks off is an error, and a write's is ambiguous", async (t) => {
	const host = await scriptedHttp2(t, (stream) => {
		stream.respond({ ":status": 200 });
		stream.write('{"action"', () => stream.session.destroy());
	});
	const { args } = await call(secureClient(t, host.url), "push", "k", "v");
	assert.equal(args[0].code, "ECONNRESET");
	assert.equal(args[0].ambiguous, true);
});

test("a host without a connection is connected to once for all calls that wait for it", async (t) => {
	const net = require("node:net");
	let connections = 0;
	const server = net.createServer((socket) => {
		connections++;
		socket.unref();
		socket.on("error", () => {});
		socket.once("data", () => socket.destroy());
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	const url = `https://127.0.0.1:${server.address().port}`;
	const store = subject(url);
	const calls = keysOf(100).map((key) => call(store, "get", key));
	for (const { args } of await Promise.all(calls)) {
		assert.equal(args[0].code, "ECONNRESET");
		assert.equal(args[0].attempts.length, 2);
	}
	store.destroy();
	// One for each attempt, and a few where calls come to theirs when others have ended it.
	assert.ok(connections < 20, `${connections} connections for 200 attempts`);
});

test("destroy closes the connection", async (t) => {
	const member = await secureEtcd(t);
	const proxy = await countingProxy(t, member.port);
	const store = subject(proxy.url, { ca });
	const waited = call(store, "wait", prefix());
	await registered(t, member, store, 1);
	assert.equal(proxy.closed, 0);
	store.destroy();
	assert.equal((await waited).args[0].message, "store destroyed");
	await until(
		() => proxy.closed === proxy.opened,
		() => new Error("it is open"),
	);
});
