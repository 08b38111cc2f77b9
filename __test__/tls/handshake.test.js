// Handshakes that fail, and hosts that want to know who the client is: what Node's own https says in their place.
const assert = require("node:assert/strict");
const net = require("node:net");
const { before, describe, test } = require("node:test");
const { call, node, prefix } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { client, hostOf } = require("../support/lifetime");
const { askedByNode, secureEtcd } = require("../support/tls/secure");

const FOUND = { body: node("/k", "v", 5) };

let made;
before(async () => {
	made = await certificates();
});

async function errorOf(t, url, options) {
	const { args } = await call(client(t, url, options), "get", "k");
	return args[0];
}

async function listener(t, onConnection) {
	const server = net.createServer((socket) => {
		socket.on("error", () => {});
		onConnection(socket);
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	return `https://127.0.0.1:${server.address().port}`;
}

const fields = ({ code, syscall, errno, host, port, path }) => {
	return { code, syscall, errno, host, port, path };
};

for (const [what, onConnection] of [
	["closes", (socket) => socket.end()],
	[
		"closes when it is greeted",
		(socket) => socket.on("data", () => socket.destroy()),
	],
	["resets", (socket) => socket.on("data", () => socket.resetAndDestroy())],
	["speaks something else", (socket) => socket.write("220 ready\r\n")],
]) {
	test(`a host that ${what} has Node's error, with its fields`, async (t) => {
		const url = await listener(t, onConnection);
		const { error: expected } = await askedByNode(url);
		const error = await errorOf(t, url);
		assert.deepEqual(fields(error), fields(expected));
		const isOpenSsl = expected.code === "EPROTO";
		if (!isOpenSsl) assert.equal(error.message, expected.message);
		else assert.match(error.message, /^write EPROTO /);
	});
}

describe("a host that wants the client's certificate", () => {
	for (const version of ["TLSv1.2", "TLSv1.3"]) {
		test(`says so with ${version}, and a push is repeated only where it was not sent`, async (t) => {
			const { good, ca } = made;
			const own = { minVersion: version, maxVersion: version, ca: ca.pem };
			const tls = { ...good.tls, ...own, requestCert: true };
			const host = await hostOf(t, [FOUND], { tls });
			const options = { ca: ca.pem };
			const { error: expected } = await askedByNode(host.url, options);
			const error = await errorOf(t, host.url, options);
			const { code, library, reason } = error;
			assert.equal(code, expected.code);
			assert.equal(library, expected.library);
			assert.equal(reason, expected.reason);
			assert.match(
				error.message,
				/SSL alert number (116$|40: the host may require a client certificate )/,
			);
			const pushed = await call(client(t, host.url, options), "push", "k", "v");
			assert.equal(host.requests.length, 0);
			// With TLS 1.3 the refusal comes when the push has been handed over (RFC 8446 §4.4.2.4).
			const isLate = version === "TLSv1.3";
			assert.equal(pushed.args[0].ambiguous, isLate || undefined);
			assert.equal(pushed.args[0].attempts.length, isLate ? 1 : 2);
			assert.equal(error.attempts.length, 2);
		});
	}

	test("gets it, in every form of the options", async (t) => {
		const member = await secureEtcd(t, { needsCertificate: true });
		const { good, selfSigned, ca } = made;
		const { pem: cert, tls } = good;
		const { key } = tls;
		for (const options of [
			{ cert, key },
			{ cert: Buffer.from(cert), key: Buffer.from(key) },
			{ cert: [cert], key: [key] },
			{ cert: cert + ca.pem, key },
			{ cert: [cert, ca.pem], key },
			{ cert: [selfSigned.pem, cert], key: [selfSigned.tls.key, key] },
		]) {
			const store = client(t, member.url, { ca: ca.pem, ...options });
			const name = `${prefix()}key`;
			assert.equal((await call(store, "set", name, "v")).args[0], null);
			const { args } = await call(store, "get", name);
			assert.equal(args[1].node.value, "v");
		}
	});

	test("refuses none and that of a stranger, as it refuses Node.js", async (t) => {
		const member = await secureEtcd(t, { needsCertificate: true });
		const { selfSigned, ca } = made;
		const stranger = { cert: selfSigned.pem, key: selfSigned.tls.key };
		for (const who of [{}, stranger]) {
			const options = { ca: ca.pem, ...who };
			const url = `${member.url}/v2/keys/`;
			const { error: expected } = await askedByNode(url, options);
			const error = await errorOf(t, member.url, options);
			assert.equal(error.code, expected.code);
			assert.match(error.message, /bad certificate|certificate required/);
		}
	});

	for (const [kind, how] of [
		["an RSA key in PKCS#8", ["rsa", { modulusLength: 2048 }, "pkcs8"]],
		["an RSA key in PKCS#1", ["rsa", { modulusLength: 2048 }, "pkcs1"]],
		["an EC key in SEC1", ["ec", { namedCurve: "P-256" }, "sec1"]],
		["a P-384 key", ["ec", { namedCurve: "P-384" }, "pkcs8"]],
		["an Ed25519 key", ["ed25519", {}, "pkcs8"]],
	]) {
		test(`takes ${kind}`, async (t) => {
			const own = await issueWithKey(...how);
			const tls = { ...made.good.tls, ca: made.ca.pem, requestCert: true };
			const host = await hostOf(t, [FOUND], { tls });
			const options = { ca: made.ca.pem, ...own };
			assert.equal(await errorOf(t, host.url, options), null);
			assert.equal(host.requests.length, 1);
		});
	}
});

/** A certificate of `ca` for a key of this kind, and the key in this form. */
async function issueWithKey(type, how, form) {
	const { generateKeyPairSync } = require("node:crypto");
	const { publicKey, privateKey } = generateKeyPairSync(type, how);
	const spki = publicKey.export({ type: "spki", format: "der" });
	const { issueFor } = require("../support/tls/certificates");
	return {
		cert: await issueFor(spki, made.ca),
		key: privateKey.export({ type: form, format: "pem" }),
	};
}
