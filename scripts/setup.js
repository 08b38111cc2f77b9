// Prepares a fresh checkout for the tests and the demo: toolchain, npm packages, the addon, etcd. Existing parts are kept.
// Uses only Node's own modules, because it runs before node_modules exists.
const path = require("node:path");
const { isDebug, isOld, place } = require("./addon");
const { buildTarget } = require("./build-target");
const { installEtcd } = require("./etcd");
const { installV3 } = require("./etcd-v3");
const { installFaketime } = require("./faketime");
const { ROOT, capture } = require("./run");
const { installPackages, runOrThrow } = require("./tools");

const OLDEST_NODE = 20;
const BUILD = path.join(__dirname, "build.js");
const CARGO = [
	"cargo",
	"Rust is missing: install it with rustup (the tool cargo)",
];
const LINKER = [
	"cc",
	"a C linker is missing: install gcc or clang (the command cc)",
];
// On Windows rustc finds the linker of Visual C++, which is on no PATH, and tells if it is missing.
const TOOLS = process.platform === "win32" ? [CARGO] : [CARGO, LINKER];

function checkNode() {
	const major = Number.parseInt(process.versions.node, 10);
	if (major >= OLDEST_NODE) return;
	throw new Error(
		`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or later`,
	);
}

async function checkTools() {
	for (const [tool, advice] of TOOLS) {
		try {
			await capture(tool, ["--version"]);
		} catch {
			throw new Error(advice);
		}
	}
}

/** Builds the addon if it is not up to date. `library`: the published addon, which replaces an old one or a debug build. */
async function provideAddon({ library, debug }) {
	if (library && (isOld() || isDebug())) place(library);
	const profile = debug ? ["--debug"] : [];
	// Not by npm, which is no program on Windows: npm.cmd needs a shell.
	if (isOld()) await runOrThrow(process.execPath, [BUILD, ...profile]);
}

async function checkMachine() {
	checkNode();
	await checkTools();
}

/** Prepares what needs neither an etcd nor an npm package. */
async function prepareAddon() {
	await checkMachine();
	await provideAddon({});
}

/**
 * Prepares all. `published`: uses the addon of the package for Linux x64, unless the checkout has a release build that is up to date.
 * `debug`: builds without optimisation. Resolves with the etcd binaries, as `installEtcd` does; rejects with a one-line error.
 */
async function setup({ published = false, debug = false } = {}) {
	await checkMachine();
	await installPackages(ROOT);
	const library = published ? await buildTarget() : undefined;
	await provideAddon({ library, debug });
	return installEtcd();
}

if (require.main === module) {
	setup()
		.then(installFaketime)
		.then(installV3)
		.catch((error) => {
			console.error(error.message);
			process.exitCode = 1;
		});
}

module.exports = { prepareAddon, setup };
