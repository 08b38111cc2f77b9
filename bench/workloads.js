// The workloads. A workload is `{name, needs, run(client, options)}`: `needs` is the method that it calls, `run` resolves with
// the figures. Each workload warms the subject up before the clocks start.

const { monitorEventLoopDelay } = require("node:perf_hooks");
const {
	mainThreadCpu,
	percentile,
	residentMemory,
	start,
} = require("./measure");

const KEY = "bench/key";
const VALUE = "value";
const NODES = 10_000;
const EVENTS = 900;
const WARM_PASSES = 2;
const PASSES = 5;
const WAITS = 10_000;
const BURST = 50_000;
const KEYS = 100_000;
const SECOND = 1000;
const MS_PER_NS = 1e-6;

/** Makes `total` calls, `concurrency` at a time; resolves with the latency of each in ms. */
function closedLoop(call, total, concurrency) {
	const latencies = new Float64Array(total);
	return new Promise((resolve, reject) => {
		let started = 0;
		let ended = 0;
		const next = () => {
			if (started === total) return;
			const call_ = started++;
			const time = performance.now();
			call((err) => {
				if (err) return reject(err);
				latencies[call_] = performance.now() - time;
				if (++ended === total) return resolve(latencies);
				next();
			});
		};
		for (let i = 0; i < concurrency; i++) next();
	});
}

async function load(call, { calls, concurrency }) {
	const total = Math.max(calls, concurrency);
	await closedLoop(call, Math.ceil(total / 4), concurrency);
	const stop = start();
	const latencies = await closedLoop(call, total, concurrency);
	return {
		...stop(total),
		p50Us: percentile(latencies, 0.5),
		p99Us: percentile(latencies, 0.99),
		rssMb: residentMemory() / 2 ** 20,
	};
}

function throughput(method, concurrency) {
	const calls = { get: (client, done) => client.get(KEY, done) };
	calls.set = (client, done) => client.set(KEY, VALUE, done);
	const share = concurrency === 1 ? 4 : 1;
	return {
		name: `${method}, concurrency ${concurrency}`,
		needs: method,
		run: (client, { calls: total }) =>
			load((done) => calls[method](client, done), {
				calls: total / share,
				concurrency,
			}),
	};
}

/** A directory of many nodes in one answer. */
function listing(name, method, key) {
	return {
		name,
		needs: method,
		async run(client, { listings }) {
			const call = (done) => client[method](key, done);
			await closedLoop(call, 3, 1);
			const stop = start();
			await closedLoop(call, listings, 1);
			const { mainThreadUs, processUs } = stop(listings);
			const ms = { mainThreadMs: mainThreadUs / SECOND };
			return { ...ms, processMs: processUs / SECOND };
		},
	};
}

const follow = {
	needs: "follow",
	name: `wait and next through ${EVENTS} events of history`,
	async run(client, { firstEvent, events }) {
		const once = (count) =>
			new Promise((resolve, reject) => {
				let seen = 0;
				client.follow("bench/events", firstEvent, (err) => {
					if (err) return reject(err);
					if (++seen < count) return true;
					resolve();
				});
			});
		for (let pass = 0; pass < WARM_PASSES; pass++) await once(events);
		const stop = start();
		for (let pass = 0; pass < PASSES; pass++) await once(events);
		const { callsPerSecond, mainThreadUs, processUs } = stop(PASSES * events);
		return { callsPerSecond, mainThreadUs, processUs };
	},
};

const waiting = {
	needs: "wait",
	name: `${WAITS} waits at once`,
	async run(client, { waits, whenWaiting }) {
		const key = `bench/awaited-${process.pid}`;
		await new Promise((done) => client.set(key, VALUE, done));
		const before = residentMemory();
		let delivered;
		let left = waits;
		const all = new Promise((resolve, reject) => {
			delivered = (err) => {
				if (err) return reject(err);
				if (--left === 0) resolve();
			};
		});
		for (let i = 0; i < waits; i++) client.wait(key, delivered);
		const connections = await whenWaiting(waits);
		const rssKb = (residentMemory() - before) / waits / 1024;
		const time = performance.now();
		client.set(key, VALUE, () => {});
		await all;
		const deliveredMs = performance.now() - time;
		return { rssKb, connections, deliveredMs };
	},
};

const burst = {
	needs: "set",
	name: `a burst of ${BURST} sets in one tick`,
	async run(client, { burst: total }) {
		await closedLoop((done) => client.set(KEY, VALUE, done), 1000, 64);
		const cpu = mainThreadCpu();
		const time = performance.now();
		let tick;
		const delay = monitorEventLoopDelay({ resolution: 1 });
		await new Promise((resolve, reject) => {
			let left = total;
			const done = (err) => {
				if (err) return reject(err);
				if (--left === 0) resolve();
			};
			for (let i = 0; i < total; i++) client.set(KEY, VALUE, done);
			tick = performance.now() - time;
			setImmediate(() => delay.enable());
		});
		delay.disable();
		return {
			tickMs: tick,
			callsPerSecond: (total / (performance.now() - time)) * SECOND,
			mainThreadUs: (mainThreadCpu() - cpu) / total,
			longestBlockMs: delay.max * MS_PER_NS,
		};
	},
};

/** The names of many keys, in directories of a hundred. */
function manyKeys(count) {
	const name = (i) => `bench/many/${Math.floor(i / 100)}/${i % 100}`;
	return Array.from({ length: count }, (_, i) => name(i));
}

/** A store of many keys: the memory of each, if the store is in this process, and gets of one key after the other. */
const many = {
	needs: "fill",
	name: `${KEYS} keys`,
	async run(client, { keys: count }) {
		const keys = manyKeys(count);
		const before = residentMemory();
		let next = 0;
		const key = () => keys[next++ % count];
		await closedLoop((done) => client.set(key(), VALUE, done), count, 64);
		const keyBytes = (residentMemory() - before) / count;
		const get = (done) => client.get(key(), done);
		return {
			keyBytes,
			...(await load(get, { calls: count, concurrency: 64 })),
		};
	},
};

const WORKLOADS = [
	...["get", "set"].flatMap((method) =>
		[1, 64, 1000].map((concurrency) => throughput(method, concurrency)),
	),
	listing(`a recursive get of ${NODES} nodes`, "list", "bench/nodes"),
	listing(`${NODES} values with json`, "listJson", "bench/json"),
	follow,
	waiting,
	burst,
	many,
];

module.exports = { BURST, EVENTS, KEY, NODES, VALUE, WAITS, WORKLOADS };
