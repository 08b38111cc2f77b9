// A script in a process of its own: for what only an environment or the end of a process can show.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { text } = require("node:stream/consumers");
const { runInThisContext } = require("node:vm");

const LIMIT_MS = 30_000;
const WITH_FILES = 'ulimit -n "$1"; shift; exec "$@"';
// In a mount namespace of its own, so that nobody else sees these names.
const WITH_NAMES = 'mount --bind "$1" /etc/hosts; shift; exec "$@"';
const RESULT = "result: ";
const OURS =
	/^((https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|SSL_CERT_\w+)$/i;

/** The environment without what would decide where requests go or whom they trust. */
function plainEnvironment() {
	const entries = Object.entries(process.env);
	return Object.fromEntries(entries.filter(([name]) => !OURS.test(name)));
}

// The command that runs Node, with at most so many files open and with this list of names, where these are given.
function command(args, files, list) {
	const node = [process.execPath, ...args];
	if (files) return ["sh", "-c", WITH_FILES, "sh", files, ...node];
	const namespace = process.getuid?.() === 0 ? "-m" : "-rm";
	return list
		? ["unshare", namespace, "sh", "-ec", WITH_NAMES, "sh", list, ...node]
		: node;
}

/** Writes a list of names as /etc/hosts has it; resolves with its path. */
function listOf(names) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-names-"));
	const lines = Object.entries(names).flatMap(([name, addresses]) =>
		addresses.map((address) => `${address} ${name}\n`),
	);
	const list = path.join(folder, "hosts");
	fs.writeFileSync(list, lines.join(""));
	return list;
}

function start(script, args, env, options) {
	const { flags = [], files, list, limit = LIMIT_MS } = options;
	const program = [...flags, __filename, String(script), JSON.stringify(args)];
	const [file, ...rest] = command(program, files, list);
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
 * `onstart`, which is given the process, and `names`, which has the addresses of each name that the process knows.
 */
async function inChild(script, args = [], env = {}, options = {}) {
	const list = options.names && listOf(options.names);
	const child = start(script, args, env, { ...options, list });
	options.onstart?.(child);
	const [stdout, stderr, [code, signal]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, "exit"),
	]);
	if (list) fs.rmSync(path.dirname(list), { recursive: true });
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
