// A server in a process of its own: its memory, its descriptors, and whether it answers others meanwhile.
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const net = require("node:net");
const { ROOT } = require("../../../scripts/run");
const { own, disown } = require("../etcd/reaper");
const { until } = require("../etcd/member");
const { raw } = require("./raw");
const { witness } = require("./witness");

const PROGRAM = `
const etcdjs = require(${JSON.stringify(ROOT)});
const { serve } = require(${JSON.stringify(`${ROOT}/server`)});
serve(etcdjs("memory:"), JSON.parse(process.argv[1])).then(({ url }) => console.log(url));
`;
const HOST = "Host: localhost\r\n";
const MEBI = 1024 * 1024;

const get = (path) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;
const put = (key, value) =>
	`PUT /v2/keys/${key}?value=${value} HTTP/1.1\r\n${HOST}\r\n`;

/** The head of a PUT of a form. */
const formOf = (key, framing) =>
	`PUT /v2/keys/${key} HTTP/1.1\r\n${HOST}Content-Type: application/x-www-form-urlencoded\r\n${framing}\r\n\r\n`;

class ServerProcess {
	constructor(child, port) {
		this.child = child;
		this.port = port;
	}

	/** The memory that it has, in MiB. */
	rss() {
		const status = fs.readFileSync(`/proc/${this.child.pid}/status`, "utf8");
		return /VmRSS:\s+(\d+) kB/.exec(status)[1] / 1024;
	}

	descriptors() {
		return fs.readdirSync(`/proc/${this.child.pid}/fd`).length;
	}

	/** The number of registered waits. */
	async waits() {
		const { body } = await raw(this.port, get("/v2/stats/store"));
		return JSON.parse(body).watchers;
	}

	async hasWaits(count) {
		await until(
			async () => (await this.waits()) === count,
			() => new Error(`not ${count} waits`),
		);
	}

	/** A socket whose errors are of no interest, open until the end of the test. */
	async open(t, text) {
		const socket = net.connect(this.port, "127.0.0.1");
		t.after(() => socket.destroy());
		socket.on("error", () => {});
		await once(socket, "connect");
		if (text) socket.write(text, "latin1");
		return socket;
	}

	/**
	 * Runs an attack. Another client's calls must be right meanwhile, and the process must be alive afterwards. Resolves with the MiB by
	 * which the process has grown at most.
	 */
	async under(attack) {
		const before = this.rss();
		let most = before;
		const timer = setInterval(() => {
			most = Math.max(most, this.rss());
		}, 20);
		const isRight = witness(this.port);
		try {
			await attack();
		} finally {
			clearInterval(timer);
			await isRight();
		}
		assert.equal(this.child.exitCode, null);
		return Math.max(most, this.rss()) - before;
	}
}

/** Starts a server on a store in memory, killed after the test. */
async function serverProcess(t, options = {}) {
	const args = ["-e", PROGRAM, JSON.stringify({ port: 0, ...options })];
	const child = spawn(process.execPath, args, {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const name = `server ${child.pid}`;
	own(name, child.pid);
	t.after(() => {
		child.kill("SIGKILL");
		disown(name);
	});
	const [line] = await once(child.stdout.setEncoding("utf8"), "data");
	return new ServerProcess(child, Number(new URL(line.trim()).port));
}

/** Reads to the end of a connection; resolves with its text. */
async function endOf(socket) {
	let text = "";
	socket.on("data", (data) => {
		text += data.toString("latin1");
	});
	if (!socket.closed) await new Promise((end) => socket.once("close", end));
	return text;
}

module.exports = { MEBI, endOf, formOf, get, put, serverProcess };
