// Installs the clients that the bench compares, where they are not installed yet.
const fs = require("node:fs");
const path = require("node:path");
const { run } = require("../scripts/run");

/** In ms; 0 if the file is missing. */
function changed(file) {
	return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function install() {
	const lock = path.join(__dirname, "package-lock.json");
	const installed = path.join(__dirname, "node_modules/.package-lock.json");
	if (changed(installed) >= changed(lock)) return;
	const code = await run("npm", ["ci", "--prefix", __dirname]);
	if (code !== 0) throw new Error(`npm ci --prefix bench failed (${code})`);
}

module.exports = { install };
