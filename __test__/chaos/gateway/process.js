// `npx etcdjs serve` in front of a cluster: a process that can be killed, stopped, shut down and started again on its port.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { COMMAND } = require("../../support/command");
const { freePorts } = require("../../support/etcd/ports");
const { disown, own } = require("../../support/etcd/reaper");
const { until } = require("../../support/etcd/member");
const { ask } = require("../direct");

const AGAIN_MS = 50;

let incarnations = 0;

class Gateway {
	/** `hosts`: those of the cluster; `files`: `{cert, key, ca}`, paths of PEM files, for TLS on both sides. */
	static async open({ hosts, files }) {
		const [port] = await freePorts(1);
		const gateway = new Gateway(port, { hosts, files });
		await gateway.start();
		return gateway;
	}

	constructor(port, { hosts, files }) {
		this.port = port;
		this.url = `${files ? "https" : "http"}://127.0.0.1:${port}`;
		this.clientOptions = files ? { rejectUnauthorized: false } : {};
		this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-gateway-"));
		const { cert, key, ca } = files ?? {};
		const tls = files ? ["--cert", cert, "--key", key, "--cacert", ca] : [];
		this.args = [
			"serve",
			"--port",
			String(port),
			"--etcd",
			hosts.join(","),
			...tls,
		];
		this.complaints = [];
	}

	/** Starts it. It ends at once if the cluster does not answer; it is started again then, as a supervisor does. */
	async start() {
		while (!(await this.serves())) await sleep(AGAIN_MS);
		this.incarnation = ++incarnations;
	}

	async serves() {
		const { args } = this;
		const child = spawn(process.execPath, [COMMAND, ...args], {
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.child = child;
		own(this.folder, child.pid);
		child.stderr.on("data", (text) => this.complaints.push(String(text)));
		this.ended = once(child, "exit");
		child.unref();
		const line = once(child.stdout, "data").then(() => true);
		return Promise.race([line, this.ended.then(() => false)]);
	}

	/** SIGKILL. */
	kill() {
		return this.end("SIGKILL");
	}

	/** SIGTERM: it drains. Resolves with its exit code and how long it took, in ms. */
	async shutdown() {
		const started = Date.now();
		const code = await this.end("SIGTERM");
		return { code, ms: Date.now() - started };
	}

	async end(signal) {
		this.child.ref();
		this.child.kill(signal);
		const [code] = await this.ended;
		own(this.folder, 0);
		return code;
	}

	pause() {
		this.child.kill("SIGSTOP");
	}

	resume() {
		this.child.kill("SIGCONT");
	}

	/** Resolves when it says that the cluster answers. */
	healthy() {
		return until(
			async () =>
				(await ask(this, "/health", { timeout: 1000 })).status === 200,
			() =>
				new Error(
					`the server at ${this.url} is not healthy: ${this.complaints}`,
				),
		);
	}

	async stop() {
		if (this.child.exitCode === null && this.child.signalCode === null)
			await this.kill();
		disown(this.folder);
	}
}

module.exports = { Gateway };
