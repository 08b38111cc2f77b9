// The tests of docs/testing.md for Vitest and for Jest, as the page has them, on the versions of runners/package-lock.json.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { before, test } = require("node:test");
const { stripVTControlCharacters } = require("node:util");
const { installPackages } = require("../../scripts/tools");
const { OF_RUNNERS, service } = require("../support/packages/service");

const RUNNERS = path.join(__dirname, "runners");

before(() => installPackages(RUNNERS));

const tool = (...segments) => path.join(RUNNERS, "node_modules", ...segments);

/** Runs a runner in the folder of a service; resolves with its stdout and stderr without colours. */
async function run(user, ...args) {
	const command = [process.execPath, ...args];
	const output = await user.run("sh", [
		"-c",
		'exec "$0" "$@" 2>&1',
		...command,
	]);
	return stripVTControlCharacters(output);
}

test("the tests of the page pass with Vitest", async (t) => {
	const user = service(t, "// leader.js\n", ...OF_RUNNERS);
	fs.symlinkSync(tool("vitest"), user.path("node_modules", "vitest"));
	const output = await run(user, tool("vitest", "vitest.mjs"), "run");
	assert.match(output, /Tests +2 passed \(2\)/);
});

test("the tests of the page pass with Jest, which finds no open handles", async (t) => {
	const user = service(t, "// leader.js\n", ...OF_RUNNERS);
	user.write("package.json", {});
	const jest = tool("jest", "bin", "jest.js");
	const output = await run(
		user,
		jest,
		"__tests__",
		"--ci",
		"--detectOpenHandles",
	);
	assert.match(output, /Tests: +1 passed, 1 total/);
	assert.doesNotMatch(output, /open handle|did not exit/);
});
