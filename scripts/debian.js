// Debian's packages, without root: downloaded and unpacked, not installed.
const fs = require("node:fs");
const path = require("node:path");
const { capture } = require("./run");

async function download(name, directory) {
	const get = () => capture("apt-get", ["download", name], { cwd: directory });
	try {
		await get();
	} catch (error) {
		if (process.getuid() !== 0) throw error;
		await capture("apt-get", ["update"]);
		await get();
	}
}

/**
 * Unpacks a package into a folder that has no other; resolves with the folder that stands for its `/`.
 * Installing it might start a service.
 */
async function unpackPackage(name, directory) {
	await download(name, directory);
	const file = fs.readdirSync(directory).find((name) => name.endsWith(".deb"));
	await capture("dpkg", ["-x", file, "root"], { cwd: directory });
	return path.join(directory, "root");
}

module.exports = { unpackPackage };
