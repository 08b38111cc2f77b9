// Measures one workload on one subject, in a process of its own.

const { execFile } = require("node:child_process");
const path = require("node:path");
const { promisify } = require("node:util");

const CHILD_MS = 120_000;

/** The figures, or `{failed}`. */
async function figuresOf(subject, workload, url, options) {
	const args = [subject, workload.name, url, JSON.stringify(options)];
	try {
		const child = path.join(__dirname, "child.js");
		const { stdout } = await promisify(execFile)(
			...[process.execPath, [child, ...args], { timeout: CHILD_MS }],
		);
		return JSON.parse(stdout);
	} catch (err) {
		const why = err.stderr?.trim().split("\n").at(-1) || "no answer in time";
		return { failed: why };
	}
}

module.exports = { figuresOf };
