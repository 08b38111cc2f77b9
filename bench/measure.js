// Clocks: wall, CPU of the process, CPU of the main thread, and latencies.

const fs = require("node:fs");

const NANOSECONDS_PER_US = 1000;

/** CPU time of this thread in µs, as the kernel's scheduler counts it (Linux). */
function mainThreadCpu() {
	const stat = fs.readFileSync(`/proc/self/task/${process.pid}/schedstat`);
	return Number(String(stat).split(" ")[0]) / NANOSECONDS_PER_US;
}

/** Resident memory in bytes. */
function residentMemory() {
	return process.memoryUsage.rss();
}

/** Starts the clocks. The returned function stops them and returns the figures per call. */
function start() {
	const cpu = process.cpuUsage();
	const thread = mainThreadCpu();
	const time = performance.now();
	return (calls) => {
		const ms = performance.now() - time;
		const { user, system } = process.cpuUsage(cpu);
		return {
			callsPerSecond: (calls / ms) * 1000,
			processUs: (user + system) / calls,
			mainThreadUs: (mainThreadCpu() - thread) / calls,
		};
	};
}

/** A percentile of latencies, in µs. */
function percentile(latenciesMs, share) {
	const sorted = latenciesMs.toSorted();
	return sorted[Math.ceil(share * sorted.length) - 1] * 1000;
}

module.exports = { mainThreadCpu, percentile, residentMemory, start };
