// Certificates, in a folder that goes with the process. All are for 127.0.0.1, unless it says otherwise.
require("reflect-metadata");
const { webcrypto } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
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

function named(altName) {
	return new x509.SubjectAlternativeNameExtension([altName]);
}

async function selfSigned(name, subject, ...extensions) {
	const made = await makeKeys();
	const certificate = await x509.X509CertificateGenerator.createSelfSigned({
		...{ name: `CN=${subject}`, keys: made.keys, extensions },
		...{ notBefore: inDays(-30), notAfter: inDays(30) },
		signingAlgorithm: ALGORITHM,
	});
	return write(name, certificate, made);
}

function authority(name) {
	return selfSigned(
		...[name, name],
		new x509.BasicConstraintsExtension(true, undefined, true),
		new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
	);
}

async function signed(
	name,
	by,
	{ altName = HERE, from = -30, until = 30, chain } = {},
) {
	const made = await makeKeys();
	const certificate = await x509.X509CertificateGenerator.create({
		subject: "CN=etcd",
		issuer: by.certificate.subject,
		publicKey: made.keys.publicKey,
		signingKey: by.keys.privateKey,
		signingAlgorithm: ALGORITHM,
		notBefore: inDays(from),
		notAfter: inDays(until),
		extensions: [named(altName)],
	});
	return write(name, certificate, made, chain ? [by.pem] : []);
}

async function make() {
	makeFolder();
	const ca = await authority("ca");
	const stranger = await authority("stranger");
	const other = { type: "dns", value: "other.example" };
	const service = { type: "dns", value: "discovery.etcd.io" };
	return {
		ca,
		good: await signed("good", ca),
		expired: await signed("expired", ca, { until: -1 }),
		notYetValid: await signed("not-yet-valid", ca, { from: 1 }),
		wrongName: await signed("wrong-name", ca, { altName: other }),
		discovery: await signed("discovery", ca, { altName: service }),
		selfSigned: await selfSigned("self-signed", "etcd", named(HERE)),
		selfSignedOther: await selfSigned("other", "etcd", named(other)),
		unknownIssuer: await signed("unknown-issuer", stranger),
		unknownChain: await signed("unknown-chain", stranger, { chain: true }),
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

module.exports = { certificates };
