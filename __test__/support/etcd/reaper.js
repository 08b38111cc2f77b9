// Sees to it that no etcd and no data folder outlives the process that started it. On a normal end
// the exit event does it; a second process, whose stdin ends with ours however we die, does the rest
// (node --test ends a file that takes too long by a signal, and then there is no exit event).
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const readline = require("node:readline");

const owned = new Map();
let second;

function killQuietly(pid) {
	try {
		process.kill(pid, "SIGKILL");
	} catch {
		// it has ended already
	}
}

function reapAll() {
	for (const pid of owned.values()) if (pid) killQuietly(pid);
	for (const directory of owned.keys()) removeFolder(directory);
	owned.clear();
}

// Retried: a killed etcd may still finish its last write while its folder goes.
function removeFolder(directory) {
	fs.rmSync(directory, {
		recursive: true,
		force: true,
		maxRetries: 20,
		retryDelay: 20,
	});
}

function startSecond() {
	process.on("exit", reapAll);
	second = spawn(process.execPath, [__filename], {
		detached: true,
		env: {},
		stdio: ["pipe", "ignore", "ignore"],
	});
	second.stdin.on("error", () => {});
	second.stdin.unref();
	second.unref();
}

function tell(message) {
	if (!second) startSecond();
	second.stdin.write(`${JSON.stringify(message)}\n`);
}

/** Remembers a data folder and the process that uses it (0: none at present). */
function own(directory, pid) {
	owned.set(directory, pid);
	tell({ directory, pid });
}

/** Removes the folder now; its process has ended. */
function disown(directory) {
	removeFolder(directory);
	owned.delete(directory);
	tell({ directory, gone: true });
}

function serve() {
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
		process.on(signal, () => {});
	const lines = readline.createInterface({ input: process.stdin });
	lines.on("line", (line) => {
		const { directory, pid, gone } = JSON.parse(line);
		if (gone) owned.delete(directory);
		else owned.set(directory, pid);
	});
	lines.on("close", reapAll);
}

if (require.main === module) serve();

module.exports = { own, disown };
