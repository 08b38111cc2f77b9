// How hosts are read. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call, node, subject } = require("../support");
const { inChild } = require("../support/child");
const { client, hostOf } = require("../support/lifetime");
const { proxyOf } = require("../support/hosts/proxy");
const { everyCall } = require("../support/every-call");

const FOUND = { body: node("/k", "v", 5) };

/** What a proxy for http is asked for by a get from a client of each of `hosts`. */
async function proxied(t, hosts, count = 1) {
	const proxy = await hostOf(t, [FOUND]);
	const script = async ({ call, subject }, hosts, count) => {
		for (const host of hosts) {
			const store = subject(host);
			for (let i = 0; i < count; i++) await call(store, "get", "k");
		}
	};
	const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url };
	const { code, stderr } = await inChild(script, [hosts, count], env);
	assert.equal(code, 0, stderr);
	return proxy.requests;
}

function urlsOf(requests) {
	return requests.map(({ url }) => url);
}

for (const [host, url] of [
	["etcd", "http://etcd:4001"],
	["10.0.0.1", "http://10.0.0.1:4001"],
	["http://etcd", "http://etcd:4001"],
	["https://etcd", "https://etcd:4001"],
	["http://user:pw@etcd:1", "http://user:pw@etcd:1"],
]) {
	test(`3. port 4001 is added to ${host}, where it has none`, (t) => {
		assert.deepEqual(client(t, host)._hosts, [url]);
	});
}

for (const [host, url] of [
	["etcd:2379", "http://etcd:2379"],
	["http://etcd:80", "http://etcd:80"],
	["https://etcd:443", "https://etcd:443"],
	["127.0.0.1:1", "http://127.0.0.1:1"],
	["[::1]:2379", "http://[::1]:2379"],
]) {
	test(`3. the port of ${host} is left as it is`, (t) => {
		assert.deepEqual(client(t, host)._hosts, [url]);
	});
}

for (const [host, url] of [
	["etcd/", "http://etcd:4001"],
	["etcd:1/", "http://etcd:1"],
	["http://etcd/", "http://etcd:4001"],
	["https://etcd:1/", "https://etcd:1"],
	["http://etcd:1//", "http://etcd:1/"],
]) {
	test(`3. one trailing slash of ${host} is dropped`, (t) => {
		assert.deepEqual(client(t, host)._hosts, [url]);
	});
}

test("3. a trailing slash is not on the wire", async (t) => {
	const { url, requests } = await hostOf(t, [FOUND]);
	await call(client(t, `${url}/`), "get", "k");
	assert.deepEqual(urlsOf(requests), ["/v2/keys/k"]);
});

test("3. an http host without a port is asked on 4001", async (t) => {
	const requests = await proxied(t, ["etcd.test", "http://etcd.test/"]);
	const url = "http://etcd.test:4001/v2/keys/k";
	assert.deepEqual(urlsOf(requests), [url, url]);
});

test("3. an https host without a port is asked on 4001", async (t) => {
	const plain = await hostOf(t, ["hangup"]);
	const proxy = await proxyOf(t, { "etcd.test:4001": plain.host });
	const script = async ({ call, subject }) => {
		await call(subject("https://etcd.test"), "get", "k");
	};
	const env = { HTTPS_PROXY: proxy.url, https_proxy: proxy.url };
	const { code, stderr } = await inChild(script, [], env);
	assert.equal(code, 0, stderr);
	const asked = proxy.requests.map(({ method, url }) => `${method} ${url}`);
	assert.deepEqual([...new Set(asked)], ["CONNECT etcd.test:4001"]);
});

test("3. a name outside ASCII is asked for as DNS has it", async (t) => {
	const hosts = [
		"http://bücher.test",
		"u:pässword@BÜCHER.test:1/straße",
		"http://xn--bcher-kva.test",
	];
	assert.deepEqual(urlsOf(await proxied(t, hosts)), [
		"http://xn--bcher-kva.test:4001/v2/keys/k",
		"http://xn--bcher-kva.test:1/stra%C3%9Fe/v2/keys/k",
		"http://xn--bcher-kva.test:4001/v2/keys/k",
	]);
});

test("3. what is no name outside ASCII either is an error", async (t) => {
	for (const host of ["http://bü cher.test", "[::ü]:1", "%C3%BC.test"]) {
		const [error] = (await call(client(t, host), "get", "k")).args;
		assert.match(error.message, /^Invalid URI/);
	}
});

for (const [host, ...urls] of [
	["[::1]", "http://[::1]:4001"],
	["http://[::1]/", "http://[::1]:4001"],
	["https://[2001:db8::1]", "https://[2001:db8::1]:4001"],
	["user:1@etcd", "http://user:1@etcd:4001"],
	["https://user:1@etcd/", "https://user:1@etcd:4001"],
	["http://etcd/path", "http://etcd:4001/path"],
	["https://etcd/path/", "https://etcd:4001/path"],
	["http://etcd/a:1", "http://etcd:4001/a:1"],
	["a:4001,b:4001", "http://a:4001", "http://b:4001"],
	["a,https://b,[::1]", "http://a:4001", "https://b:4001", "http://[::1]:4001"],
	["http://a:1/,http://b:2/", "http://a:1", "http://b:2"],
	[" a:1 , b:2 , ", "http://a:1", "http://b:2"],
	["http://user:p,w@etcd", "http://user:p,w@etcd:4001"],
	[" é , A.ü:1/ö ", "http://é:4001", "http://A.ü:1/ö"],
]) {
	test(`4. ${host} is ${urls.join(" and ")}`, (t) => {
		assert.deepEqual(client(t, host)._hosts, urls);
	});
}

test("4. comma-separated hosts may stand in an options object", (t) => {
	const urls = ["http://a:4001", "http://b:4001"];
	assert.deepEqual(client(t, { host: "a:4001,b:4001" })._hosts, urls);
	assert.deepEqual(client(t, { hosts: "a:4001,b:4001" })._hosts, urls);
});

test("4. an IPv6 host is asked", async (t) => {
	const hosts = ["[2001:db8::1]", "http://[2001:db8::1]:2379"];
	assert.deepEqual(urlsOf(await proxied(t, hosts)), [
		"http://[2001:db8::1]:4001/v2/keys/k",
		"http://[2001:db8::1]:2379/v2/keys/k",
	]);
});

test("4. a password that begins like a port is no port", async (t) => {
	const [request] = await proxied(t, ["user:1@etcd.test"]);
	assert.equal(request.url, "http://etcd.test:4001/v2/keys/k");
	const credentials = Buffer.from("user:1").toString("base64");
	assert.equal(request.headers.authorization, `Basic ${credentials}`);
});

test("4. a path of a host comes before /v2", async (t) => {
	const hosts = ["http://etcd.test/path", "http://etcd.test:1/a/b/"];
	assert.deepEqual(urlsOf(await proxied(t, hosts)), [
		"http://etcd.test:4001/path/v2/keys/k",
		"http://etcd.test:1/a/b/v2/keys/k",
	]);
});

test("4. each of comma-separated hosts is asked", async (t) => {
	const requests = await proxied(t, ["a.test:4001,b.test:4001"], 2);
	assert.deepEqual(urlsOf(requests).sort(), [
		"http://a.test:4001/v2/keys/k",
		"http://b.test:4001/v2/keys/k",
	]);
});

for (const hosts of [[], { hosts: [] }, { host: [] }]) {
	test(`5. an empty list of hosts does not throw: ${inspect(hosts)}`, () => {
		assert.deepEqual(subject(hosts)._hosts, []);
		assert.deepEqual(new subject(hosts)._hosts, []);
	});
}

for (const [method, ...args] of everyCall()) {
	test(`5. with an empty list of hosts ${method} gives an error to the callback`, async (t) => {
		const store = client(t, []);
		const { args: results } = await call(store, method, ...args);
		assert.ok(results?.[0] instanceof Error);
	});
}

test("5. with an empty list of hosts a call without a callback does not throw", async (t) => {
	const store = client(t, []);
	store.set("k", "v");
	store.del("k");
	const { args } = await call(store, "get", "k");
	assert.ok(args[0] instanceof Error);
});

for (const [host, shown] of [
	["http://root:s3/cret@127.0.0.1:1", "http://127.0.0.1:1"],
	["root:s3cret#@127.0.0.1:1", "http://127.0.0.1:1"],
	["http://root:1/s3cret@127.0.0.1:1", "http://127.0.0.1:1"],
	["ftp://root:s3cret@127.0.0.1:1", "ftp://127.0.0.1:1"],
])
	test(`19. the credentials of ${shown}, which is given no URL, do not show in its error`, async (t) => {
		const [error] = (await call(client(t, host), "get", "k")).args;
		const { message, endpoint, attempts } = error;
		assert.doesNotMatch(
			inspect({ message, endpoint, attempts }),
			/s3|cret|root/,
		);
		assert.equal(endpoint, shown);
	});
