// The sizes of files and tests, and the folder of each test: a reader must find a behaviour, and see it whole.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");

const ROOT = path.join(__dirname, "..", "..");
const MOST_LINES = 300;
const MOST_LINES_OF_TEST = 40;
const GENERATED = ["src/v3/pb.rs"];
const FOLDERS = ["src", "bin", "lib", "scripts", "bench", "__test__"];

/** The source files below a folder, relative to the project. */
function sources(folder) {
	const names = fs.readdirSync(path.join(ROOT, folder), { recursive: true });
	const files = names.map((name) => `${folder}/${name}`.replaceAll("\\", "/"));
	const own = files.filter((file) => !file.includes("node_modules"));
	const written = own.filter((file) => !GENERATED.includes(file));
	return written.filter((file) => /\.(rs|js|ts)$/.test(file)).sort();
}

const linesOf = (file) =>
	fs.readFileSync(path.join(ROOT, file), "utf8").trimEnd().split("\n");

/** `[line, lines]` of each test: from its first line to the line that closes it, at the same indent. */
function testsIn(lines) {
	return lines.flatMap((line, at) => {
		const indent = /^(\t*)test\(/.exec(line)?.[1];
		if (indent === undefined) return [];
		const rest = lines.slice(at);
		const end = rest.findIndex((it) => it.startsWith(`${indent}}`));
		return end < 0 ? [] : [[at + 1, end + 1]];
	});
}

test(`no source file has more than ${MOST_LINES} lines`, () => {
	const files = FOLDERS.flatMap(sources);
	const long = files.filter((file) => linesOf(file).length > MOST_LINES);
	assert.deepEqual(long, []);
});

test(`no test has more than ${MOST_LINES_OF_TEST} lines`, () => {
	const files = sources("__test__").filter((it) => it.endsWith(".test.js"));
	const long = files.flatMap((file) => {
		const tests = testsIn(linesOf(file));
		const over = tests.filter(([, lines]) => lines > MOST_LINES_OF_TEST);
		return over.map(([line, lines]) => `${file}:${line}: ${lines} lines`);
	});
	assert.deepEqual(long, []);
});

test("a test of many lines is found, and its lines are counted", () => {
	const lines = ['\ttest("a", () => {', "\t\t1;", "\t});", "", "test(x);"];
	assert.deepEqual(testsIn(lines), [[1, 3]]);
});

test("each test file is in the folder of a behaviour", () => {
	const loose = sources("__test__").filter((it) => it.split("/").length < 3);
	assert.deepEqual(loose, []);
});
