// `--watch`: the changes of the v2 store, applied to the v3 store until a signal.
//
//   watch of each prefix ──> queue ──> changes, in order ──> v3 store
//   timer, history gap   ──────┘ a round: both stores are read and compared
//
// Rounds are needed although no event is lost: a refresh of a TTL gives no event, and the history of etcd ends after 1,000 events.
"use strict";

const { forEach } = require("./failure");
const { removeAll, round } = require("./copy");
const { SourceClock } = require("./source-clock");
const { isHiddenBelow, isWithin } = require("./tree");

const AT_A_TIME = 64;
const MOST_QUEUED = 1000;
const SHORTEST_PERIOD_MS = 1000;
const LONGEST_PERIOD_MS = 10_000;
const REMOVALS = ["delete", "expire", "compareAndDelete"];

class Follower {
	#stores;
	#target;
	#queue = [];
	#wake = () => {};
	#drained = () => {};
	#clock = new SourceClock();
	/** Events up to this index are in the last reading. */
	#readIndex;
	#period = LONGEST_PERIOD_MS;
	#abort = new AbortController();
	applied = 0;
	lastIndex;
	isBusy = false;

	/** `source`: the reading that the copy was made from. */
	constructor(stores, target, source) {
		this.#stores = stores;
		this.#target = target;
		this.#note(source);
		this.lastIndex = source.index;
	}

	/** Follows until `signal` is aborted and what was queued is applied. */
	async run(signal) {
		const stop = () => this.#stop();
		signal.addEventListener("abort", stop, { once: true });
		if (signal.aborted) return;
		const timer = setInterval(() => this.#ask(), SHORTEST_PERIOD_MS);
		const watches = this.#stores.prefixes.map((prefix) => this.#watch(prefix));
		try {
			await Promise.all([...watches, this.#work()]);
		} finally {
			stop();
			clearInterval(timer);
			signal.removeEventListener("abort", stop);
			await Promise.allSettled(watches);
		}
	}

	/** Events that are in the queue, or being applied. */
	get waiting() {
		return this.#queue.length + (this.isBusy ? 1 : 0);
	}

	#stop() {
		this.#abort.abort();
		this.#wake();
		this.#drained();
	}

	/** Asks for a round if the last one is long enough ago. */
	#ask() {
		if (performance.now() - this.readAt < this.#period) return;
		if (this.#queue.at(-1)?.action !== "resync")
			this.#push({ action: "resync" });
	}

	#push(event) {
		this.#queue.push(event);
		this.#wake();
	}

	async #watch(prefix) {
		const { signal } = this.#abort;
		const options = {
			from: this.#readIndex + 1,
			recursive: true,
			resync: true,
		};
		const watch = this.#stores.source.watch(prefix, options);
		const end = () => watch.return();
		signal.addEventListener("abort", end);
		if (signal.aborted) await end();
		for await (const event of watch) {
			const key = event.node?.key;
			if (event.action !== "resync" && isHiddenBelow(prefix, key)) continue;
			this.#push(event);
			if (this.#queue.length >= MOST_QUEUED && !signal.aborted)
				await new Promise((resolve) => {
					this.#drained = resolve;
				});
		}
	}

	async #work() {
		while (!this.#abort.signal.aborted || this.#queue.length > 0) {
			if (this.#queue.length === 0) await this.#next();
			const events = this.#queue.splice(0);
			this.#drained();
			this.isBusy = true;
			for (const step of steps(events)) await this.#take(step);
			this.isBusy = false;
		}
	}

	#next() {
		return new Promise((resolve) => {
			this.#wake = resolve;
		});
	}

	async #take(events) {
		if (events[0].action === "resync") {
			this.#note(await round(this.#stores, this.#target, {}));
			return;
		}
		await forEach(events, AT_A_TIME, (event) => this.#apply(event));
	}

	async #apply({ action, node }) {
		if (node.modifiedIndex <= this.#readIndex) return;
		const entry = this.#clock.entryOf(node);
		this.#hasten(entry);
		if (!REMOVALS.includes(action)) await this.#target.put(entry);
		else if (entry.isDir) await this.#removeBelow(node.key);
		else await this.#target.remove(node.key);
		this.applied++;
		this.lastIndex = Math.max(this.lastIndex, node.modifiedIndex);
	}

	async #removeBelow(directory) {
		const copies = [...this.#target.copies];
		const below = copies.filter(([key]) => isWithin(directory, key));
		const entries = below.map(([key, { isDir }]) => ({ key, isDir }));
		await removeAll(this.#target, entries);
	}

	/** A reading of the v2 store: from here on only later events count. */
	#note({ entries, index }) {
		this.#readIndex = index;
		this.readAt = performance.now();
		this.#period = LONGEST_PERIOD_MS;
		for (const entry of entries.values()) this.#hasten(entry);
	}

	/** Rounds must come several times in the life of the shortest TTL, whose refreshes are no events. */
	#hasten({ ownExpiresAt }) {
		const period = (ownExpiresAt - performance.now()) / 4;
		this.#period = Math.max(SHORTEST_PERIOD_MS, Math.min(period, this.#period));
	}
}

/** Events in groups that can be applied in any order: of files, each of another key. A directory and a round stand alone. */
function* steps(events) {
	let group = new Map();
	for (const event of events) {
		const isAlone = event.action === "resync" || event.node.dir;
		const key = event.node?.key;
		if (isAlone || group.has(key)) {
			if (group.size > 0) yield [...group.values()];
			group = new Map();
		}
		if (isAlone) yield [event];
		else group.set(key, event);
	}
	if (group.size > 0) yield [...group.values()];
}

module.exports = { Follower, steps };
