// The packages as they are published: that of this platform, which is built if need be, and those
// of the others with a stand-in for the addon.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { buildTarget } = require("../../scripts/build-target");
const { pack } = require("../../scripts/pack");
const { TARGETS } = require("../../scripts/targets");
const { own } = require("./reaper");
const { startRegistry } = require("./registry");

const PLATFORM = "etcdjs-linux-x64-gnu";

function standIn(folder, target) {
	const file = path.join(folder, target.library);
	fs.writeFileSync(file, "a stand-in");
	return { ...target, file };
}

/** Resolves with what `pack` does, in a folder that is gone when this process ends. */
async function packed() {
	const built = await buildTarget();
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-packed-"));
	own(folder, 0);
	const targets = TARGETS.map((target) =>
		target.file === built ? target : standIn(folder, target),
	);
	return pack(folder, targets);
}

/** Resolves with a registry that has packages of `packed`: see registry.js. */
function published([{ folder }]) {
	return startRegistry(path.dirname(folder));
}

async function publishedRegistry() {
	return published(await packed());
}

module.exports = { PLATFORM, packed, published, publishedRegistry };
