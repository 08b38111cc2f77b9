// `npm test`: sets up the checkout, then runs formatting, lints and tests of the Rust, lints and types of the JS, a check of
// generated files, the bench (shortened), an audit of the dependencies, the JS tests on each etcd and on the store in memory, and the
// tests of the packages.
//
// `--quick` gives a verdict on a change in less than two minutes on two cores. It builds the addon for debugging where it is
// not up to date, and runs the JS tests on the oldest etcd. It leaves out the long test files, which test-files.js names, the
// packages, the bench, the audit and the check of generated files.
// `--js` runs only the JS tests. Files or folders run only those tests. Both combine with `--quick`.
//
// The last lines say what ran, what was left out and why.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const memory = require("../__test__/support/memory-suites");
const v3 = require("../__test__/support/v3-suites");
const { audit } = require("./audit");
const { installV3 } = require("./etcd-v3");
const { installFaketime } = require("./faketime");
const { ROOT, run } = require("./run");
const { setup } = require("./setup");
const files = require("./test-files");
const { parseOptions } = require("./test-options");
const { summary } = require("./test-summary");

// Some files mostly wait for a ttl or a refresh, so more files run at a time than there are cores.
const TEST_FLAGS = ["--test", "--test-concurrency=4"];
const TALLY = path.join(__dirname, "test-reporter.js");
const TIMEOUT_MS = 120_000;
// The tests of the packages install packages.
const PACKAGES_TIMEOUT_MS = 900_000;
// The scripts that generate files. `--check` fails where the files must be generated again.
const GENERATORS = ["third-party", "api-docs"];
const CLIPPY = ["clippy", "--all-targets"];
const CORE = "--no-default-features";
const STRICT = ["--", "-D", "warnings"];

// A store in memory takes the place of this host, which does not exist.
const NO_HOST = "memory.invalid:2379";
const IN_MEMORY = {
	ETCD_API: "memory",
	ETCDJS_V3_HOSTS: NO_HOST,
	ETCDJS_TEST_URL: `http://${NO_HOST}`,
};
/** The titles that do not run on a store, by ETCD_API. */
const LEFT_TITLES = { memory: memory.TITLES, v3: v3.TITLES };

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

async function checkSources() {
	for (const args of CARGO_STEPS)
		await step(`cargo ${args.join(" ")}`, "cargo", args);
	await tool("biome", "check", ".");
	for (const project of files.typeProjects()) await tool("tsc", "-p", project);
}

/** Resolves with the reasons of the checks that could not be made here. */
async function checkRest() {
	for (const name of GENERATORS) {
		const script = path.join(__dirname, `${name}.js`);
		await step(`${name} --check`, process.execPath, [script, "--check"]);
	}
	// A short run proves that the bench works. Its figures decide nothing.
	await step("bench", process.execPath, [path.join(ROOT, "bench"), "--short"]);
	return audit();
}

/** The flags that report to the terminal, and the counts for the summary to `file`. */
function reporters(file) {
	const outputs = { spec: "stdout", [TALLY]: file };
	return Object.entries(outputs).flatMap(([reporter, destination]) => [
		`--test-reporter=${reporter}`,
		`--test-reporter-destination=${destination}`,
	]);
}

/** Runs test files; resolves with the counts of test-reporter.js. */
async function runTests(name, list, env) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-test-"));
	const tally = path.join(folder, "tally.json");
	const isOfPackages = list.some(files.isOfPackages);
	const limit = isOfPackages ? PACKAGES_TIMEOUT_MS : TIMEOUT_MS;
	const titles = Object.keys(LEFT_TITLES[env?.ETCD_API] ?? {});
	const pattern = v3.titlePattern(titles);
	const flags = [
		...TEST_FLAGS,
		...reporters(tally),
		`--test-timeout=${limit}`,
		...(pattern ? [`--test-name-pattern=${pattern}`] : []),
	];
	try {
		await step(name, process.execPath, [...flags, ...list], env);
		return JSON.parse(fs.readFileSync(tally, "utf8"));
	} finally {
		fs.rmSync(folder, { recursive: true });
	}
}

async function testOn({ version, path: binary, v2 }, list, env = {}) {
	// Required late, so that a failed setup is reported first, in one line.
	const { startEtcd } = require("../__test__/support/etcd/etcd");
	const member = await startEtcd({ binary, v2 });
	const ours = {
		ETCD_BIN: binary,
		ETCD_VERSION: version,
		ETCDJS_TEST_URL: member.url,
	};
	try {
		return await runTests(`tests on etcd ${version}`, list, {
			...(v2 === false ? { ETCDJS_V3_HOSTS: member.host } : {}),
			...env,
			...ours,
		});
	} finally {
		await member.stop();
	}
}

/** Runs the Rust tests that compare the store in memory with a real etcd, which they have to themselves. */
async function judgeMemory({ path: binary }) {
	const { startEtcd } = require("../__test__/support/etcd/etcd");
	const member = await startEtcd({ binary });
	const args = ["test", CORE, "--lib", "memory::tests::judge"];
	const env = { ETCDJS_TEST_URL: member.url };
	try {
		await step("the store in memory beside etcd", "cargo", args, env);
	} finally {
		await member.stop();
	}
}

/** The environment that shortens tests. What the caller has set counts before it. */
function shortening({ isQuick, named }) {
	const isShort = isQuick && named.length === 0;
	return isShort ? { ...files.SHORTENED, ...process.env } : {};
}

/** Runs the files of v3-suites.js on etcds that serve only the v3 API; resolves with their counts. */
async function runV3(options, servers, list) {
	const tallies = [];
	for (const server of servers) {
		const named = options.named.length > 0 ? list : undefined;
		const suites = files.filesOfV3(server.version, named);
		const env = { ...shortening(options), ETCD_API: "v3" };
		if (suites.length > 0)
			tallies.push(await testOn({ ...server, v2: false }, suites, env));
	}
	return tallies;
}

/** The files that this run runs on the store in memory. */
function memoryFiles(options, list) {
	if (!isOnEachStore(options)) return [];
	return files.filesOfMemory(options.named.length > 0 ? list : undefined);
}

/** Runs those files; resolves with their counts. */
async function runMemory(options, list) {
	const suites = memoryFiles(options, list);
	if (suites.length === 0) return [];
	return [await runTests("tests on the store in memory", suites, IN_MEMORY)];
}

/** Whether this run uses the other stores beside the v2 store. */
function isOnEachStore({ isQuick }) {
	return !isQuick && !process.env.ETCD_BIN;
}

/** Resolves with `{servers, missing}` as of `installV3`; empty if this run is not to use them. */
async function v3Servers(options) {
	const isWanted = v3.IS_ON && isOnEachStore(options);
	return isWanted ? installV3() : { servers: [], missing: [] };
}

/** Resolves with the counts of all JS tests: those on each of `binaries`, and those of the packages. */
async function runJs(options, { binaries, servers }, list) {
	const tallies = [];
	const isChosen = (file) =>
		options.named.length > 0 || files.isOfEachEtcd(file);
	for (const [i, binary] of binaries.entries()) {
		const own = i === 0 ? list : list.filter(isChosen);
		tallies.push(await testOn(binary, own, shortening(options)));
	}
	tallies.push(...(await runV3(options, servers, list)));
	if (servers.length > 0 && options.named.length === 0) {
		const name = "tests of the v3 API";
		tallies.push(await runTests(name, files.filesOfV3Alone(), {}));
	}
	tallies.push(...(await runMemory(options, list)));
	if (options.isWhole)
		tallies.push(await testOn(binaries[0], files.packageFiles()));
	return {
		tests: tallies.reduce((sum, { tests }) => sum + tests, 0),
		skipped: tallies.flatMap(({ skipped }) => skipped),
		seconds: Object.assign({}, ...tallies.map(({ seconds }) => seconds)),
	};
}

async function main(args) {
	const started = Date.now();
	const options = parseOptions(args);
	const { files: list, left: long } = files.testFiles(options);
	const { isJs, isQuick, isWhole } = options;
	const found = await setup({ published: isWhole, debug: isQuick });
	await installFaketime();
	const { servers, missing } = await v3Servers(options);
	if (!isJs) await checkSources();
	const unchecked = isWhole ? await checkRest() : [];
	if (isWhole) await judgeMemory(found[0]);
	for (const { name, why } of missing)
		unchecked.push(`etcd ${name} over the v3 API (${why})`);
	const binaries = isQuick ? found.slice(0, 1) : found;
	const counts = await runJs(options, { binaries, servers }, list);
	const used = [binaries, [...binaries, ...servers]];
	const [versions, all] = used.map(versionsOf);
	const installed = versionsOf(found);
	const took = Math.round((Date.now() - started) / 1000);
	const isInMemory = memoryFiles(options, list).length > 0;
	const stores = { installed, versions, all, isInMemory };
	const run = { options, ...stores, long, unchecked, took };
	console.log(`\n${summary({ ...run, ...counts }).join("\n")}`);
}

function versionsOf(binaries) {
	return binaries.map(({ version }) => version);
}

main(process.argv.slice(2)).catch((error) => {
	console.error(`\n${error.message}`);
	process.exitCode = error.exitCode ?? 1;
});
