// Where the tools of __test__/ecosystem/package.json are, which is installed on first use.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT } = require("../../../scripts/run");
const { installPackages } = require("../../../scripts/tools");

const FOLDER = path.join(ROOT, "__test__", "ecosystem");
const BINARIES = {
	bun: "@oven/bun-linux-x64/bin/bun",
	deno: "@deno/linux-x64-glibc/deno",
	"node 20": "node-20/bin/node",
	"node 22": "node-22/bin/node",
	"node 24": "node-24/bin/node",
	"node 26": "node-26/bin/node",
};

const install = () => installPackages(FOLDER);

/** A file of a tool. */
function tool(...segments) {
	return path.join(FOLDER, "node_modules", ...segments);
}

/** The binary of a runtime. Not all of them are executable before a script of theirs has run. */
function runtime(name) {
	const binary = tool(BINARIES[name]);
	fs.chmodSync(binary, 0o755);
	return binary;
}

const NODES = Object.keys(BINARIES).filter((name) => name.startsWith("node"));

module.exports = { NODES, install, runtime, tool };
