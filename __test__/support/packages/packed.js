// The packages as they are published: those of some platforms, built if need be, and those of the others with a
// stand-in for the addon.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { buildTarget } = require("../../../scripts/build-target");
const { pack } = require("../../../scripts/pack");
const { TARGETS } = require("../../../scripts/targets");
const { own } = require("../etcd/reaper");
const { startRegistry } = require("./registry");

const PLATFORM = "etcdjs-linux-x64-gnu";

function standIn(folder, target) {
	const file = path.join(folder, target.library);
	fs.writeFileSync(file, "a stand-in");
	return { ...target, file };
}

/**
 * Resolves with what `pack` does, in a folder that is gone when this process ends. `triples`: the Rust targets of the
 * platforms, instead of that of this one.
 */
async function packed(triples = [undefined]) {
	const built = [];
	for (const triple of triples) built.push(await buildTarget(triple));
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-packed-"));
	own(folder, 0);
	const targets = TARGETS.map((target) =>
		built.includes(target.file) ? target : standIn(folder, target),
	);
	return pack(folder, targets);
}

/** Resolves with a registry that has packages of `packed`: see registry.js. */
function published([{ folder }]) {
	return startRegistry(path.dirname(folder));
}

async function publishedRegistry(triples) {
	return published(await packed(triples));
}

module.exports = { PLATFORM, packed, published, publishedRegistry };
