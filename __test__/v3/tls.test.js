// The v3 API behind TLS: certificates are judged as by Node's own TLS, over HTTP/2.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { call } = require("../support");
const { certificates, issue } = require("../support/tls/certificates");
const { countingProxy, askedByNode } = require("../support/tls/secure");
const { grpcHost } = require("../support/v3/grpc-host");
const {
	ROOT,
	VERSIONS,
	enableAuth,
	v3Client,
	v3Etcd,
} = require("../support/v3/etcd");
const { found } = require("../support/v3/messages");

// etcd 3.6 takes 250 streams on a connection behind TLS.
const CALLS = 1000;

let made;
let ca;
before(async () => {
	made = await certificates();
	ca = made.ca.pem;
});

function secureEtcd(t, version, more) {
	const { certFile: cert, keyFile: key } = made.good;
	return v3Etcd(t, { version, tls: { cert, key, ...more } });
}

/** A host with a certificate, which answers each get. */
function secureHost(t, { tls }, more) {
	const answer = (x) => x.answer(found("/k", "v"));
	return grpcHost(t, answer, { tls: { ...tls, ...more } });
}

async function codeOf(t, url, options) {
	const store = v3Client(t, url, { timeout: 5000, ...options });
	const [error] = (await call(store, "get", "k")).args;
	return error ? error.code : "found";
}

for (const version of VERSIONS) {
	test(`each call and wait works on etcd ${version} behind TLS, with a client's certificate`, async (t) => {
		const member = await secureEtcd(t, version, { ca: made.ca.certFile });
		const { pem: cert } = made.good;
		const { key } = made.good.tls;
		const { promises } = v3Client(t, member.url, { ca, cert, key });
		const waited = promises.wait("a");
		await promises.set("a", "1", { ttl: 100 });
		assert.equal((await waited).node.value, "1");
		assert.equal((await promises.get("a")).node.value, "1");
		await promises.push("queue", "v");
		await promises.del("queue", { recursive: true });
		assert.deepEqual(await promises.machines(), [member.url]);
		const code = await codeOf(t, member.url, { ca });
		assert.match(code, /^(ERR_SSL_|EPROTO|ECONNRESET)/);
	});

	test(`${CALLS} calls and ${CALLS} waits at one time are served by etcd ${version} behind TLS`, async (t) => {
		const member = await secureEtcd(t, version);
		const proxy = await countingProxy(t, member.port);
		const store = v3Client(t, proxy.url, { ca, timeout: 20_000 });
		const { promises } = store;
		const each = (make) =>
			Promise.all(Array.from({ length: CALLS }, (_, i) => make(i)));
		const waits = each((i) => promises.wait(`k/${i}`));
		await each((i) => promises.set(`k/${i}`, `${i}`));
		const events = await waits;
		const values = events.map(({ node }) => Number(node.value));
		assert.deepEqual(values, [...values.keys()]);
		await each((i) => promises.get(`k/${i}`));
		assert.ok(proxy.opened <= 12, `${proxy.opened} connections`);
	});
}

test("a host's certificate that Node refuses is refused with Node's code", async (t) => {
	for (const name of [
		...["expired", "notYetValid", "wrongName", "selfSigned"],
		...["unknownIssuer", "unknownChain"],
	]) {
		const host = await secureHost(t, made[name]);
		const { error } = await askedByNode(host.url, { ca });
		assert.equal(await codeOf(t, host.url, { ca }), error.code, name);
		assert.equal(host.calls.length, 0, name);
		const trusting = { ca, rejectUnauthorized: false };
		assert.equal(await codeOf(t, host.url, trusting), "found", name);
	}
});

test("a set is not ambiguous where the host's certificate is refused", async (t) => {
	const host = await secureHost(t, made.expired);
	for (const [method, ...args] of [
		["set", "k", "v"],
		["push", "k", "v"],
		["wait", "k"],
	]) {
		const store = v3Client(t, host.url, { ca });
		const [error] = (await call(store, method, ...args)).args;
		assert.equal(error.code, "CERT_HAS_EXPIRED");
		assert.equal(error.ambiguous, undefined);
	}
});

test("servername is what a host is asked for, and what its certificate must be for", async (t) => {
	const altNames = [{ type: "dns", value: "etcd.example" }];
	const named = await issue("named-v3", { by: made.ca, altNames });
	const asked = [];
	const SNICallback = (name, callback) => {
		asked.push(name);
		callback(null);
	};
	const { url } = await secureHost(t, named, { SNICallback });
	const servername = "etcd.example";
	assert.equal(await codeOf(t, url, { ca, servername }), "found");
	assert.ok(asked.length > 0 && asked.every((name) => name === servername));
	for (const options of [{ ca }, { ca, servername: "other.example" }]) {
		const code = "ERR_TLS_CERT_ALTNAME_INVALID";
		assert.equal(await codeOf(t, url, options), code);
	}
});

test("a host behind TLS that does not speak HTTP/2 is told, and nothing is sent to it", async (t) => {
	const https = require("node:https");
	let requests = 0;
	const server = https.createServer(made.good.tls, (_, response) => {
		requests++;
		response.end();
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	const url = `https://127.0.0.1:${server.address().port}`;
	assert.equal(await codeOf(t, url, { ca }), "ERR_ETCD_NO_GRPC");
	assert.equal(requests, 0);
});

test("http to a port of https, and https to a port of http, are errors of the call", async (t) => {
	const secure = await secureEtcd(t);
	const plain = await v3Etcd(t);
	const crossed = [
		secure.url.replace("https:", "http:"),
		plain.url.replace("http:", "https:"),
	];
	for (const url of crossed) {
		const code = await codeOf(t, url, { ca });
		assert.match(code, /^(ERR_|E[A-Z]+$)/);
	}
});

test("users and passwords work behind TLS, and the password is in no error", async (t) => {
	const member = await secureEtcd(t);
	await enableAuth(Object.assign(member, { ca: made.ca.certFile }));
	const { promises } = v3Client(t, member.url, { ca, auth: ROOT });
	await promises.set("a", "1");
	assert.equal((await promises.get("a")).node.value, "1");
	const auth = { ...ROOT, pass: "s3cr3t-wrong" };
	const wrong = v3Client(t, member.url, { ca, auth });
	const [error] = (await call(wrong, "get", "a")).args;
	assert.equal(error.code, 110);
	const shown = require("node:util").inspect(error, { depth: 9 });
	assert.doesNotMatch(shown, /s3cr3t/);
});

test("a connection that is cut behind TLS is opened again, also for waits", async (t) => {
	const member = await secureEtcd(t);
	const proxy = await countingProxy(t, member.port);
	const { promises } = v3Client(t, proxy.url, { ca });
	let { node } = await promises.set("a", "first");
	for (let i = 0; i < 5; i++) {
		// Without an index, a wait whose registration is cut off may be registered again after the set.
		const waitIndex = node.modifiedIndex + 1;
		const waited = promises.wait("a", { waitIndex });
		await member.watched();
		proxy.resetAll();
		const other = v3Client(t, member.url, { ca });
		await other.promises.set("a", `${i}`);
		({ node } = await waited);
		assert.equal(node.value, `${i}`);
		assert.equal((await promises.get("a")).node.value, `${i}`);
	}
});
