// Chains of certificates, and what this package and Node's own https say of each.
const assert = require("node:assert/strict");
const { generateKeyPairSync } = require("node:crypto");
const { call } = require("..");
const { certificate, name } = require("./der");
const { client, hostOf } = require("../lifetime");
const { node } = require("../hosts/host");
const { askedByNode } = require("./secure");

const FOUND = { body: node("/k", "v", 5) };
const CURVE = { namedCurve: "P-256" };

/** How many chains are tried at a time. */
const AT_ONCE = 8;

/** Node.js 24 and later adds it. Here the system's roots are trusted as it is. */
const ADVICE = /; if the root CA is installed locally, .*$/;

/**
 * A certificate with keys of its own: see `certificate` of der.js. `subject` is the DER of a name, or a common name;
 * `kind` are the arguments of `generateKeyPairSync`.
 */
function issue({ subject, kind = ["ec", CURVE], ...how }) {
	const keys = how.keys ?? generateKeyPairSync(...kind);
	const own = typeof subject === "string" ? name({ CN: subject }) : subject;
	const der = certificate({ ...how, keys, subject: own });
	return { subject: own, keys, der, pem: pemOf({ der }) };
}

function pemOf({ der }) {
	const lines = der.toString("base64").replace(/.{1,64}/g, "$&\n");
	return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}

function keyOf({ keys }) {
	return keys.privateKey.export({ type: "pkcs8", format: "pem" });
}

const pems = (certificates) => certificates.map(({ pem }) => pem);

/**
 * Serves a chain, and asks for it through this package and through Node's https: `{error, byNode}`. `sent` is the
 * chain, the leaf first; `ca` is trusted; `host` is what the leaf must be for.
 */
async function judged(t, { sent, ca, host = "127.0.0.1", tls }) {
	const cert = pems(sent).join("");
	// The server may have what its clients refuse.
	const served = {
		cert,
		key: keyOf(sent[0]),
		ciphers: "DEFAULT:@SECLEVEL=0",
		...tls,
	};
	const { port, close } = await hostOf(t, [FOUND], { tls: served });
	const isName = /[a-z]/.test(host);
	const url = `https://127.0.0.1:${port}`;
	const options = { ca: pems(ca), ...(isName && { servername: host }) };
	const [{ args }, byNode] = await Promise.all([
		call(client(t, url, options), "get", "k"),
		askedByNode(url, options),
	]);
	await close();
	return { error: args[0], byNode: byNode.error };
}

const verdict = (error) =>
	error ? `${error.code}: ${error.message.replace(ADVICE, "")}` : "taken";

/** Runs an action for each of these, some at a time. */
async function forEach(items, action) {
	const rest = [...items];
	const work = async () => {
		for (let item = rest.shift(); item; item = rest.shift()) await action(item);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Fails with all chains of these, `[what, chain]`, on which Node.js has another verdict, code or message. */
async function assertJudgedAsByNode(t, chains) {
	const differences = [];
	await forEach(chains, async ([what, chain]) => {
		const { error, byNode } = await judged(t, chain);
		const [own, expected] = [verdict(error), verdict(byNode)];
		if (own !== expected)
			differences.push(`${what}: ${own}, in Node.js ${expected}`);
	});
	assert.deepEqual(differences, []);
}

module.exports = { assertJudgedAsByNode, forEach, issue, judged, keyOf, pemOf };
