// Certificates, in a folder that goes with the process. All are for 127.0.0.1, unless it says otherwise.
require("reflect-metadata");
const { webcrypto } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { after, before } = require("node:test");
const x509 = require("@peculiar/x509");

const DAY = 24 * 60 * 60 * 1000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const HERE = { type: "ip", value: "127.0.0.1" };

x509.cryptoProvider.set(webcrypto);

let folder;

function makeFolder() {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-certificates-"));
	process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
}

function inDays(days) {
	return new Date(Date.now() + days * DAY);
}

async function makeKeys() {
	const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, [
		"sign",
		"verify",
	]);
	const exported = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
	return { keys, keyPem: x509.PemConverter.encode(exported, "PRIVATE KEY") };
}

/** Writes a certificate; `more` are those to send after it. */
function write(name, certificate, { keys, keyPem }, more = []) {
	const certFile = path.join(folder, `${name}.pem`);
	const keyFile = path.join(folder, `${name}.key`);
	const pem = `${certificate.toString("pem")}\n`;
	fs.writeFileSync(certFile, pem);
	fs.writeFileSync(keyFile, keyPem);
	const cert = [pem, ...more].join("");
	return {
		certFile,
		keyFile,
		tls: { cert, key: keyPem },
		pem,
		keys,
		certificate,
	};
}

function named(altNames) {
	return new x509.SubjectAlternativeNameExtension(altNames);
}

function extensionsOf({ altNames, isAuthority, usages }) {
	const authority = [
		new x509.BasicConstraintsExtension(true, undefined, true),
		new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
	];
	return [
		...(isAuthority ? authority : []),
		...(altNames.length > 0 ? [named(altNames)] : []),
		...(usages ? [new x509.ExtendedKeyUsageExtension(usages)] : []),
	];
}

function generate({ subject, by, from, until, keys, ...rest }) {
	const common = {
		notBefore: inDays(from),
		notAfter: inDays(until),
		signingAlgorithm: ALGORITHM,
		extensions: extensionsOf(rest),
	};
	if (!by)
		return x509.X509CertificateGenerator.createSelfSigned({
			...{ ...common, name: `CN=${subject}`, keys },
		});
	return x509.X509CertificateGenerator.create({
		...{ ...common, subject: `CN=${subject}`, issuer: by.certificate.subject },
		publicKey: keys.publicKey,
		signingKey: by.keys.privateKey,
	});
}

/**
 * Makes a certificate: signed by the key of `by`, or by its own; valid `from` these days to those (`until`); `isAuthority`
 * for one that may sign others; `usages` as object identifiers; `chain` are certificates to send after it.
 */
async function issue(
	name,
	{ subject = "etcd", altNames = [HERE], from = -30, until = 30, ...rest } = {},
) {
	if (!folder) makeFolder();
	const made = await makeKeys();
	const { chain = [], ...how } = rest;
	const all = { subject, altNames, from, until, ...how, keys: made.keys };
	const certificate = await generate(all);
	const more = chain.map(({ pem }) => pem);
	return write(name, certificate, made, more);
}

/** The PEM of a certificate for a public key that was made elsewhere (DER), signed by the key of `by`. */
async function issueFor(spki, by) {
	const certificate = await x509.X509CertificateGenerator.create({
		subject: "CN=client",
		issuer: by.certificate.subject,
		publicKey: new x509.PublicKey(spki),
		signingKey: by.keys.privateKey,
		signingAlgorithm: ALGORITHM,
		notBefore: inDays(-30),
		notAfter: inDays(30),
	});
	return certificate.toString("pem");
}

function authority(name, how) {
	const own = { subject: name, altNames: [], isAuthority: true };
	return issue(name, { ...own, ...how });
}

async function make() {
	const ca = await authority("ca");
	const stranger = await authority("stranger");
	const other = { type: "dns", value: "other.example" };
	const service = { type: "dns", value: "discovery.etcd.io" };
	const by = (by, how) => ({ by, ...how });
	return {
		ca,
		good: await issue("good", by(ca)),
		expired: await issue("expired", by(ca, { until: -1 })),
		notYetValid: await issue("not-yet-valid", by(ca, { from: 1 })),
		wrongName: await issue("wrong-name", by(ca, { altNames: [other] })),
		discovery: await issue("discovery", by(ca, { altNames: [service] })),
		selfSigned: await issue("self-signed"),
		selfSignedOther: await issue("other", { altNames: [other] }),
		unknownIssuer: await issue("unknown-issuer", by(stranger)),
		unknownChain: await issue(
			"unknown-chain",
			by(stranger, { chain: [stranger] }),
		),
	};
}

let made;

/**
 * Resolves with `{ca, good, expired, notYetValid, wrongName, discovery, selfSigned, selfSignedOther, unknownIssuer,
 * unknownChain}`, each `{certFile, keyFile, tls}`: PEM files, and both as options of https.createServer.
 * The first six are of `ca`; `discovery` is for discovery.etcd.io, `selfSignedOther` for another name, too; the last two
 * are of an authority that nobody knows, the latter with its certificate.
 */
function certificates() {
	made ??= make();
	return made;
}

/** In the tests of this file, clients without an option `ca` trust the authority of these certificates. */
function trustCertificates() {
	const { NODE_EXTRA_CA_CERTS } = process.env;
	before(async () => {
		process.env.NODE_EXTRA_CA_CERTS = (await certificates()).ca.certFile;
	});
	after(() => {
		if (NODE_EXTRA_CA_CERTS)
			process.env.NODE_EXTRA_CA_CERTS = NODE_EXTRA_CA_CERTS;
		else delete process.env.NODE_EXTRA_CA_CERTS;
	});
}

module.exports = {
	authority,
	certificates,
	issue,
	issueFor,
	trustCertificates,
};
