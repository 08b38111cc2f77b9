// How long calls take, with three members and after one of them was killed.
const { setTimeout: sleep } = require("node:timers/promises");
const { call } = require("../support");
const { isV3 } = require("../support/etcd/api");

const CALLERS = 8;
// How long it may take until the dead member is no longer noticed.
const FIRST_MS = 1000;

/** Over the v3 API a set that was in flight to the killed member is not repeated. */
function isDue(error) {
	return isV3() && error.ambiguous;
}

/** Calls without end, `CALLERS` at a time, every fourth a set; notes how long each took. */
class Calls {
	constructor(store, directory) {
		Object.assign(this, { store, directory });
		this.stopped = false;
		this.done = [];
		this.failed = [];
	}

	start() {
		const callers = Array.from({ length: CALLERS }, (_, i) => this.calls(i));
		this.running = Promise.all(callers);
	}

	async calls(caller) {
		const key = `/${this.directory}/latency/${caller}`;
		for (let n = 0; !this.stopped; n++) {
			const started = performance.now();
			const { args } = await (n % 4 === 0
				? call(this.store, "set", key, String(n))
				: call(this.store, "get", key));
			if (args[0] && !isDue(args[0])) this.failed.push(String(args[0]));
			this.done.push({ started, ms: performance.now() - started });
		}
	}

	/** The figures of the calls that were begun from this moment on, for so long. */
	async during(ms) {
		const from = performance.now();
		await sleep(ms);
		const found = this.done.filter(({ started }) => started >= from);
		const sorted = found.map((one) => one.ms).sort((a, b) => a - b);
		const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
		return { calls: sorted.length, p50: round(at(0.5)), p99: round(at(0.99)) };
	}

	async stop() {
		this.stopped = true;
		await this.running;
	}
}

function round(ms) {
	return Math.round(ms * 100) / 100;
}

/**
 * Kills a member and starts it again. Resolves with `{healthy, afterwards, ratio, failed}`: the figures before, those
 * after the first second, how many times the p99 is what it was, and how calls failed.
 */
async function latency(stage, { seat, directory, ms }) {
	const store = stage.directClient({ timeout: 5000 });
	const calls = new Calls(store, directory);
	calls.start();
	await calls.during(ms);
	const healthy = await calls.during(ms);
	await seat.member.kill();
	await sleep(FIRST_MS);
	const afterwards = await calls.during(ms);
	await calls.stop();
	stage.destroy(store);
	await seat.member.restart();
	const ratio = round(afterwards.p99 / healthy.p99);
	return { healthy, afterwards, ratio, failed: calls.failed };
}

module.exports = { latency };
