// The list of the test files that run on the store in memory has each file, with a reason where it does not run.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const suites = require("../support/memory-suites");

const TESTS = path.join(__dirname, "..");
const names = fs
	.readdirSync(TESTS, { recursive: true })
	.filter((name) => name.endsWith(".test.js") && !/node_modules/.test(name))
	.map((name) => name.replace(/\.test\.js$/, "").replaceAll(path.sep, "/"));

test("each test file runs on the store in memory or has a reason why not", () => {
	const both = names.filter(
		(name) => suites.FILES.includes(name) === Boolean(suites.reasonOf(name)),
	);
	assert.deepEqual(both, []);
});

test("the list names only files and folders that exist", () => {
	const known = [...names, ...names.map((name) => name.split("/")[0])];
	const listed = [...suites.FILES, ...Object.keys(suites.LEFT_OUT)];
	assert.deepEqual(
		listed.filter((name) => !known.includes(name)),
		[],
	);
});

test("each title that is left out begins a title of a file that runs", () => {
	const texts = suites.FILES.map((name) =>
		fs.readFileSync(path.join(TESTS, `${name}.test.js`), "utf8"),
	);
	const [made, whole] = [/\$\{.*?\}/g, /test\(\s*[`"](.*?)[`"],/g];
	const titles = texts.flatMap((text) =>
		[...text.matchAll(whole)].map(([, title]) => title.split(made)[0]),
	);
	const unknown = Object.keys(suites.TITLES).filter(
		(title) =>
			!titles.some(
				(it) => it && (it.startsWith(title) || title.startsWith(it)),
			),
	);
	assert.deepEqual(unknown, []);
});
