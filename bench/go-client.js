// etcd's own client for Go, as a program that measures itself: gets and sets alone.

const { execFile } = require("node:child_process");
const os = require("node:os");
const path = require("node:path");
const { promisify } = require("node:util");
const { KEY, VALUE } = require("./workloads");

const run = promisify(execFile);

/** Builds the program; resolves with its path, or with nothing where there is no Go. */
async function buildGoClient() {
	const program = path.join(os.tmpdir(), `etcdjs-bench-go-${process.pid}`);
	const args = ["build", "-trimpath", "-o", program, "."];
	try {
		await run("go", args, { cwd: path.join(__dirname, "go") });
		return program;
	} catch (err) {
		console.error(`without the Go client: ${err.message.trim()}`);
		return undefined;
	}
}

/** The figures of the Go client. */
async function goClient(program, url, { method, concurrency, calls }) {
	const sizes = [concurrency, calls].map(String);
	const args = [method, ...sizes, `/${KEY}`, VALUE, url];
	const { stdout } = await run(program, args);
	return JSON.parse(stdout);
}

module.exports = { buildGoClient, goClient };
