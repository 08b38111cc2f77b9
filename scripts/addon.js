// The addon of a checkout, `etcdjs.node`, and the sources that it is built from.
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

/** Whether a built file is missing, or older than its sources. */
function isOld(file = ADDON) {
	const built = changed(file);
	return sources().some((name) => built < changed(path.join(ROOT, name)));
}

/** Whether the addon is a debug build. A release build has no debug information. */
function isDebug() {
	return fs.existsSync(ADDON) && fs.readFileSync(ADDON).includes(".debug_info");
}

/** Renames the new addon into place. A running process may have the old file mapped, and keeps it. */
function place(built) {
	fs.copyFileSync(built, `${ADDON}.new`);
	fs.renameSync(`${ADDON}.new`, ADDON);
}

module.exports = { isDebug, isOld, place };
