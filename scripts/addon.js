// The addon that lib/addon.js finds in a checkout, and what it is built of.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT } = require("./run");
const { changed } = require("./tools");

const ADDON = path.join(ROOT, "etcdjs.node");

function sources() {
	const names = fs.readdirSync(path.join(ROOT, "src"), { recursive: true });
	const inSrc = names.map((name) => path.join("src", name));
	const settings = path.join(".cargo", "config.toml");
	return ["Cargo.toml", "Cargo.lock", settings, "build.rs", ...inSrc];
}

/** Whether a file that was built here is not there, or older than what it is built of. */
function isOld(file = ADDON) {
	const built = changed(file);
	return sources().some((name) => built < changed(path.join(ROOT, name)));
}

/** Whether the addon is a debug build. A release build has no debug information. */
function isDebug() {
	return fs.existsSync(ADDON) && fs.readFileSync(ADDON).includes(".debug_info");
}

/** A running process may have the old addon mapped: it keeps it, and the new one gets the name. */
function place(built) {
	fs.copyFileSync(built, `${ADDON}.new`);
	fs.renameSync(`${ADDON}.new`, ADDON);
}

module.exports = { isDebug, isOld, place };
