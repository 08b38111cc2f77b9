// What `npm test` runs by its options, and what its last lines say. See scripts/test.js.
const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { LONG, testFiles } = require("../../scripts/test-files");
const { parseOptions } = require("../../scripts/test-options");
const { summary } = require("../../scripts/test-summary");

const SCRIPTS = path.join(__dirname, "..", "..", "scripts");
const ARGUMENTS = [
	[],
	["--js"],
	["--quick"],
	["--js", "--quick"],
	["__test__/wait"],
	["--quick", "__test__/wait"],
];
const LONG_FILES = Object.keys(LONG).map((name) =>
	path.join(__dirname, "..", name),
);

/** The last lines of a run that has as much to say as a run can have. */
function lastLines(args) {
	const options = parseOptions(args);
	const skipped = Array.from({ length: 20 }, (_, i) => ({ name: `test ${i}` }));
	const seconds = Object.fromEntries(LONG_FILES.map((file) => [file, 60]));
	const { left: long } = testFiles(options);
	const [tests, took, unchecked] = [9, 90, ["one registry", "another"]];
	const versions = { installed: ["3.4.23"], versions: ["3.4.23"] };
	const counts = { tests, skipped, seconds, took, unchecked };
	return summary({ options, long, ...versions, ...counts });
}

/** Runs a test file with the reporter of `npm test`. */
function tallyOf(t, source) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-tally-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const file = path.join(folder, "sample.test.js");
	fs.writeFileSync(
		file,
		`const { test, describe } = require("node:test");${source}`,
	);
	const reporter = path.join(SCRIPTS, "test-reporter.js");
	const args = ["--test", `--test-reporter=${reporter}`, file];
	// Within a test, Node.js's runner would report to that test's own.
	const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
	return JSON.parse(spawnSync(process.execPath, args, { env }).stdout);
}

test("an option that npm test does not know is an error that names those it knows", () => {
	const args = [path.join(SCRIPTS, "test.js"), "--js", "--fast"];
	const { status, stderr } = spawnSync(process.execPath, args);
	assert.equal(status, 1);
	assert.match(`${stderr}`, /unknown option --fast: .*--js and --quick/);
});

test("without options everything is run, and with --js or files the JS tests alone", () => {
	const asked = ARGUMENTS.map((args) => parseOptions(args));
	const whole = asked.map(({ isWhole }) => isWhole);
	assert.deepEqual(whole, [true, false, false, false, false, false]);
	const js = asked.map(({ isJs }) => isJs);
	assert.deepEqual(js, [false, true, false, true, true, true]);
});

test("--quick leaves out the long files, and nothing else", () => {
	const all = testFiles(parseOptions([])).files;
	const { files, left } = testFiles(parseOptions(["--quick"]));
	assert.deepEqual(left, LONG_FILES.sort());
	assert.deepEqual([...files, ...left].sort(), all);
});

test("--quick runs a long file that is named", () => {
	const [long] = LONG_FILES;
	const { files, left } = testFiles(parseOptions(["--quick", long]));
	assert.deepEqual([files, left], [[long], []]);
});

test("a run ends with ten lines at most, and with the one that it passed", () => {
	for (const args of ARGUMENTS) {
		const lines = lastLines(args);
		assert.ok(lines.length <= 10, lines.join("\n"));
		assert.match(lines.at(-1), /^Passed, in 90 s\.$/);
	}
});

test("the last lines name the stores that the tests ran on", () => {
	const run = {
		options: parseOptions([]),
		tests: 9,
		skipped: [],
		unchecked: [],
	};
	const versions = { installed: ["3.4.23"], versions: ["3.4.23"] };
	const [first] = summary({ ...run, ...versions, isInMemory: true });
	assert.match(first, /9 JS tests on etcd 3.4.23, and on the store in memory;/);
});

test("the last lines name what was left out", () => {
	const whole = lastLines([]).join("\n");
	assert.match(whole, /^Left out: the addons of 7 other Rust targets/m);
	assert.match(whole, /^Not checked: one registry, another\.$/m);
	const quick = lastLines(["--quick"]).join("\n");
	const { length } = LONG_FILES;
	const long = `Left out by --quick: ${length} long test files`;
	assert.ok(quick.includes(long), quick);
	assert.match(quick, /^Skipped: test 0 \(no reason is given\)\.$/m);
});

test("tests are counted without their suites, and those that were skipped with their reasons", (t) => {
	const tally = tallyOf(
		t,
		`describe("a suite", () => { test("one", () => {}); test("two", () => {}); });
		test("three", { skip: "there is no go" }, () => {});`,
	);
	assert.equal(tally.tests, 2);
	const skipped = [{ name: "three", reason: "there is no go" }];
	assert.deepEqual(tally.skipped, skipped);
});
