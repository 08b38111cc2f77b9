// Keys and certificates that this package cannot use, or that other packages cannot: what is wrong is said.
const assert = require("node:assert/strict");
const { ECDH, generateKeyPairSync } = require("node:crypto");
const { describe, test } = require("node:test");
const { call, node, subject } = require("../support");
const { issue, judged, keyOf } = require("../support/tls/chains");
const { oid, sequence, tlv } = require("../support/tls/der");
const { OWN, named, usually } = require("../support/tls/kinds");
const { client, hostOf } = require("../support/lifetime");

const root = issue({ subject: "root", ...usually() });
const curve = (namedCurve) => ["ec", { namedCurve }];

const UNSUPPORTED = [
	[["rsa", { modulusLength: 1024 }], "an RSA key of 1024 bits"],
	[curve("P-521"), "a key on P-521"],
	[curve("P-224"), "a key on P-224"],
	[["ed448", {}], "an Ed448 key"],
	[["rsa-pss", { modulusLength: 2048 }], "a key for RSASSA-PSS alone"],
];

/** Kinds that a host cannot use with this client: the handshake ends before the host's certificate is seen. */
const UNUSABLE = ["P-521", "Ed448", "RSASSA-PSS"];

const ADVICE = /make one of RSA with .* for example with `openssl genpkey /;

function assertAdvised({ code, message }) {
	assert.equal(code, "EPROTO");
	assert.match(message, /alert handshake failure:SSL alert number 40: /);
	assert.match(message, ADVICE);
}

/** Node.js may refuse it too: then its code counts. */
function assertSaid({ error, byNode }, name, what) {
	if (byNode) return assert.equal(error.code, byNode.code);
	assert.equal(error.code, "UNSPECIFIED");
	assert.ok(error.message.includes(`the certificate "CN=${name}" has ${what}`));
	assert.match(error.message, ADVICE);
}

for (const [kind, what] of UNSUPPORTED) {
	const own = issue({ subject: "own", ...usually(), kind });

	test(`the error of a call says what to do where the host's certificate has ${what}`, async (t) => {
		const leaf = issue({ subject: "leaf", ...named(OWN), kind, by: root });
		const result = await judged(t, { sent: [leaf], ca: [root] });
		if (UNUSABLE.some((name) => what.includes(name)))
			return assertAdvised(result.error);
		assertSaid(result, "leaf", what);
	});

	test(`the error of a call names the issuer that has ${what}`, async (t) => {
		const leaf = issue({ subject: "leaf", ...named(OWN), by: own });
		const chain = { sent: [leaf], ca: [own, root] };
		assertSaid(await judged(t, chain), "own", what);
	});

	test(`the options ca and cert do not take ${what}, and say so`, () => {
		const cert = own.pem;
		for (const options of [{ ca: cert }, { cert, key: keyOf(own) }])
			assert.throws(
				() => subject("https://127.0.0.1:1", options),
				(error) => {
					assert.ok(error instanceof TypeError);
					assert.equal(error.code, "ERR_INVALID_ARG_VALUE");
					assert.ok(error.message.includes(`"CN=own" has ${what}`));
					assert.match(error.message, ADVICE);
					return true;
				},
			);
	});
}

test("the error of a call says what to do where a host with TLS 1.2 has a key on P-521", async (t) => {
	const kind = curve("P-521");
	const leaf = issue({ subject: "leaf", ...named(OWN), kind, by: root });
	const tls = { maxVersion: "TLSv1.2" };
	assertAdvised((await judged(t, { sent: [leaf], ca: [root], tls })).error);
});

describe("a host that has a second certificate, of RSA, sends that", () => {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		for (const kind of [curve("P-521"), ["ed448", {}]])
			test(`in place of one of ${kind[1].namedCurve ?? kind[0]}, with ${version}`, async (t) => {
				const rsa = ["rsa", { modulusLength: 2048 }];
				const [leaf, other] = [kind, rsa].map((kind) =>
					issue({ subject: "leaf", ...named(OWN), kind, by: root }),
				);
				const tls = {
					cert: [leaf.pem, other.pem],
					key: [keyOf(leaf), keyOf(other)],
					minVersion: version,
					maxVersion: version,
				};
				const chain = { sent: [leaf], ca: [root], tls };
				const { error, byNode } = await judged(t, chain);
				assert.deepEqual([error, byNode], [null, undefined]);
			});
});

test("a host with TLS 1.2 that prefers SHA-512 for its key on P-256 is taken", async (t) => {
	const leaf = issue({ subject: "leaf", ...named(OWN), by: root });
	const sigalgs = "ECDSA+SHA512:ECDSA+SHA256";
	const tls = { maxVersion: "TLSv1.2", sigalgs };
	const { error, byNode } = await judged(t, { sent: [leaf], ca: [root], tls });
	assert.deepEqual([error, byNode], [null, undefined]);
});

test("the error of a call names a certificate that has a key with a compressed point", async (t) => {
	const keys = generateKeyPairSync(...curve("P-256"));
	const point = keys.publicKey.export({ type: "spki", format: "der" });
	const half = ECDH.convertKey(
		...[point.subarray(-65), "prime256v1", null, null, "compressed"],
	);
	const algorithm = sequence(
		...[oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")],
	);
	const spki = sequence(algorithm, tlv(0x03, [0], half));
	const leaf = issue({ subject: "leaf", ...named(OWN), keys, spki, by: root });
	const chain = { sent: [leaf], ca: [root] };
	assertSaid(await judged(t, chain), "leaf", "a key with a compressed point");
});

test("a malformed certificate of a client is called so", () => {
	const rawSerial = Buffer.from([0, 1]);
	const own = issue({ subject: "client", rawSerial, by: root });
	const identity = { cert: own.pem, key: keyOf(own) };
	const message = /cert has a malformed certificate/;
	const create = () => subject("https://127.0.0.1:1", identity);
	assert.throws(create, { code: "ERR_INVALID_ARG_VALUE", message });
});

test("a root whose key is not supported does not matter where any certificate will do", async (t) => {
	const ca = issue({ subject: "ca", ...usually(), kind: curve("P-521") }).pem;
	const leaf = issue({ subject: "leaf", ...named(OWN), by: root });
	const tls = { cert: leaf.pem, key: keyOf(leaf) };
	const host = await hostOf(t, [{ body: node("/k", "v", 5) }], { tls });
	const store = client(t, host.url, { ca, rejectUnauthorized: false });
	assert.equal((await call(store, "get", "k")).args[0], null);
});

describe("a client's certificate of version 1", () => {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		test(`is used with ${version}`, async (t) => {
			const own = issue({ subject: "client", version: 1, by: root });
			const leaf = issue({ subject: "leaf", ...named(OWN), by: root });
			const tls = { cert: leaf.pem, key: keyOf(leaf), ca: root.pem };
			const only = { minVersion: version, maxVersion: version };
			const host = await hostOf(t, [{ body: node("/k", "v", 5) }], {
				tls: { ...tls, ...only, requestCert: true },
			});
			const identity = { cert: own.pem, key: keyOf(own) };
			const store = client(t, host.url, { ca: root.pem, ...identity });
			assert.equal((await call(store, "get", "k")).args[0], null);
		});
});

describe("a host's certificate of version 1", () => {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		test(`is taken with ${version}`, async (t) => {
			const tls = { minVersion: version, maxVersion: version };
			const leaf = issue({ subject: "localhost", version: 1, by: root });
			const host = "localhost";
			const chain = { sent: [leaf], ca: [root], host, tls };
			const { error, byNode } = await judged(t, chain);
			assert.deepEqual([error, byNode], [null, undefined]);
		});
});
