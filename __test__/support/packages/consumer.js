// A folder of a user of the package: it installs from a registry and has no cargo on PATH.
const { execFile, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { promisify } = require("node:util");
const { ROOT } = require("../../../scripts/run");
const { own, disown } = require("../etcd/reaper");

const execFileAsync = promisify(execFile);
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

	/** Runs a command in the folder; resolves with its stdout, rejects with all that it printed. */
	async run(command, args, env = {}) {
		try {
			const options = { cwd: this.folder, env: { ...this.env, ...env } };
			return (await execFileAsync(command, args, options)).stdout;
		} catch (error) {
			const { stdout = "", stderr = "" } = error;
			error.message = `${command} ${args.join(" ")}\n${stdout}${stderr}`;
			throw error;
		}
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
