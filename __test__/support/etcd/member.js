// One etcd process: starts, stops, kills, pauses and restarts it, on the same ports and data.
// What flags it gets is decided in etcd.js.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");
const { text } = require("node:stream/consumers");
const { setTimeout: sleep } = require("node:timers/promises");
const { etcdEnvironment } = require("../../../scripts/etcd-folder");
const { own, disown } = require("./reaper");

const START_MS = 20_000;
const POLL_MS = 20;
const LOG_LINES = 50;
const WATCHERS = /^etcd_debugging_mvcc_watcher_total (\d+)/m;

/** Asks a server, with the body `sent` if given. Resolves with `{status, body}`; rejects when there is no answer within `timeout` ms. */
async function get(url, options, sent) {
	const { request: send } = url.startsWith("https:") ? https : http;
	const request = send(url, { agent: false, timeout: 1000, ...options });
	request.end(sent);
	request.on("timeout", () => request.destroy(new Error("no answer")));
	request.on("error", () => {}); // one after the response; before it, once() rejects
	const [response] = await once(request, "response");
	return { status: response.statusCode, body: await text(response) };
}

function clientOptions(tls) {
	if (!tls) return {};
	const { cert, key } = tls;
	return {
		cert: fs.readFileSync(cert),
		key: fs.readFileSync(key),
		rejectUnauthorized: false,
	};
}

/** Resolves with the first truthy result of `probe`; rejects with `onTimeout()`'s error. */
async function until(probe, onTimeout) {
	const deadline = Date.now() + START_MS;
	while (Date.now() < deadline) {
		const result = await probe();
		if (result) return result;
		await sleep(POLL_MS);
	}
	throw onTimeout();
}

class Member {
	constructor({ binary, version, v2, name, port, args, tls, httpUrl }) {
		this.v2 = v2;
		this.version = version;
		this.name = name;
		this.port = port;
		this.host = `127.0.0.1:${port}`;
		this.url = `${tls ? "https" : "http"}://${this.host}`;
		this.httpUrl = httpUrl ?? this.url;
		this.clientOptions = clientOptions(tls);
		this.logs = [];
		this.pid = 0;
		this._binary = binary;
		this._data = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-"));
		this._args = [...args, "--data-dir", this._data];
		this._child = null;
		own(this._data, 0);
	}

	/** Starts it (no wait for health). */
	spawn() {
		const child = spawn(this._binary, this._args, {
			env: etcdEnvironment(),
			stdio: ["ignore", "ignore", "pipe"],
		});
		this._child = child;
		this.pid = child.pid ?? 0;
		own(this._data, this.pid);
		child.on("error", (error) => this._log(error.message));
		readline
			.createInterface({ input: child.stderr })
			.on("line", (line) => this._log(line));
		// A forgotten member does not hold the test's process; the reaper ends it.
		child.unref();
		child.stderr.unref();
	}

	/** Resolves when /health answers true: it runs and its cluster has a leader. */
	async healthy() {
		await until(
			() => {
				if (!this.running) throw this._error("ended");
				return this._answers("/health", (body) => /"true"/.test(body));
			},
			() => this._error("is not healthy"),
		);
	}

	/** Resolves when as many waits are open as `isEnough` says; without it, when there is one. */
	async watched(isEnough = (count) => count > 0) {
		const count = this.v2
			? (body) => JSON.parse(body).watchers
			: (body) => Number(WATCHERS.exec(body)[1]);
		const path = this.v2 ? "/v2/stats/store" : "/metrics";
		await until(
			() => this._answers(path, (body) => isEnough(count(body))),
			() => this._error("has another number of waits"),
		);
	}

	/** Forgets the history of the v3 API before a revision. */
	async compact(revision) {
		const options = { ...this.clientOptions, method: "POST" };
		const url = `${this.url}/v3/kv/compaction`;
		const { status, body } = await get(
			url,
			options,
			`{"revision":${revision}}`,
		);
		if (status !== 200) throw this._error(`does not compact: ${body}`);
	}

	get running() {
		const child = this._child;
		if (!child?.pid) return false;
		return child.exitCode === null && child.signalCode === null;
	}

	/** SIGTERM: an orderly end as an operator does it. The data stays. */
	async shutdown() {
		await this._end("SIGTERM");
	}

	/** SIGKILL. The data stays. */
	async kill() {
		await this._end("SIGKILL");
	}

	/** Ends it at once and removes its data. */
	async stop() {
		await this._end("SIGKILL");
		disown(this._data);
	}

	/** Starts it again, on the same ports and data, after ending it if it runs. */
	async restart() {
		await this._end("SIGKILL");
		this.spawn();
		await this.healthy();
	}

	/** Ends it in an orderly way and starts another etcd, with other flags where `change` gives them, on its data. */
	async become(binary, change = (args) => args) {
		await this.shutdown();
		this._binary = binary;
		this._args = change(this._args);
		this.spawn();
		await this.healthy();
	}

	/** The same to one without the v2 API. */
	upgrade(binary) {
		const isV2 = (flag) => flag.startsWith("--enable-v2");
		return this.become(binary, (args) => args.filter((flag) => !isV2(flag)));
	}

	/** Ends it, removes its data, and starts it again as one that knows of nothing. */
	async wipe() {
		await this._end("SIGKILL");
		fs.rmSync(this._data, { recursive: true, force: true });
		await this.restart();
	}

	/** SIGSTOP: connections are accepted by the kernel, nothing is answered. */
	async pause() {
		process.kill(this.pid, "SIGSTOP");
		const failure = () => this._error("does not stop");
		await until(() => /^[Tt]/.test(this._processState()), failure);
	}

	/** SIGCONT; resolves when it answers again (see `healthy` for the cluster's state). */
	async resume() {
		process.kill(this.pid, "SIGCONT");
		await until(
			() => this._answers("/version", () => true),
			() => this._error("does not answer"),
		);
	}

	async _answers(pathname, accept) {
		try {
			const { status, body } = await get(
				this.httpUrl + pathname,
				this.clientOptions,
			);
			return status === 200 && accept(body);
		} catch {
			return false;
		}
	}

	async _end(signal) {
		const child = this._child;
		if (this.running) {
			child.ref();
			const ended = once(child, "exit");
			child.kill(signal);
			await ended;
		}
		this.pid = 0;
		own(this._data, 0);
	}

	// Without /proc there is nothing to read: the signal is then taken as delivered.
	_processState() {
		try {
			const stat = fs.readFileSync(`/proc/${this.pid}/stat`, "utf8");
			return stat.slice(stat.lastIndexOf(")") + 2);
		} catch {
			return "T";
		}
	}

	_log(line) {
		this.logs.push(line);
		if (this.logs.length > LOG_LINES) this.logs.shift();
	}

	_error(what) {
		const logs = this.logs.join("\n");
		const error = new Error(
			`etcd ${this.version} on ${this.host} ${what}\n${logs}`,
		);
		if (/address already in use/.test(logs)) error.code = "EADDRINUSE";
		return error;
	}
}

module.exports = { Member, get, until };
