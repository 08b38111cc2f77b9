// Variables of the environment that name no proxy which can be used. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { node } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { hostOf, hostsOf } = require("../support/lifetime");
const { proxyOf } = require("../support/hosts/proxy");

const FOUND = { body: node("/k", "v", 5) };

/** Gets in turn in a child with this environment: their values or errors. */
async function getsWith(env, hosts, count = 1) {
	const script = async ({ subject, call }, hosts, count) => {
		const store = subject(hosts, { timeout: 5000 });
		const results = [];
		for (let i = 0; i < count; i++) {
			const [error, result] = (await call(store, "get", "k")).args;
			const { message, stack, code, attempts } = error ?? {};
			results.push(result?.node.value ?? { message, stack, code, attempts });
		}
		store.destroy();
		return results;
	};
	const { result, code, stderr } = await inChild(script, [hosts, count], env);
	assert.equal(code, 0, stderr);
	return result;
}

for (const [value, why] of [
	["http://pu:s3/cret@127.0.0.1:1", /not a valid URL: "http:\/\/127.0.0.1:1"/],
	["http://pu:s3?cret@127.0.0.1:1", /percent-encoded/],
	["http://pu:80#cret@127.0.0.1:1", /percent-encoded/],
	["pu:s3cret@127.0.0.1:1,pu:s3cret@127.0.0.1:2", /percent-encoded/],
	["http://[::1", /not a valid URL: "http:\/\/\[::1"/],
	["http://", /not a valid URL/],
	["http:/127.0.0.1:1", /not a valid URL: "http:\/127.0.0.1:1";/],
	["http:\\\\127.0.0.1:1", /not a valid URL/],
	["http//127.0.0.1:1", /not a valid URL/],
	["socks5:/127.0.0.1:1", /not a valid URL/],
	["http:pu:s3cret@127.0.0.1:1", /not a valid URL: "127.0.0.1:1" \(/],
	["ftp://pu:s3cret@127.0.0.1:1", /: ftp:\/\/ is not supported/],
	["socks5://pu:s3cret@127.0.0.1:1", /: socks5:\/\/ is not supported/],
])
	test(`19. a proxy ${value} is an error that says what is supported, and nothing goes past it`, async (t) => {
		const { good } = await certificates();
		const plain = await hostOf(t, [FOUND]);
		const secure = await hostOf(t, [FOUND], { tls: good.tls });
		for (const [name, host] of [
			["HTTP_PROXY", plain],
			["http_proxy", plain],
			["HTTP_PROXY", secure],
			["HTTPS_PROXY", secure],
			["https_proxy", secure],
		]) {
			const [error] = await getsWith({ [name]: value }, host.url);
			assert.equal(error.code, "ERR_ETCD_PROXY");
			assert.match(error.message, new RegExp(`the proxy in ${name} cannot`));
			assert.match(error.message, why);
			assert.match(error.message, /https:\/\/host:port and .* are supported$/);
			assert.doesNotMatch(JSON.stringify(error), /s3|cret|pu:/);
			assert.equal(host.connections, 0);
		}
	});

test("19. hosts that NO_PROXY names are reached where the proxy cannot be used", async (t) => {
	const [one, other] = await hostsOf(t, [FOUND], [FOUND]);
	const env = { HTTP_PROXY: "socks5://127.0.0.1:1", NO_PROXY: one.host };
	assert.deepEqual(await getsWith(env, one.url), ["v"]);
	const both = [other.url, one.url];
	assert.deepEqual(await getsWith(env, both, 3), ["v", "v", "v"]);
	assert.equal(other.connections, 0);
	const https = { HTTPS_PROXY: "socks5://127.0.0.1:1" };
	assert.deepEqual(await getsWith(https, one.url), ["v"]);
});

for (const scheme of ["http", "https"])
	test(`19. a proxy behind TLS serves ${scheme}, with its own credentials`, async (t) => {
		const { good, ca } = await certificates();
		const tls = scheme === "https" ? good.tls : undefined;
		const host = await hostOf(t, [FOUND], { tls });
		const proxy = await proxyOf(t, {}, { tls: good.tls });
		const env = {
			[`${scheme}_proxy`]: `https://me:pw@${proxy.host}`,
			NODE_EXTRA_CA_CERTS: ca.certFile,
		};
		assert.deepEqual(await getsWith(env, host.url), ["v"]);
		const [{ method, headers }] = proxy.requests;
		assert.equal(method, scheme === "https" ? "CONNECT" : "GET");
		const basic = `Basic ${Buffer.from("me:pw").toString("base64")}`;
		assert.equal(headers["proxy-authorization"], basic);
	});
