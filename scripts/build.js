// Builds the addon and puts it where index.js finds it: `etcdjs.node`.
// `--debug` builds it without optimising, which is quicker.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT, capture, run } = require("./run");

const LIBRARIES = {
	darwin: "libetcdjs.dylib",
	linux: "libetcdjs.so",
	win32: "etcdjs.dll",
};

/** Where cargo puts what it builds: a setting of cargo's may move it. */
async function targetFolder() {
	const args = ["metadata", "--format-version", "1", "--no-deps"];
	return JSON.parse(await capture("cargo", args)).target_directory;
}

async function build() {
	const isDebug = process.argv.includes("--debug");
	const profile = isDebug ? [] : ["--release"];
	const code = await run("cargo", ["build", "--lib", ...profile]);
	if (code !== 0) return code;
	const folder = isDebug ? "debug" : "release";
	const library = LIBRARIES[process.platform];
	const built = path.join(await targetFolder(), folder, library);
	const addon = path.join(ROOT, "etcdjs.node");
	// A running process may have the old file mapped: it keeps it, and the new one gets the name.
	fs.copyFileSync(built, `${addon}.new`);
	fs.renameSync(`${addon}.new`, addon);
	return 0;
}

build().then(
	(code) => {
		process.exitCode = code;
	},
	(error) => {
		console.error(error.message);
		process.exitCode = 1;
	},
);
