// A proxy behind TLS is another server than the hosts: it has its own name, whatever the option servername says.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { node } = require("../support");
const { certificates, issue } = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");
const { proxyOf } = require("../support/hosts/proxy");

const PROXY = "127.0.0.2";
const servername = "other.example";

let made;
before(async () => {
	made = await certificates();
});

/** What a client with `servername` gets of a host with that name, through a proxy with a certificate for these names. */
async function getThrough(t, altNames) {
	const { ca, wrongName } = made;
	const host = await hostOf(t, [{ body: node("/k", "v", 5) }], wrongName);
	const { tls } = await issue("proxy", { by: ca, altNames });
	const proxy = await proxyOf(t, {}, { tls, listen: [0, PROXY] });
	const { result } = await inChild(
		async ({ subject, call }, url, options) => {
			const store = subject(url, options);
			const { args } = await call(store, "get", "k");
			store.destroy();
			return args[0] ? args[0].code : args[1].node.value;
		},
		[host.url, { servername, ca: ca.pem }],
		{ HTTPS_PROXY: proxy.url },
	);
	return { result, tunnels: proxy.requests.length };
}

test("a proxy with a certificate for its own name is used, and the host behind it has servername", async (t) => {
	const own = [{ type: "ip", value: PROXY }];
	assert.deepEqual(await getThrough(t, own), { result: "v", tunnels: 1 });
});

test("a proxy with a certificate for servername is refused", async (t) => {
	const { result, tunnels } = await getThrough(t, [
		{ type: "dns", value: servername },
	]);
	assert.equal(result, "ERR_TLS_CERT_ALTNAME_INVALID");
	assert.equal(tunnels, 0);
});
