// The etcd binaries of the tests in the ignored folder .etcd: `<version>/etcd` serve the v2 API, `v3/<version>/etcd` only the v3 API.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT, capture } = require("./run");

const FOLDER = path.join(ROOT, ".etcd");
const FOLDERS = { v2: FOLDER, v3: path.join(FOLDER, "v3") };
const HOUR_MS = 60 * 60 * 1000;

function compareVersions(a, b) {
	return a.localeCompare(b, "en", { numeric: true });
}

/** The binary of a version, there or not. `name`: another program that is beside it, such as etcdctl. */
function binaryOf(version, api = "v2", name = "etcd") {
	return path.join(FOLDERS[api], version, name);
}

/** The versions that are installed for an API, lowest first. */
function installedVersions(api = "v2") {
	if (!fs.existsSync(FOLDERS[api])) return [];
	return fs
		.readdirSync(FOLDERS[api])
		.filter((name) => /^\d+\.\d+\.\d+/.test(name))
		.filter((name) => fs.existsSync(binaryOf(name, api)))
		.sort(compareVersions);
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

function removeInterrupted(folder) {
	for (const name of fs.readdirSync(folder)) {
		const directory = path.join(folder, name);
		const age = Date.now() - fs.statSync(directory).mtimeMs;
		if (name.startsWith(".new-") && age > HOUR_MS)
			fs.rmSync(directory, { recursive: true, force: true });
	}
}

// One rename gives a folder its final name: the folder is complete or missing.
async function place(programs, directory, folder) {
	for (const program of programs) fs.chmodSync(program, 0o755);
	const version = await versionOf(programs[0]);
	const ready = path.join(directory, "ready");
	fs.mkdirSync(ready);
	for (const program of programs)
		fs.renameSync(program, path.join(ready, path.basename(program)));
	try {
		fs.renameSync(ready, path.join(folder, version));
	} catch (error) {
		// Another process was first.
		if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
	}
}

/**
 * Installs the programs that `get(directory)` resolves with: paths in that empty folder, etcd's first. Several processes may do
 * so at a time. Rejects if the programs cannot be had.
 */
async function installFrom(get, api = "v2") {
	const folder = FOLDERS[api];
	fs.mkdirSync(folder, { recursive: true });
	removeInterrupted(folder);
	const directory = fs.mkdtempSync(path.join(folder, ".new-"));
	try {
		await place(await get(directory), directory, folder);
	} finally {
		fs.rmSync(directory, { recursive: true, force: true });
	}
}

module.exports = {
	binaryOf,
	etcdEnvironment,
	installFrom,
	installedVersions,
	versionOf,
};
