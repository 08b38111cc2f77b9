// Installs the etcds of the tests that serve only the v3 API: 3.5 from Debian's package, 3.6 and 3.7 built from their Go modules,
// and etcdctl beside each of the built ones.
const fs = require("node:fs");
const path = require("node:path");
const { unpackPackage } = require("./debian");
const { binaryOf, installFrom, installedVersions } = require("./etcd-folder");
const { ROOT, capture } = require("./run");

const MODULES = path.join(ROOT, "__test__", "support", "etcd", "modules");
const DEBIAN = { version: "3.5.30", release: "sid" };
const PACKAGES = { etcd: "server", etcdctl: "etcdctl" };
const BUILD = ["build", "-trimpath", "-ldflags=-s -w"];

async function fromDebian(directory) {
	const root = await unpackPackage("etcd-server", directory, DEBIAN);
	return [path.join(root, "usr", "bin", "etcd")];
}

async function build(directory, source, name) {
	const program = path.join(directory, name);
	const pkg = `go.etcd.io/etcd/${PACKAGES[name]}/v3`;
	await capture("go", [...BUILD, "-o", program, pkg], { cwd: source });
	return program;
}

// A module with its own go.mod, and not `go install <package>@<version>`: that refuses a go.mod with replace directives.
async function fromModules(version, directory) {
	const source = path.join(MODULES, version);
	const names = Object.keys(PACKAGES);
	const programs = [];
	for (const name of names) programs.push(await build(directory, source, name));
	return programs;
}

const SOURCES = [
	{
		name: "3.5",
		from: `Debian's package etcd-server of ${DEBIAN.release}`,
		get: fromDebian,
		isIt: (version) => version.startsWith("3.5."),
	},
	...fs.readdirSync(MODULES).map((name) => ({
		name,
		from: "its Go modules: it takes one to three minutes",
		get: (directory) => fromModules(name, directory),
		isIt: (version) => version === name,
	})),
];

function installed({ isIt }) {
	return installedVersions("v3").find(isIt);
}

/** Resolves with `{name, version, path}`, or with `{name, why}` if the etcd cannot be had. */
async function provide(source) {
	const { name, from, get } = source;
	if (!installed(source)) {
		console.log(`getting etcd ${name} from ${from}`);
		try {
			await installFrom(get, "v3");
		} catch (error) {
			console.error(`no etcd ${name}: ${error.message}`);
			return { name, why: error.message };
		}
	}
	const version = installed(source);
	return { name, version, path: binaryOf(version, "v3") };
}

/** Installs missing binaries; resolves with `{servers, missing}`: `{version, path}`, the lowest version first, and `{name, why}`. */
async function installV3() {
	const all = [];
	for (const source of SOURCES) all.push(await provide(source));
	return {
		servers: all.filter((one) => one.path),
		missing: all.filter((one) => one.why),
	};
}

module.exports = { installV3 };
