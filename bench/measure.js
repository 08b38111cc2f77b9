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

/** The socket behind a file descriptor, if it is one. The descriptor may be closed meanwhile. */
function socketOf(fd) {
	try {
		return /socket:\[(\d+)\]/.exec(fs.readlinkSync(`/proc/self/fd/${fd}`))?.[1];
	} catch {
		return undefined;
	}
}

/** The number of this process's TCP connections to a port (Linux). */
function connections(port) {
	const sockets = new Set(fs.readdirSync("/proc/self/fd").map(socketOf));
	const remote = `:${Number(port).toString(16).toUpperCase().padStart(4, "0")}`;
	const rows = String(fs.readFileSync("/proc/self/net/tcp")).trim().split("\n");
	const isMine = ([, , to, , , , , , , socket]) =>
		to.endsWith(remote) && sockets.has(socket);
	return rows.map((row) => row.trim().split(/\s+/)).filter(isMine).length;
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

module.exports = {
	connections,
	mainThreadCpu,
	percentile,
	residentMemory,
	start,
};
