// Builds the addon for this machine and puts it where lib/addon.js finds it: `etcdjs.node`.
// `--debug` builds without optimisation, which is quicker. `--if-old` builds only if the addon is not up to date.
const path = require("node:path");
const { isOld, place } = require("./addon");
const { capture, run } = require("./run");

const LIBRARIES = {
	darwin: "libetcdjs.dylib",
	linux: "libetcdjs.so",
	win32: "etcdjs.dll",
};

/** Cargo's target folder, which cargo's configuration may move. Rejects if cargo is missing. */
async function targetFolder() {
	const args = ["metadata", "--format-version", "1", "--no-deps"];
	return JSON.parse(await capture("cargo", args)).target_directory;
}

async function build() {
	if (process.argv.includes("--if-old") && !isOld()) return 0;
	const isDebug = process.argv.includes("--debug");
	const profile = isDebug ? [] : ["--release"];
	const target = await targetFolder();
	const code = await run("cargo", ["build", "--lib", ...profile]);
	if (code !== 0) return code;
	const folder = isDebug ? "debug" : "release";
	const library = LIBRARIES[process.platform];
	place(path.join(target, folder, library));
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
