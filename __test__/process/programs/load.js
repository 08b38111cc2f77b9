// A steady load of every kind of call on an etcd, by clients of which one is destroyed and made anew now and then.
// The keys are bounded, so that etcd does not grow.
const { setImmediate: turn } = require("node:timers/promises");
const etcdjs = require("../../..");

const CLIENTS = 7;
const AT_A_TIME = 64;
const KEYS = 97;
const LIFE = 1_700; // calls between two destructions: not in step with the parts, at whose start nothing is pending
const QUEUE = 500; // pushes between two removals

const get = (store, key, cb) => store.get(key, cb);

/** The kinds of calls, most of them reads; each gets the client, a key, and the callback. */
const KINDS = [
	...Array(8).fill(get),
	(store, key, cb) => store.set(key, "value", cb),
	(store, key, cb) => store.get(key, { quorum: true }, cb),
	(store, key, cb) => store.set(key, { a: [1, 2] }, { json: true }, cb),
	(store, key, cb) => store.get(`${key}-none`, cb),
	(store, key, cb) => store.update(key, "é", { ttl: 100 }, cb),
	(store, key, cb) => store.compareAndSwap(key, "a", "never", cb),
	(store, key, cb) => store.get(key, { json: true }, cb),
	(store, key, cb) => store.del(key, cb),
	(store, key, cb) => store.get(`${key}/../b`, cb),
	(store, _key, cb) => store.machines(cb),
	(store, _key, cb) => store.stats.self(cb),
];

class Load {
	calls = 0;
	events = 0;
	outcomes = {};
	pushes = 0;

	constructor({ url, closed, prefix }) {
		this.hosts = [url, closed];
		this.prefix = prefix;
		this.stores = Array.from({ length: CLIENTS }, () => this.client());
	}

	/** A client one of whose hosts is down, and that watches a key. */
	client() {
		const store = etcdjs(this.hosts);
		const watched = `${this.prefix}${this.calls % KEYS}`;
		const onchange = (err, _result, next) => {
			this.events++;
			if (err?.message !== "store destroyed") next(onchange);
		};
		store.wait(watched, onchange);
		return store;
	}

	note(err) {
		this.calls++;
		const outcome = err ? (err.code ?? err.message) : "ok";
		this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
	}

	call(i) {
		const store = this.stores[i % CLIENTS];
		const key = `${this.prefix}${(i * 7) % KEYS}`;
		return new Promise((resolve) => {
			const cb = (err) => {
				this.note(err);
				resolve();
			};
			if (i % 23 === 0) this.push(store, cb);
			else KINDS[i % KINDS.length](store, key, cb);
		});
	}

	push(store, cb) {
		const queue = `${this.prefix}queue`;
		if (++this.pushes % QUEUE) store.push(queue, "value", cb);
		else store.del(queue, { recursive: true }, cb);
	}

	renew(i) {
		const at = (i / LIFE) % CLIENTS;
		this.stores[at].destroy();
		this.stores[at] = this.client();
	}

	async run(from, to) {
		let next = from;
		const lane = async () => {
			while (next < to) {
				const i = next++;
				if (i % LIFE === 0) this.renew(i);
				await this.call(i);
			}
		};
		await Promise.all(Array.from({ length: AT_A_TIME }, lane));
	}

	destroy() {
		for (const store of this.stores) store.destroy();
	}
}

/**
 * Makes so many calls; resolves with the megabytes that the process held after each of so many parts, and what came
 * of the calls. `leak`: bytes that each call is to leave behind.
 */
async function underLoad({ calls, samples, leak, ...place }) {
	const load = new Load(place);
	const kept = [];
	const megabytes = [];
	const heap = [];
	const part = calls / samples;
	for (let i = 0; i < samples; i++) {
		await load.run(i * part, (i + 1) * part);
		if (leak) kept.push(Buffer.alloc(leak * part, 1));
		// What V8 has not got round to collecting is nobody's leak.
		await turn();
		gc();
		const { rss, heapUsed } = process.memoryUsage();
		megabytes.push(rss / 2 ** 20);
		heap.push(heapUsed / 2 ** 20);
	}
	load.destroy();
	const { outcomes, events } = load;
	return { megabytes, heap, outcomes, events, kept: kept.length };
}

module.exports = { underLoad };
