// A folder of a user of the package: it installs from a registry and has no cargo on PATH.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { text } = require("node:stream/consumers");
const { ROOT } = require("../../../scripts/run");
const { own, disown } = require("../etcd/reaper");

/** A command that has not ended by then is killed, with the processes that it has started. */
const LIMIT_MS = 600_000;
const TSC = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
/** Compiler options of a user. */
const TYPESCRIPT = {
	module: "nodenext",
	target: "es2022",
	lib: ["es2022", "dom"],
	strict: true,
	types: [],
};
const NOT_THEIRS = /^(npm_|NODE_PATH|CARGO|RUST|ETCDJS_|NODE_TEST)/i;

function pathWithoutCargo() {
	const folders = (process.env.PATH ?? "").split(path.delimiter);
	const hasCargo = (folder) => fs.existsSync(path.join(folder, "cargo"));
	return folders.filter((f) => f && !hasCargo(f)).join(path.delimiter);
}

function environment(folder, { npmrc }) {
	const entries = Object.entries(process.env);
	const theirs = entries.filter(([name]) => !NOT_THEIRS.test(name));
	return {
		...Object.fromEntries(theirs),
		HOME: folder,
		PATH: pathWithoutCargo(),
		npm_config_userconfig: npmrc,
	};
}

/** Its output and how it has ended. */
async function endOf(child) {
	const [stdout, stderr, [code, signal]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, "close"),
	]);
	return { stdout, stderr, code, signal };
}

class Consumer {
	constructor(folder, env) {
		this.folder = folder;
		this.env = env;
	}

	path(...segments) {
		return path.join(this.folder, ...segments);
	}

	write(name, content) {
		const isText = typeof content === "string";
		const text = isText ? content : JSON.stringify(content, null, 2);
		fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
		fs.writeFileSync(this.path(name), text);
	}

	read(name) {
		return fs.readFileSync(this.path(name), "utf8");
	}

	/** What is in node_modules. */
	installed() {
		const folder = this.path("node_modules");
		if (!fs.existsSync(folder)) return [];
		return fs.readdirSync(folder).filter((name) => !name.startsWith("."));
	}

	/**
	 * Runs a command in the folder; resolves with its stdout, rejects with all that it printed if it fails or has not ended within
	 * `limit` ms.
	 */
	async run(command, args, env = {}, limit = LIMIT_MS) {
		const child = spawn(command, args, {
			cwd: this.folder,
			env: { ...this.env, ...env },
			stdio: ["ignore", "pipe", "pipe"],
			// A process group, which is killed as a whole.
			detached: true,
		});
		const end = endOf(child);
		if (!child.pid) return await end;
		own(this.folder, -child.pid);
		const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), limit);
		const { stdout, stderr, code, signal } = await end;
		clearTimeout(timer);
		own(this.folder, 0);
		if (code === 0) return stdout;
		const line = `${command} ${args.join(" ")} (${signal ?? code})`;
		throw new Error(`${line}\n${stdout}${stderr}`);
	}

	/** Runs a script of Node.js until its output matches; resolves with the output, rejects if it ends. */
	async nodeUntil(pattern, ...args) {
		const options = { cwd: this.folder, env: this.env };
		const child = spawn(process.execPath, args, options);
		own(this.folder, child.pid);
		let output = "";
		try {
			for await (const text of child.stdout.setEncoding("utf8")) {
				output += text;
				if (pattern.test(output)) return output;
			}
		} finally {
			child.kill("SIGKILL");
			own(this.folder, 0);
		}
		throw new Error(`${args.join(" ")} ended without ${pattern}:\n${output}`);
	}

	npm(...args) {
		return this.run("npm", args);
	}

	node(...args) {
		return this.run(process.execPath, args);
	}

	tsc(...args) {
		return this.node(TSC, ...args);
	}
}

/** An empty folder, which is gone after the test, whose commands install from a registry if one is given. */
function consumer(t, registry = {}) {
	const parent = fs.realpathSync(os.tmpdir());
	const folder = fs.mkdtempSync(path.join(parent, "etcdjs-consumer-"));
	own(folder, 0);
	t.after(() => disown(folder));
	return new Consumer(folder, environment(folder, registry));
}

module.exports = { TYPESCRIPT, consumer };
