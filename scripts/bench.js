// Measures gets and sets at concurrency 64 on a real etcd: this package beside the etcdjs it replaces,
// in turns, each run in a process of its own. Prints medians with their spread and the ratios.
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const { promisify } = require("node:util");
const { setup } = require("./setup");

const SUBJECTS = { etcdjs: "etcdjs-original", "this package": ".." };
const ROUNDS = 5;
const WARM_UP = 2000;
const CALLS = 20_000;
const CONCURRENCY = 64;

const NANOSECONDS_PER_US = 1000;

/** CPU time of this thread in µs, from the kernel's scheduler (Linux). */
function threadCpu() {
	const stat = fs.readFileSync(`/proc/self/task/${process.pid}/schedstat`);
	return Number(String(stat).split(" ")[0]) / NANOSECONDS_PER_US;
}

function makeCalls(call, total) {
	return new Promise((resolve, reject) => {
		let started = 0;
		let ended = 0;
		const start = () => {
			if (started++ < total) call(done);
		};
		const done = (err) => {
			if (err) return reject(err);
			if (++ended === total) return resolve();
			start();
		};
		for (let i = 0; i < CONCURRENCY; i++) start();
	});
}

async function measure(call) {
	await makeCalls(call, WARM_UP);
	const before = {
		time: performance.now(),
		cpu: process.cpuUsage(),
		thread: threadCpu(),
	};
	await makeCalls(call, CALLS);
	const cpu = process.cpuUsage(before.cpu);
	return {
		"calls/s": (CALLS / (performance.now() - before.time)) * 1000,
		"main thread µs/call": (threadCpu() - before.thread) / CALLS,
		"process µs/call": (cpu.user + cpu.system) / CALLS,
	};
}

/** In a process of its own: the subject's figures as JSON. */
async function measureSubject(subject, url) {
	const store = require(subject)(url);
	await promisify(store.set).call(store, "bench", "value");
	const figures = {
		get: await measure((done) => store.get("bench", done)),
		set: await measure((done) => store.set("bench", "value", done)),
	};
	console.log(JSON.stringify(figures));
	store.destroy();
}

async function round(results, url) {
	for (const [name, subject] of Object.entries(SUBJECTS)) {
		const args = [__filename, subject, url];
		const { stdout } = await promisify(execFile)(process.execPath, args);
		results[name].push(JSON.parse(stdout));
	}
}

function median(values) {
	return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function report(results) {
	for (const workload of ["get", "set"]) {
		console.log(`\n${workload}, concurrency ${CONCURRENCY}`);
		for (const figure of Object.keys(results.etcdjs[0][workload])) {
			const medians = Object.entries(results).map(([name, runs]) => {
				const values = runs.map((run) => run[workload][figure]);
				const [low, high] = [Math.min(...values), Math.max(...values)];
				console.log(
					`  ${figure.padEnd(20)} ${name.padEnd(13)} ${median(values).toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`,
				);
				return median(values);
			});
			console.log(
				`  ${" ".repeat(20)} ratio         ${(medians[1] / medians[0]).toFixed(2)}`,
			);
		}
	}
}

async function bench() {
	const [{ path: binary, version }] = await setup();
	const { startEtcd } = require("../__test__/support");
	const member = await startEtcd({ binary });
	console.log(`etcd ${version}, ${ROUNDS} rounds of ${CALLS} calls`);
	const results = { etcdjs: [], "this package": [] };
	try {
		for (let i = 0; i < ROUNDS; i++) await round(results, member.url);
	} finally {
		await member.stop();
	}
	report(results);
}

const [subject, url] = process.argv.slice(2);
const running = subject ? measureSubject(subject, url) : bench();
running.catch((err) => {
	console.error(err.message);
	process.exitCode = 1;
});
