// What `npm test` runs: setup, then formatting, lints and tests of the Rust and the JS, the latter
// on each etcd there is, those of the packages, and an audit of the dependencies. `--js`: only the JS
// tests. Files or folders: only those, on each etcd.
const fs = require("node:fs");
const path = require("node:path");
const { audit } = require("./audit");
const { installFaketime } = require("./faketime");
const { ROOT, run } = require("./run");
const { setup } = require("./setup");

const TESTS = path.join(ROOT, "__test__");
const PACKAGES = path.join(TESTS, "packages");
// Run by `npm run test:packages`: it installs more than a gigabyte.
const ECOSYSTEM = path.join(TESTS, "ecosystem");
// Some files mostly wait, for a ttl or a refresh: more of them than there are cores.
const TEST_FLAGS = ["--test", "--test-concurrency=4", "--test-reporter=spec"];
const TIMEOUT_MS = 120_000;
// Those install packages.
const PACKAGES_TIMEOUT_MS = 900_000;
// What is written by a script, and must be written again when it is of something that has changed.
const WRITTEN = ["third-party", "api-docs"];
const CLIPPY = ["clippy", "--all-targets"];
const CORE = "--no-default-features";
const STRICT = ["--", "-D", "warnings"];

const CARGO_STEPS = [
	["fmt", "--check"],
	[...CLIPPY, ...STRICT],
	[...CLIPPY, CORE, ...STRICT],
	["test"],
	["test", CORE],
];

class StepFailed extends Error {
	constructor(name, code) {
		super(`failed: ${name} (exit code ${code})`);
		this.exitCode = code;
	}
}

async function step(name, command, args, env) {
	console.log(`\n== ${name}`);
	const code = await run(command, args, env);
	if (code !== 0) throw new StepFailed(name, code);
}

function tool(name, ...args) {
	const command = path.join(ROOT, "node_modules", ".bin", name);
	return step([name, ...args].join(" "), command, args);
}

function filesUnder(folder, suffix) {
	if (!fs.existsSync(folder)) return [];
	return fs
		.readdirSync(folder, { recursive: true })
		.filter((name) => name.endsWith(suffix))
		.filter((name) => !name.includes("node_modules"))
		.map((name) => path.join(folder, name))
		.sort();
}

function typeProjects() {
	const configs = filesUnder(path.join(TESTS, "types"), "tsconfig.json");
	return configs.map((file) => path.relative(ROOT, path.dirname(file)));
}

/** Resolves with the names of what could not be checked here. */
async function checkEverything() {
	for (const args of CARGO_STEPS)
		await step(`cargo ${args.join(" ")}`, "cargo", args);
	await tool("biome", "check", ".");
	for (const project of typeProjects()) await tool("tsc", "-p", project);
	for (const name of WRITTEN) {
		const script = path.join(__dirname, `${name}.js`);
		await step(`${name} --check`, process.execPath, [script, "--check"]);
	}
	// Shortened, so that it keeps working: its figures decide nothing.
	await step("bench", process.execPath, [path.join(ROOT, "bench"), "--short"]);
	return audit();
}

/** Whether a test is of the packages: it needs no second etcd. */
function isOfPackages(file) {
	const folders = [PACKAGES, ECOSYSTEM];
	return folders.some((folder) => file.startsWith(folder + path.sep));
}

function testFiles(named) {
	if (named.length === 0)
		return filesUnder(TESTS, ".test.js").filter((file) => !isOfPackages(file));
	// Resolved: the tests run in the project folder, whatever folder this was called from.
	const places = named.map((place) => path.resolve(place));
	const files = places.flatMap((place) => {
		const stat = fs.statSync(place, { throwIfNoEntry: false });
		return stat?.isFile() ? [place] : filesUnder(place, ".test.js");
	});
	if (files.length > 0) return files;
	throw new Error(`no tests in ${places.join(", ")}`);
}

async function testOn({ version, path: binary }, files) {
	// Not at the top: the support is for the tests, and setup is to fail first and in one line.
	const { startEtcd } = require("../__test__/support/etcd");
	const member = await startEtcd({ binary });
	const env = {
		ETCD_BIN: binary,
		ETCD_VERSION: version,
		ETCDJS_TEST_URL: member.url,
	};
	const limit = files.some(isOfPackages) ? PACKAGES_TIMEOUT_MS : TIMEOUT_MS;
	try {
		const args = [...TEST_FLAGS, `--test-timeout=${limit}`, ...files];
		await step(`tests on etcd ${version}`, process.execPath, args, env);
	} finally {
		await member.stop();
	}
}

function namedFiles(args) {
	const named = args.filter((arg) => arg !== "--js");
	const unknown = named.find((arg) => arg.startsWith("-"));
	if (unknown) throw new Error(`unknown option ${unknown}: there is only --js`);
	return named;
}

async function main(args) {
	const started = Date.now();
	const named = namedFiles(args);
	const isWhole = args.length === 0;
	const binaries = await setup({ published: isWhole });
	await installFaketime();
	const unchecked = isWhole ? await checkEverything() : [];
	const files = testFiles(named);
	for (const binary of binaries) await testOn(binary, files);
	if (isWhole) await testOn(binaries[0], filesUnder(PACKAGES, ".test.js"));
	const seconds = Math.round((Date.now() - started) / 1000);
	console.log(`\nPassed, in ${seconds} s.`);
	for (const name of unchecked) console.log(`Not checked: ${name}.`);
}

main(process.argv.slice(2)).catch((error) => {
	console.error(`\n${error.message}`);
	process.exitCode = error.exitCode ?? 1;
});
