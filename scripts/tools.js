// Installs what the scripts work with: npm packages, and crates and Zig into the ignored folder
// .tools. What is there already is left alone. Built-ins only: this runs before node_modules exists.
const fs = require("node:fs");
const path = require("node:path");
const { unpackWheel } = require("./pypi");
const { ROOT, capture, run } = require("./run");

const FOLDER = path.join(ROOT, ".tools");
/** Whose package.json names what makes, serves and checks the packages. */
const PACKAGING = path.join(ROOT, "packaging");
// As the lock file says, but `npm ci` also wants in it what is for other platforms alone, and a
// registry need not have that.
const TOLERANT = ["install", "--no-save"];
const ZIG_VERSION = "0.17.1";

async function runOrThrow(command, args, env) {
	const code = await run(command, args, env);
	if (code === 0) return;
	throw new Error(`failed: ${command} ${args.join(" ")} (exit code ${code})`);
}

/** In ms; -Infinity for what is not there. */
function changed(file) {
	const stat = fs.statSync(file, { throwIfNoEntry: false });
	return stat ? stat.mtimeMs : Number.NEGATIVE_INFINITY;
}

/**
 * Installs what the lock file in a folder names. Without scripts: that of this project builds the
 * addon, which is for whoever installs a checkout, and no other package here needs its own.
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
 * Resolves with the binary of a crate. Not optimised: that halves the time of the build, and what
 * it does takes seconds.
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
 * Resolves with a folder of .tools. What is not there, `unpack` makes: it is given an empty folder and the place where
 * the folder will be, and resolves with that folder.
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

/** Resolves with the binary of Zig, a C compiler and linker that brings the libc of each target. */
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

/** Has rustup add the standard library of a target, where it is not there. */
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
