// Builds the published addon for a Rust target into target/napi. The default target is Linux x64. Zig links the addons for
// Linux, so that they need no newer glibc than Node.js itself. An addon that is up to date is not built again.
const path = require("node:path");
const { isOld } = require("./addon");
const { BUILT, TARGETS } = require("./targets");
const tools = require("./tools");

const NAPI = path.join(tools.PACKAGING, "node_modules", "@napi-rs", "cli");
const GLIBC = "2.28";
const ZIGBUILD_VERSION = "0.24.1";
const RUSTFLAGS = "-C relro-level=partial";
const DEFAULT = "x86_64-unknown-linux-gnu";

/** The environment with Zig and cargo-zigbuild on PATH. */
async function crossEnvironment(libc) {
	const zig = await tools.installZig();
	const zigbuild = await tools.installCrate("cargo-zigbuild", ZIGBUILD_VERSION);
	const folders = [zig, zigbuild].map((binary) => path.dirname(binary));
	const env = { PATH: [...folders, process.env.PATH].join(path.delimiter) };
	// For musl, napi sets this variable, which overrides the flags in .cargo/config.toml.
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
