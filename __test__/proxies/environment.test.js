// Credentials in URLs, and proxies of the environment. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, closedPort, node, prefix, startEtcd } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { client, hostOf } = require("../support/lifetime");
const { proxyOf } = require("../support/hosts/proxy");

const FOUND = { body: node("/k", "v", 5) };

function basic(credentials) {
	return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

for (const [userinfo, credentials] of [
	["user:pass", "user:pass"],
	["user:p%40ss%2Fw%C3%B6rd", "user:p@ss/wörd"],
	["user", "user:"],
	["user:", "user:"],
	["user:a:b", "user:a:b"],
]) {
	test(`19. the userinfo '${userinfo}' becomes Basic auth`, async (t) => {
		const host = await hostOf(t, [FOUND]);
		const store = client(t, `http://${userinfo}@${host.host}`);
		for (const args of [
			["get", "k"],
			["set", "k", "v"],
			["push", "k", "v"],
		])
			await call(store, ...args);
		for (const { headers, url } of host.requests) {
			assert.equal(headers.authorization, basic(credentials));
			assert.equal(headers.host, host.host);
			assert.equal(url, "/v2/keys/k");
		}
		assert.equal(host.requests.length, 3);
	});
}

test("19. a host without userinfo gets no credentials, and each host its own", async (t) => {
	const hosts = [await hostOf(t, ["hangup"]), await hostOf(t, ["hangup"])];
	const store = client(t, [`http://u:p@${hosts[0].host}`, hosts[1].url]);
	await call(store, "get", "k");
	assert.equal(hosts[0].requests[0].headers.authorization, basic("u:p"));
	assert.equal(hosts[1].requests[0].headers.authorization, undefined);
});

async function enableAuth(url) {
	const put = (path, body) =>
		fetch(`${url}/v2/auth/${path}`, { method: "PUT", body });
	const user = JSON.stringify({ user: "root", password: "s3cret" });
	assert.equal((await put("users/root", user)).status, 201);
	assert.equal((await put("enable")).status, 200);
	const role = {
		role: "guest",
		revoke: { kv: { read: ["/*"], write: ["/*"] } },
	};
	const headers = { authorization: basic("root:s3cret") };
	const guest = `${url}/v2/auth/roles/guest`;
	const body = JSON.stringify(role);
	assert.equal(
		(await fetch(guest, { method: "PUT", headers, body })).status,
		200,
	);
}

test("19. an etcd with auth takes the userinfo of the URL", async (t) => {
	const member = await startEtcd();
	t.after(() => member.stop());
	await enableAuth(member.url);
	const key = `${prefix()}key`;
	const root = client(t, `http://root:s3cret@${member.host}`);
	assert.equal((await call(root, "set", key, "v")).args[0], null);
	assert.equal((await call(root, "get", key)).args[1].node.value, "v");
	for (const url of [member.url, `http://root:wrong@${member.host}`]) {
		const { args } = await call(client(t, url), "set", key, "w");
		assert.equal(args[0].code, 110);
	}
});

/** A get in a child with this environment: its value or its error. */
async function getWith(env, url) {
	const { result, code } = await inChild(
		async ({ subject, call }, url) => {
			const store = subject(url);
			const { args } = await call(store, "get", "k");
			store.destroy();
			return args[0] ? args[0].message : args[1].node.value;
		},
		[url],
		env,
	);
	assert.equal(code, 0);
	return result;
}

for (const name of ["HTTP_PROXY", "http_proxy"]) {
	test(`19. ${name} counts: a request to http goes to the proxy in absolute form`, async (t) => {
		const host = await hostOf(t, [FOUND]);
		const proxy = await proxyOf(t);
		assert.equal(await getWith({ [name]: proxy.url }, host.url), "v");
		const [{ method, url, headers }] = proxy.requests;
		assert.equal(method, "GET");
		assert.equal(url, `${host.url}/v2/keys/k`);
		assert.equal(headers.host, host.host);
		assert.equal(host.requests.length, 1);
	});
}

for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY"]) {
	test(`19. ${name} counts: a request to https goes through a tunnel`, async (t) => {
		const { good, ca } = await certificates();
		const host = await hostOf(t, [FOUND], { tls: good.tls });
		const proxy = await proxyOf(t);
		const env = { [name]: proxy.url, NODE_EXTRA_CA_CERTS: ca.certFile };
		assert.equal(await getWith(env, host.url), "v");
		assert.equal(proxy.requests[0].method, "CONNECT");
		assert.equal(proxy.requests[0].url, host.host);
		assert.equal(host.requests.length, 1);
	});
}

test("19. HTTPS_PROXY does not count for http", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const proxy = await proxyOf(t);
	assert.equal(await getWith({ HTTPS_PROXY: proxy.url }, host.url), "v");
	assert.equal(proxy.requests.length, 0);
});

for (const [what, zone] of [
	["*", () => "*"],
	["the host", () => "127.0.0.1"],
	["the host and its port", ({ port }) => `127.0.0.1:${port}`],
	["the host in a list", () => "example.com, 127.0.0.1"],
	["the end of the host's name", () => "0.0.1"],
	["a dot and the end of the host's name", () => ".0.0.1"],
]) {
	for (const name of ["NO_PROXY", "no_proxy"])
		test(`19. ${name} with ${what} leaves the proxy out`, async (t) => {
			const host = await hostOf(t, [FOUND]);
			const proxy = await proxyOf(t);
			const env = { HTTP_PROXY: proxy.url, [name]: zone(host) };
			assert.equal(await getWith(env, host.url), "v");
			assert.equal(proxy.requests.length, 0);
		});
}

test("19. NO_PROXY with another host, or the host with another port, leaves it in", async (t) => {
	const host = await hostOf(t, [FOUND]);
	for (const zone of [
		...["example.com", "127.0.0.1:1", "127.0.0.10", "27.0.0.1"],
		...["127.0.0", ""],
	]) {
		const proxy = await proxyOf(t);
		const env = { HTTP_PROXY: proxy.url, NO_PROXY: zone };
		assert.equal(await getWith(env, host.url), "v");
		assert.equal(proxy.requests.length, 1, zone);
	}
});

test("19. NO_PROXY with the host in capitals leaves the proxy out", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const proxy = await proxyOf(t);
	const env = { HTTP_PROXY: proxy.url, NO_PROXY: "LocalHost" };
	assert.equal(await getWith(env, `http://localhost:${host.port}`), "v");
	assert.equal(proxy.requests.length, 0);
});

test("19. names outside ASCII count in HTTP_PROXY and NO_PROXY", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const proxy = await proxyOf(t);
	const { port } = new URL(proxy.url);
	const env = { HTTP_PROXY: `http://ｌｏｃａｌｈｏｓｔ:${port}` };
	assert.equal(await getWith(env, host.url), "v");
	assert.equal(proxy.requests.length, 1);
	env.NO_PROXY = "bücher.test, ｌｏｃａｌｈｏｓｔ";
	assert.equal(await getWith(env, `http://localhost:${host.port}`), "v");
	assert.equal(proxy.requests.length, 1);
});

test("19. HTTPS_PROXY may have a name outside ASCII", async (t) => {
	const proxy = await proxyOf(t, { "etcd.test:4001": "127.0.0.1:1" });
	const { port } = new URL(proxy.url);
	await getWith(
		{ HTTPS_PROXY: `http://ｌｏｃａｌｈｏｓｔ:${port}` },
		"https://etcd.test",
	);
	assert.equal(proxy.requests[0].url, "etcd.test:4001");
});

test("19. the userinfo of a proxy's URL is for the proxy, the host's for the host", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const proxy = await proxyOf(t);
	const env = { HTTP_PROXY: `http://me:pw@${proxy.host}` };
	assert.equal(await getWith(env, `http://u:p@${host.host}`), "v");
	const [{ headers }] = proxy.requests;
	assert.equal(headers["proxy-authorization"], basic("me:pw"));
	assert.equal(host.requests[0].headers.authorization, basic("u:p"));
});

test("19. writes and waits go through the proxy too", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const proxy = await proxyOf(t);
	const { result } = await inChild(
		async ({ subject, call }, url) => {
			const store = subject(url);
			const set = await call(store, "set", "k", "v");
			const wait = await call(store, "wait", "k");
			store.destroy();
			return [set.args[0], wait.args[0]];
		},
		[host.url],
		{ HTTP_PROXY: proxy.url },
	);
	assert.deepEqual(result, [null, null]);
	assert.deepEqual(
		proxy.requests.map(({ method }) => method),
		["PUT", "GET"],
	);
	assert.equal(host.requests[0].body, "value=v");
});

test("19. a proxy that is down is a network error", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const port = await closedPort();
	const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
	const message = await getWith(env, host.url);
	assert.match(message, new RegExp(`ECONNREFUSED 127.0.0.1:${port}`));
	assert.equal(host.requests.length, 0);
});

test("19. a proxy that is no URL is an error, and nothing goes past it", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const env = { HTTP_PROXY: "%%%" };
	assert.match(await getWith(env, host.url), /%%%/);
	assert.equal(host.requests.length, 0);
});

test("19. a proxy counts that the program has set before it makes a client", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const proxy = await proxyOf(t);
	const { result } = await inChild(
		async ({ subject, call }, url, proxyUrl) => {
			process.env.HTTP_PROXY = proxyUrl;
			const { args } = await call(subject(url), "get", "k");
			return args[1].node.value;
		},
		[host.url, proxy.url],
	);
	assert.equal(result, "v");
	assert.equal(proxy.requests.length, 1);
});
