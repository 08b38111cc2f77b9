// Builds the addon as it is published, into target/napi, for the Rust target that is named, or for
// Linux x64. For Linux it is linked by Zig, to need no newer glibc than Node.js itself, on any Linux.
// What is up to date is left alone.
const path = require("node:path");
const { isOld } = require("./addon");
const { BUILT, TARGETS } = require("./targets");
const tools = require("./tools");

const NAPI = path.join(tools.PACKAGING, "node_modules", "@napi-rs", "cli");
const GLIBC = "2.28";
const ZIGBUILD_VERSION = "0.24.1";
const RUSTFLAGS = "-C relro-level=partial";
const DEFAULT = "x86_64-unknown-linux-gnu";

/** Zig and what cargo calls it by, on PATH. */
async function crossEnvironment(libc) {
	const zig = await tools.installZig();
	const zigbuild = await tools.installCrate("cargo-zigbuild", ZIGBUILD_VERSION);
	const folders = [zig, zigbuild].map((binary) => path.dirname(binary));
	const env = { PATH: [...folders, process.env.PATH].join(path.delimiter) };
	// For musl, napi adds to this variable, which hides what .cargo/config.toml has.
	return libc === "musl" ? { ...env, RUSTFLAGS } : env;
}

async function napiBuild({ os, libc, triple }) {
	const isLinux = os === "linux";
	const target = libc === "glibc" ? `${triple}.${GLIBC}` : triple;
	const args = [
		...[path.join(NAPI, "dist", "cli.js"), "build", "--release"],
		...["--platform", "--no-js", "--output-dir", BUILT],
		...["--target", target, ...(isLinux ? ["--cross-compile"] : [])],
	];
	const env = isLinux ? await crossEnvironment(libc) : {};
	await tools.runOrThrow(process.execPath, args, env);
}

/** Resolves with the file of the addon for a Rust target. */
async function buildTarget(triple = DEFAULT) {
	const target = TARGETS.find((t) => t.triple === triple);
	if (!target) throw new Error(`${triple} is none of package.json's targets`);
	if (!isOld(target.file)) return target.file;
	await tools.installPackages(tools.PACKAGING);
	await tools.installTarget(triple);
	await napiBuild(target);
	return target.file;
}

if (require.main === module) {
	buildTarget(...process.argv.slice(2)).catch((error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
}

module.exports = { buildTarget };
