// Certificates, made by openssl in a folder that goes with the process. All are for 127.0.0.1,
// unless it says otherwise.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const DAY = 24 * 60 * 60 * 1000;
const HERE = "IP:127.0.0.1";
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
const CONFIG = `
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
rand_serial = yes
[any]
commonName = supplied
`;

let folder;

function openssl(...args) {
	return execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
}

function makeFolder() {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-certificates-"));
	process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
	fs.writeFileSync(path.join(folder, "ca.cnf"), CONFIG);
	fs.writeFileSync(path.join(folder, "index.txt"), "");
}

// `more`: certificates to send after the own one.
function files(name, more = []) {
	const certFile = path.join(folder, `${name}.pem`);
	const keyFile = path.join(folder, `${name}.key`);
	const cert = [certFile, ...more]
		.map((file) => fs.readFileSync(file))
		.join("");
	return { certFile, keyFile, tls: { cert, key: fs.readFileSync(keyFile) } };
}

function request(kind, name, subject, ...extensions) {
	const out = ["-keyout", `${name}.key`, "-out", `${name}.${kind}`];
	const added = extensions.flatMap((extension) => ["-addext", extension]);
	const self = kind === "pem" ? ["-x509", "-days", "30"] : [];
	openssl(
		...["req", ...self, ...KEY, "-nodes", "-subj", `/CN=${subject}`],
		...[...out, ...added],
	);
}

function time(days) {
	const text = new Date(Date.now() + days * DAY).toISOString();
	return `${text.replace(/[-:T]|\.\d+/g, "")}`;
}

function authority(name) {
	request("pem", name, name, "keyUsage=critical,keyCertSign");
	return files(name);
}

function signed(name, by, { altName = HERE, until = 30, chain = false } = {}) {
	request("csr", name, "etcd", `subjectAltName=${altName}`);
	openssl(
		...["ca", "-batch", "-notext", "-config", "ca.cnf", "-in", `${name}.csr`],
		...["-cert", by.certFile, "-keyfile", by.keyFile, "-out", `${name}.pem`],
		...["-startdate", time(-30), "-enddate", time(until)],
	);
	return files(name, chain ? [by.certFile] : []);
}

function selfSigned(name) {
	request("pem", name, "etcd", `subjectAltName=${HERE}`);
	return files(name);
}

function make() {
	makeFolder();
	const ca = authority("ca");
	const stranger = authority("stranger");
	return {
		ca,
		good: signed("good", ca),
		expired: signed("expired", ca, { until: -1 }),
		wrongName: signed("wrong-name", ca, { altName: "DNS:other.example" }),
		discovery: signed("discovery", ca, { altName: "DNS:discovery.etcd.io" }),
		selfSigned: selfSigned("self-signed"),
		unknownIssuer: signed("unknown-issuer", stranger),
		unknownChain: signed("unknown-chain", stranger, { chain: true }),
	};
}

let made;

/**
 * `{ca, good, expired, wrongName, discovery, selfSigned, unknownIssuer, unknownChain}`, each
 * `{certFile, keyFile, tls}`: PEM files, and both as options of https.createServer. The first five
 * are of `ca`; `discovery` is for discovery.etcd.io; the last two are of an authority that nobody knows,
 * the latter with its certificate.
 */
function certificates() {
	made ??= make();
	return made;
}

module.exports = { certificates };
