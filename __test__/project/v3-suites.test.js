// The list of the test files that run on the v3 API has each file, with a reason where it does not run.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const suites = require("../support/v3-suites");

const TESTS = path.join(__dirname, "..");
const names = fs
	.readdirSync(TESTS, { recursive: true })
	.filter((name) => name.endsWith(".test.js") && !/node_modules/.test(name))
	.map((name) => name.replace(/\.test\.js$/, "").replaceAll(path.sep, "/"));

test("each test file runs on etcd 3.6.16 over the v3 API or has a reason why not", () => {
	const run = suites.suitesFor("3.6.16");
	const both = names.filter(
		(name) => run.includes(name) === Boolean(suites.reasonOf(name)),
	);
	assert.deepEqual(both, []);
});

test("the list names only files and folders that exist", () => {
	const folders = names.map((name) => name.split("/")[0]);
	const known = [...names, ...folders];
	const listed = [
		...suites.suitesFor("3.6.16"),
		...Object.keys(suites.LEFT_OUT),
	];
	assert.deepEqual(
		listed.filter((name) => !known.includes(name)),
		[],
	);
});

test("the other etcds run a part of those files", () => {
	const all = suites.suitesFor("3.6.16");
	for (const name of suites.suitesFor("3.7.3")) assert.ok(all.includes(name));
});

test("the pattern of titles matches all titles but those left out", () => {
	const text = suites.titlePattern(["5. a (b)", "c"]);
	const pattern = new RegExp(text.slice(1, -1));
	const titles = ["<root>", "5. a (b) and more", "c", "5. a", "b c"];
	const left = titles.filter((title) => pattern.test(title));
	assert.deepEqual(left, ["5. a", "b c"]);
	assert.equal(suites.titlePattern([]), undefined);
});
