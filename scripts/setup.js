// Makes a fresh checkout ready for the tests and the demo: toolchain, npm packages, the addon, etcd.
// What is there already is left alone. Built-ins only: this runs before node_modules exists.
const fs = require("node:fs");
const path = require("node:path");
const { installEtcd } = require("./etcd");
const { installFaketime } = require("./faketime");
const { ROOT, capture, run } = require("./run");

const OLDEST_NODE = 20;
const TOOLS = [
	["cargo", "Rust is missing: install it with rustup (the tool cargo)"],
	["cc", "a C linker is missing: install gcc or clang (the command cc)"],
];

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

// In ms; -Infinity for what is not there.
function changed(...segments) {
	const stat = fs.statSync(path.join(ROOT, ...segments), {
		throwIfNoEntry: false,
	});
	return stat ? stat.mtimeMs : Number.NEGATIVE_INFINITY;
}

function sources() {
	const names = fs.readdirSync(path.join(ROOT, "src"), { recursive: true });
	const inSrc = names.map((name) => path.join("src", name));
	return ["Cargo.toml", "Cargo.lock", "build.rs", ...inSrc];
}

function packagesAreOld() {
	const installed = changed("node_modules", ".package-lock.json");
	return installed < changed("package-lock.json");
}

function addonIsOld() {
	const built = changed("etcdjs.node");
	return sources().some((name) => built < changed(name));
}

async function npm(what, ...args) {
	console.log(`${what}: npm ${args.join(" ")}`);
	const code = await run("npm", args);
	if (code !== 0) throw new Error(`npm ${args.join(" ")} failed (${code})`);
}

/** Resolves with the etcd binaries, as `installEtcd` does; rejects with a one-line error. */
async function setup() {
	checkNode();
	await checkTools();
	if (packagesAreOld()) await npm("installing the packages", "ci");
	if (addonIsOld()) await npm("building the addon", "run", "build");
	return installEtcd();
}

if (require.main === module) {
	setup()
		.then(installFaketime)
		.catch((error) => {
			console.error(error.message);
			process.exitCode = 1;
		});
}

module.exports = { setup };
