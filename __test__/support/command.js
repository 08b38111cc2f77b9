// The command `etcdjs` in a process of its own.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const path = require("node:path");
const { text } = require("node:stream/consumers");

const COMMAND = path.join(__dirname, "..", "..", "bin", "etcdjs.js");
const LIMIT_MS = 60_000;

/** Starts `etcdjs`: its process, and `ended`, which resolves with `{code, signal, stdout, stderr}`. */
function start(t, args) {
	const child = spawn(process.execPath, [COMMAND, ...args], {
		stdio: ["ignore", "pipe", "pipe"],
		timeout: LIMIT_MS,
		killSignal: "SIGKILL",
	});
	t.after(() => child.kill("SIGKILL"));
	return { child, ended: ending(child) };
}

/** Runs `etcdjs` to its end. */
function command(t, ...args) {
	return start(t, args).ended;
}

async function ending(child) {
	const [stdout, stderr, [code, signal]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, "close"),
	]);
	return { code, signal, stdout, stderr };
}

module.exports = { COMMAND, command, start };
