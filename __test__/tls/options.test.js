// The options ca, cert, key, servername and rejectUnauthorized: they mean what they mean for Node's tls.connect.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { inspect } = require("node:util");
const { call, node, subject } = require("../support");
const { certificates, issue } = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { client, hostOf } = require("../support/lifetime");
const { askedByNode } = require("../support/tls/secure");

const FOUND = { body: node("/k", "v", 5) };

let made;
before(async () => {
	made = await certificates();
});

function secureHost(t, { tls }, more) {
	return hostOf(t, [FOUND], { tls: { ...tls, ...more } });
}

async function codeOf(t, url, options) {
	const { args } = await call(client(t, url, options), "get", "k");
	return args[0] ? args[0].code : "found";
}

test("ca may be a string, a Buffer, a Uint8Array, or an array of them, each with any number of certificates", async (t) => {
	const { url } = await secureHost(t, made.good);
	const { pem } = made.ca;
	const other = made.selfSigned.pem;
	const wide = new Uint8Array([0, ...Buffer.from(pem), 0]);
	for (const ca of [
		pem,
		Buffer.from(pem),
		new Uint8Array(Buffer.from(pem)),
		wide.subarray(1, -1),
		[pem],
		[other, Buffer.from(pem)],
		other + pem,
		pem.replaceAll("\n", "\r\n"),
	])
		assert.equal(await codeOf(t, url, { ca }), "found");
});

test("ca replaces the roots and NODE_EXTRA_CA_CERTS, as in Node.js; a falsy one does not", async (t) => {
	const { url } = await secureHost(t, made.good);
	const { result } = await inChild(
		async ({ subject, call }, url, other) => {
			const https = require("node:https");
			const byNode = (options) =>
				new Promise((resolve) => {
					https
						.get(url, { agent: false, ...options }, () => resolve("found"))
						.on("error", (err) => resolve(err.code));
				});
			const codes = [];
			for (const ca of [other, [], "", null, undefined]) {
				const store = subject(url, { ca });
				const { args } = await call(store, "get", "k");
				store.destroy();
				codes.push([args[0]?.code ?? "found", await byNode({ ca })]);
			}
			return codes;
		},
		[url, made.selfSigned.pem],
		{ NODE_EXTRA_CA_CERTS: made.ca.certFile },
	);
	const refused = "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
	const expected = [refused, refused, "found", "found", "found"];
	assert.deepEqual(
		result,
		expected.map((code) => [code, code]),
	);
});

test("rejectUnauthorized goes before NODE_TLS_REJECT_UNAUTHORIZED, and only false is a no", async (t) => {
	const { url } = await secureHost(t, made.selfSigned);
	const values = [undefined, true, false, 0, null, "false"];
	for (const [setting, expected] of [
		[undefined, ["no", "no", "yes", "no", "no", "no"]],
		["0", ["yes", "no", "yes", "no", "no", "no"]],
		["1", ["no", "no", "yes", "no", "no", "no"]],
	]) {
		const { result } = await inChild(
			async ({ subject, call }, url, values) => {
				const taken = [];
				for (const [rejectUnauthorized] of values) {
					const store = subject(url, { rejectUnauthorized });
					const { args } = await call(store, "get", "k");
					store.destroy();
					taken.push(args[0] ? "no" : "yes");
				}
				return taken;
			},
			// JSON has no undefined, but an empty array has no first element.
			[url, values.map((value) => (value === undefined ? [] : [value]))],
			setting === undefined ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: setting },
		);
		assert.deepEqual(result, expected, `with ${setting}`);
	}
});

test("servername is what a host is asked for, and what its certificate must be for", async (t) => {
	const altNames = [{ type: "dns", value: "etcd.example" }];
	const named = await issue("named", { by: made.ca, altNames });
	const asked = [];
	const SNICallback = (name, callback) => {
		asked.push(name);
		callback(null);
	};
	const { url } = await secureHost(t, named, { SNICallback });
	const ca = made.ca.pem;
	const servername = "etcd.example";
	assert.equal(await codeOf(t, url, { ca, servername }), "found");
	assert.ok(asked.length > 0 && asked.every((name) => name === servername));
	for (const options of [{ ca }, { ca, servername: "other.example" }]) {
		const code = "ERR_TLS_CERT_ALTNAME_INVALID";
		assert.equal(await codeOf(t, url, options), code);
		assert.equal((await askedByNode(url, options)).error.code, code);
	}
});

test("an address is no name to ask for", async (t) => {
	const asked = [];
	const SNICallback = (name, callback) => {
		asked.push(name);
		callback(null);
	};
	const { url } = await secureHost(t, made.good, { SNICallback });
	assert.equal(await codeOf(t, url, { ca: made.ca.pem }), "found");
	assert.deepEqual(asked, []);
});

const SECRET = "s3cr3t-s3cr3t";

/** Options that cannot be used, each with a secret. */
function unusableOptions() {
	const { pem: cert, tls } = made.good;
	const { key } = tls;
	const other = made.selfSigned.tls.key;
	const encrypted = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${SECRET}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
	const old = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${SECRET}\n-----END RSA PRIVATE KEY-----\n`;
	return [
		{ ca: SECRET },
		{ ca: [made.ca.pem, SECRET] },
		{ ca: 5 },
		{ ca: [{ pem: SECRET }] },
		{ cert },
		{ key },
		{ cert, key: other },
		{ cert, key: [key, other] },
		{ cert: SECRET, key },
		{ cert, key: SECRET },
		{ cert, key: cert },
		{ cert, key: encrypted },
		{ cert, key: old },
		{ cert, key: { pem: key, passphrase: SECRET } },
		{ servername: 5 },
		{ servername: "no name" },
		{ auth: "user:s3cr3t" },
		{ auth: ["user", SECRET] },
		{ auth: {} },
		{ auth: { user: 5, pass: SECRET } },
		{ auth: { user: "user", pass: 5 } },
	];
}

/** Whether an error is a TypeError that shows no secret. */
function isTypeErrorWithoutSecrets(err) {
	const shown = inspect(err, { showHidden: true });
	const secrets = [SECRET, "s3cr3t", made.good.tls.key.split("\n")[1]];
	for (const text of secrets) assert.ok(!shown.includes(text), shown);
	assert.ok(err instanceof TypeError);
	assert.equal(err.code, "ERR_INVALID_ARG_VALUE");
	return true;
}

test("options that cannot be used are thrown as a TypeError that does not show them", () => {
	for (const options of unusableOptions())
		assert.throws(
			() => subject("https://127.0.0.1:1", options),
			isTypeErrorWithoutSecrets,
			inspect(options).slice(0, 200),
		);
});

test("falsy options are none", async (t) => {
	const { url } = await hostOf(t, [FOUND]);
	for (const value of [undefined, null, "", 0, false]) {
		const options = { ca: value, cert: value, key: value, servername: value };
		assert.equal(await codeOf(t, url, options), "found");
	}
	for (const auth of [undefined, null, false])
		assert.equal(await codeOf(t, url, { auth }), "found");
});
