// Installs the tools of the scripts: npm packages, and crates and Zig in the ignored folder .tools. Existing tools are kept.
// Uses only Node's own modules, because it runs before node_modules exists.
const fs = require("node:fs");
const path = require("node:path");
const { unpackWheel } = require("./pypi");
const { ROOT, capture, run } = require("./run");

const FOLDER = path.join(ROOT, ".tools");
/** The folder whose package.json names the tools that build, serve and check the packages. */
const PACKAGING = path.join(ROOT, "packaging");
// Not `npm ci`: it needs the packages of other platforms in the lock file, which a registry may lack.
const TOLERANT = ["install", "--no-save"];
const ZIG_VERSION = "0.17.1";

async function runOrThrow(command, args, env) {
	const code = await run(command, args, env);
	if (code === 0) return;
	throw new Error(`failed: ${command} ${args.join(" ")} (exit code ${code})`);
}

/** In ms; -Infinity if the file is missing. */
function changed(file) {
	const stat = fs.statSync(file, { throwIfNoEntry: false });
	return stat ? stat.mtimeMs : Number.NEGATIVE_INFINITY;
}

/**
 * Installs the packages of the lock file in a folder, without install scripts. This project's own script would build the addon;
 * no other package needs its script.
 */
async function installPackages(folder) {
	const installed = path.join(folder, "node_modules", ".package-lock.json");
	if (changed(installed) >= changed(path.join(folder, "package-lock.json")))
		return;
	console.log(`installing the packages of ${folder}`);
	const how = folder === ROOT ? ["ci"] : TOLERANT;
	await runOrThrow("npm", [...how, "--ignore-scripts", "--prefix", folder]);
}

/**
 * Resolves with the binary of a crate. It is built without optimisation, which halves the build time; its run takes seconds.
 */
async function installCrate(name, version) {
	const root = path.join(FOLDER, `${name}-${version}`);
	const binary = path.join(root, "bin", name);
	if (fs.existsSync(binary)) return binary;
	console.log(`building ${name} ${version}: it takes a minute or two`);
	const args = ["install", "--quiet", "--locked", "--debug", "--root", root];
	const env = { CARGO_PROFILE_DEV_DEBUG: "0" };
	await runOrThrow("cargo", [...args, `${name}@${version}`], env);
	return binary;
}

/**
 * Resolves with a folder of .tools. If the folder is missing, `unpack` gets an empty folder and the final path, and resolves
 * with the folder to keep.
 */
async function installFolder(name, unpack) {
	const folder = path.join(FOLDER, name);
	if (fs.existsSync(folder)) return folder;
	fs.mkdirSync(FOLDER, { recursive: true });
	const directory = fs.mkdtempSync(path.join(FOLDER, ".new-"));
	try {
		fs.renameSync(await unpack(directory, folder), folder);
	} finally {
		fs.rmSync(directory, { recursive: true, force: true });
	}
	return folder;
}

/** Resolves with the binary of Zig, a C compiler and linker that contains the libc of each target. */
async function installZig() {
	const folder = await installFolder(
		`zig-${ZIG_VERSION}`,
		async (directory) => {
			console.log(`getting Zig ${ZIG_VERSION} from PyPI`);
			const wheel = await unpackWheel(`ziglang==${ZIG_VERSION}`, directory);
			const content = path.join(wheel, "ziglang");
			fs.chmodSync(path.join(content, "zig"), 0o755);
			return content;
		},
	);
	return path.join(folder, "zig");
}

/** Adds the standard library of a target by rustup if it is missing. */
async function installTarget(triple) {
	const args = ["--print", "target-libdir", "--target", triple];
	const folder = (await capture("rustc", args)).trim();
	if (!fs.existsSync(folder))
		await runOrThrow("rustup", ["target", "add", triple]);
}

module.exports = {
	PACKAGING,
	changed,
	installCrate,
	installFolder,
	installPackages,
	installTarget,
	installZig,
	runOrThrow,
};
