// A script in a process of its own: for what only an environment or the end of a process can show.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { text } = require("node:stream/consumers");
const { runInThisContext } = require("node:vm");

const LIMIT_MS = 30_000;
const WITH_FILES = 'ulimit -n "$1"; shift; exec "$@"';
const RESULT = "result: ";
const OURS =
	/^((https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|SSL_CERT_\w+)$/i;

/** The environment without what would decide where requests go or whom they trust. */
function plainEnvironment() {
	const entries = Object.entries(process.env);
	return Object.fromEntries(entries.filter(([name]) => !OURS.test(name)));
}

// The command that runs Node, with at most so many files open if that is given.
function command(args, files) {
	const node = [process.execPath, ...args];
	return files ? ["sh", "-c", WITH_FILES, "sh", files, ...node] : node;
}

function start(script, args, env, { flags = [], files, limit = LIMIT_MS }) {
	const program = [...flags, __filename, String(script), JSON.stringify(args)];
	const [file, ...rest] = command(program, files);
	return spawn(file, rest, {
		env: { ...plainEnvironment(), ...env },
		stdio: ["ignore", "pipe", "pipe"],
		timeout: limit,
		killSignal: "SIGKILL",
	});
}

/**
 * Runs `script(support, ...args)`, which sees nothing but its arguments and `require`, with `env`
 * added to the environment. Resolves with `{result, code, signal, stderr}`, result being what it returned (as
 * JSON); code is 0 where the process ended by itself and without an uncaught exception.
 * `options`: Node's `flags`, the number of `files` that may be open, the `limit` in ms after which it is killed,
 * and `onstart`, which is given the process.
 */
async function inChild(script, args = [], env = {}, options = {}) {
	const child = start(script, args, env, options);
	options.onstart?.(child);
	const [stdout, stderr, [code, signal]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, "exit"),
	]);
	const line = stdout.split("\n").find((line) => line.startsWith(RESULT));
	const result = line && JSON.parse(line.slice(RESULT.length));
	return { result, code, signal, stderr };
}

async function main([source, args]) {
	const script = runInThisContext(`(require) => (${source})`)(require);
	const result = await script(require("."), ...JSON.parse(args));
	process.stdout.write(`${RESULT}${JSON.stringify(result ?? null)}\n`);
}

if (require.main === module) main(process.argv.slice(2));

module.exports = { inChild };
