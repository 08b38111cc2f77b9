// A program that forgets the package while a call is in flight, as a test runner does with its registry of modules.
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const path = require("node:path");
const { text } = require("node:stream/consumers");
const { test } = require("node:test");
const { node } = require("../support");
const { hostOf } = require("../support/lifetime");

const PROGRAM = path.join(__dirname, "programs", "forgotten.js");
/** In this time the program collects garbage often. */
const ANSWER_MS = 500;
const LIMIT_MS = 10_000;

test("a call in flight is answered although the modules of the package could be collected", async (t) => {
	const host = await hostOf(t, [
		{ body: node("/k", "v", 5), delay: ANSWER_MS },
	]);
	const args = ["--expose-gc", PROGRAM, host.url, "k"];
	const child = spawn(process.execPath, args, {
		timeout: LIMIT_MS,
		killSignal: "SIGKILL",
	});
	const [output, stderr] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
	]);
	assert.equal(output, "v", stderr);
});
