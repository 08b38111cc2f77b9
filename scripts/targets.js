// The Rust targets that have a package, and the names derived from them.
const path = require("node:path");
const { ROOT } = require("./run");

const { name, napi } = require("../package.json");

const CPUS = { aarch64: "arm64", x86_64: "x64" };
const SYSTEMS = { darwin: "darwin", linux: "linux", windows: "win32" };
const LIBCS = { gnu: "glibc", musl: "musl" };
const BUILT = path.join(ROOT, "target", "napi");

/** The `os`, `cpu` and `libc` of npm for a Rust target, and the names of its package. */
function target(triple) {
	const [cpu, , system, abi] = triple.split("-");
	const parts = [SYSTEMS[system], CPUS[cpu], abi].filter(Boolean);
	const library = `${napi.binaryName}.${parts.join("-")}.node`;
	return {
		triple,
		os: SYSTEMS[system],
		cpu: CPUS[cpu],
		libc: LIBCS[abi],
		packageName: `${name}-${parts.join("-")}`,
		library,
		/** The addon that build-target.js builds. */
		file: path.join(BUILT, library),
	};
}

module.exports = { BUILT, TARGETS: napi.targets.map(target) };
