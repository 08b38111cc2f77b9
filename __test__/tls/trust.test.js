// https: whom the client trusts, and what it says when it does not. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { node, prefix, startEtcd } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };

let made;
let trusting;
before(async () => {
	made = await certificates();
	trusting = { NODE_EXTRA_CA_CERTS: made.ca.certFile };
});

function secureHost(t, certificate) {
	return hostOf(t, [FOUND], { tls: certificate.tls });
}

/** A get in a child: its value, or the code of its error and of the one Node itself gives. */
async function getFrom(url, env) {
	const { result, code } = await inChild(
		async ({ subject, call }, url) => {
			const https = require("node:https");
			const store = subject(url);
			const { args } = await call(store, "get", "k");
			store.destroy();
			if (!args[0]) return args[1].node.value;
			const expected = await new Promise((resolve) => {
				https.get(url, { agent: false }, resolve).on("error", resolve);
			});
			return [args[0].code, expected.code];
		},
		[url],
		env,
	);
	assert.equal(code, 0);
	return result;
}

for (const [what, name, code] of [
	["that is self-signed", "selfSigned", "DEPTH_ZERO_SELF_SIGNED_CERT"],
	["that has expired", "expired", "CERT_HAS_EXPIRED"],
	["that is not yet valid", "notYetValid", "CERT_NOT_YET_VALID"],
	["for another name", "wrongName", "ERR_TLS_CERT_ALTNAME_INVALID"],
	[
		"whose issuer is not known",
		"unknownIssuer",
		"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
	],
	[
		"with the certificate of an issuer that is not trusted",
		"unknownChain",
		"SELF_SIGNED_CERT_IN_CHAIN",
	],
]) {
	test(`28. a certificate ${what} is ${code}`, async (t) => {
		const host = await secureHost(t, made[name]);
		assert.deepEqual(await getFrom(host.url, trusting), [code, code]);
		assert.equal(host.requests.length, 0);
	});
}

test("28. https to a server that does not speak it fails with Node's code", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const [code, expected] = await getFrom(`https://${host.host}`, {});
	assert.equal(code, expected);
});

test("19. NODE_EXTRA_CA_CERTS is trusted", async (t) => {
	const host = await secureHost(t, made.good);
	assert.equal(await getFrom(host.url, trusting), "v");
	const [code] = await getFrom(host.url, {});
	assert.equal(code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
});

test("19. NODE_EXTRA_CA_CERTS may name a self-signed certificate itself", async (t) => {
	const host = await secureHost(t, made.selfSigned);
	const env = { NODE_EXTRA_CA_CERTS: made.selfSigned.certFile };
	assert.equal(await getFrom(host.url, env), "v");
});

test("19. a self-signed certificate in NODE_EXTRA_CA_CERTS counts for its own name alone", async (t) => {
	const host = await secureHost(t, made.selfSignedOther);
	const env = { NODE_EXTRA_CA_CERTS: made.selfSignedOther.certFile };
	const code = "ERR_TLS_CERT_ALTNAME_INVALID";
	assert.deepEqual(await getFrom(host.url, env), [code, code]);
	assert.equal(host.requests.length, 0);
});

test("19. the certificates of the system are trusted too, also where Node.js does not", async (t) => {
	const host = await secureHost(t, made.good);
	const env = { SSL_CERT_FILE: made.ca.certFile };
	assert.equal(await getFrom(host.url, env), "v");
});

test("19. a NODE_EXTRA_CA_CERTS that cannot be read is no error of a call", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const env = { NODE_EXTRA_CA_CERTS: `${made.ca.certFile}.none` };
	assert.equal(await getFrom(host.url, env), "v");
});

test("19. NODE_TLS_REJECT_UNAUTHORIZED=0 takes every certificate", async (t) => {
	const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
	for (const name of ["selfSigned", "expired", "wrongName", "unknownChain"]) {
		const host = await secureHost(t, made[name]);
		assert.equal(await getFrom(host.url, env), "v", name);
	}
});

test("19. NODE_TLS_REJECT_UNAUTHORIZED with another value than 0 does not", async (t) => {
	const host = await secureHost(t, made.selfSigned);
	for (const value of ["1", "", "false"]) {
		const env = { NODE_TLS_REJECT_UNAUTHORIZED: value };
		const [code] = await getFrom(host.url, env);
		assert.equal(code, "DEPTH_ZERO_SELF_SIGNED_CERT");
	}
});

test("19. NODE_TLS_REJECT_UNAUTHORIZED counts that the program has set before it makes a client", async (t) => {
	const host = await secureHost(t, made.selfSigned);
	const { result } = await inChild(
		async ({ subject, call }, url) => {
			process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
			const { args } = await call(subject(url), "get", "k");
			return args[0]?.code ?? "none";
		},
		[host.url],
	);
	assert.equal(result, "none");
});

test("19. a real etcd on https is read, written and waited for", async (t) => {
	const { certFile: cert, keyFile: key } = made.good;
	const member = await startEtcd({ tls: { cert, key } });
	t.after(() => member.stop());
	const { result, code } = await inChild(
		async ({ subject, call }, url, key) => {
			const store = subject(url);
			const waited = call(store, "wait", key);
			await call(store, "set", key, "secret");
			const event = (await waited).args[1];
			const { args } = await call(store, "get", key);
			store.destroy();
			return [event.action, args[1].node.value];
		},
		[member.url, `${prefix()}key`],
		trusting,
	);
	assert.equal(code, 0);
	assert.deepEqual(result, ["set", "secret"]);
});
