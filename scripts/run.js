// Runs commands for the scripts, each in its own process group: a signal to the script ends the command and every process that
// the command started. Uses only Node's own modules, because it runs before node_modules exists.
const { execFile, spawn } = require("node:child_process");
const os = require("node:os");
const path = require("node:path");
const { promisify } = require("node:util");

const ROOT = path.join(__dirname, "..");
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const GRACE_MS = 5000;
/** Windows has none. There Ctrl+C ends each process of the console, and a detached process would have no console. */
const HAS_GROUPS = process.platform !== "win32";

const execFileAsync = promisify(execFile);

function signalGroup(child, signal) {
	if (!HAS_GROUPS) return void child.kill("SIGKILL");
	try {
		process.kill(-child.pid, signal);
	} catch (error) {
		if (error.code !== "ESRCH") throw error;
	}
}

function forwardSignals(child, onSignal) {
	const forward = (signal) => {
		onSignal(signal);
		signalGroup(child, signal);
		setTimeout(signalGroup, GRACE_MS, child, "SIGKILL").unref();
	};
	for (const signal of SIGNALS) process.on(signal, forward);
	return () => {
		for (const signal of SIGNALS) process.off(signal, forward);
	};
}

/** Runs a command on this terminal; resolves with its exit code. A signal ends the command and this process. */
function run(command, args, env = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd: ROOT,
			detached: HAS_GROUPS,
			env: { ...process.env, ...env },
			stdio: "inherit",
		});
		let signalled;
		const stopForwarding = forwardSignals(child, (signal) => {
			signalled = signal;
		});
		child.on("error", (error) => {
			stopForwarding();
			reject(error);
		});
		child.on("exit", (code, signal) => {
			stopForwarding();
			signalGroup(child, "SIGKILL");
			if (signalled) process.exit(128 + os.constants.signals[signalled]);
			resolve(code ?? 128 + os.constants.signals[signal]);
		});
	});
}

/** Runs a command silently; resolves with its stdout, rejects with its last line of stderr. */
async function capture(command, args, options) {
	try {
		const defaults = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 };
		const all = { ...defaults, ...options };
		return (await execFileAsync(command, args, all)).stdout;
	} catch (error) {
		if (error.code === "ENOENT") throw new Error(`there is no ${command} here`);
		const lines = (error.stderr || error.message).trim().split("\n");
		throw new Error(`${command}: ${lines.at(-1)}`);
	}
}

module.exports = { ROOT, run, capture };
