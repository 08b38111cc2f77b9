// docs/compatibility.md and the tests that it names: each point has its tests, and each number in a title is a point.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const badInput = require("../differential/bad-input");
const differences = require("../differential/differences");
const json = require("../differential/json-differences");
const scripted = require("../differential/scripted-differences");

const TESTS = path.join(__dirname, "..");
const PAGE = path.join(TESTS, "..", "docs", "compatibility.md");
const POINTS = 41;
const HEADING = /^### (\d+)\. .+$/gm;
const NUMBERED_TITLE =
	/(?:\b(?:test|it|describe)\(|\btitle =)\s*["'`](\d+)\. /g;

/** The points of a page: [number, the test files that it names]. */
function pointsOf(page) {
	const [, ...parts] = page.split(/^### /m);
	return parts.map((part) => {
		const [number] = /^\d+/.exec(part);
		const [, list = ""] = /^Tests: ((?:.+\n?)+)/m.exec(part) ?? [];
		const files = [...list.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
		return [Number(number), files];
	});
}

function testFiles() {
	const names = fs.readdirSync(TESTS, { recursive: true });
	const tests = names.filter((name) => name.endsWith(".test.js"));
	return tests.filter((name) => !name.includes("node_modules")).sort();
}

/** The numbers with which titles of a test file begin. */
function numbersIn(file) {
	const source = fs.readFileSync(path.join(TESTS, file), "utf8");
	const numbers = [...source.matchAll(NUMBERED_TITLE)].map(([, n]) =>
		Number(n),
	);
	return new Set(numbers);
}

/** `number file` for each number that titles of a file begin with. */
function cited() {
	return testFiles().flatMap((file) => {
		const name = file.split(path.sep).join("/");
		return [...numbersIn(file)].map((number) => `${number} ${name}`);
	});
}

function named(points) {
	return points.flatMap(([n, files]) => files.map((file) => `${n} ${file}`));
}

const page = fs.readFileSync(PAGE, "utf8");
const points = pointsOf(page);
const numbers = points.map(([number]) => number);

test(`the page of compatibility has the points 1 to ${POINTS}, in order`, () => {
	const headings = [...page.matchAll(HEADING)].map(([, n]) => Number(n));
	const expected = Array.from({ length: POINTS }, (_, i) => i + 1);
	assert.deepEqual([headings, numbers], [expected, expected]);
});

test("each point of compatibility names test files", () => {
	const without = points.filter(([, files]) => files.length === 0);
	assert.deepEqual(without, []);
});

test("each test file that a point names has a title that begins with its number", () => {
	const titles = cited();
	const wrong = named(points).filter((pair) => !titles.includes(pair));
	assert.deepEqual(wrong, []);
});

test("each number that a title begins with is a point that names the file", () => {
	const pairs = named(points);
	const wrong = cited().filter((pair) => !pairs.includes(pair));
	assert.deepEqual(wrong, []);
});

test("each difference that the differential tests allow is one of a point, or of bad input", () => {
	const all = [differences, json, badInput, scripted];
	const cited = all.flatMap(({ ENTRIES }) => ENTRIES.map(({ point }) => point));
	const known = [...numbers, "bad input"];
	const wrong = cited.filter((point) => !known.includes(point));
	assert.deepEqual(wrong, []);
});
