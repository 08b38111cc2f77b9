// The load of the servers: the writers and watchers of every cluster, with clients over plain HTTP.
const { call } = require("../../support");
const { END } = require("../fire");
const { Load } = require("../load");
const { Watcher } = require("../watchers");
const { Witness } = require("../witness");
const writers = require("../writers");

const { Setter } = writers;
// Longer than a server takes for an answer in the worst case.
const LONG_TIMEOUT_MS = 20_000;
// Some watchers leave a server that is silent. The others have no time limit: a wait that hangs for ever is noticed.
const PATIENCE_MS = 1500;

/** Sets a key that nobody else writes, and reads it without a quorum: the server that has acknowledged the write must know it. */
class Reader extends Setter {
	async step(value) {
		const key = this.key(`set/${this.name}`);
		const set = { key, value, sole: true };
		const { outcome, index } = await this.write(set, "set", value);
		if (outcome !== "acknowledged") return;
		const server = this.store.answered;
		const { args } = await call(this.store, "get", key, {});
		const atLeast = this.store.answered === server ? index : 0;
		await this.history.read(key, atLeast, Promise.resolve({ args }));
	}
}

/** Counts a number up, by comparing and swapping it. */
class Counter extends writers.Swapper {
	async step(value) {
		const key = this.key("count");
		const { node } = await this.read(key, 0);
		const seen = node?.value ?? "";
		if (!node) {
			const create = { key, value: `1 ${value}`, once: true };
			await this.write(create, "set", create.value, { prevExist: false });
			return;
		}
		const next = `${Number.parseInt(seen, 10) + 1} ${value}`;
		const swap = { key, value: next, once: true };
		await this.write(swap, "compareAndSwap", next, seen);
	}
}

/** What is wrong with the events of a counter. */
function miscounts(events) {
	const counts = events.filter(
		({ key, value }) => key.endsWith("/count") && value !== END,
	);
	return counts
		.map(({ value }) => Number.parseInt(value, 10))
		.map((number, i) => ({ number, due: i + 1 }))
		.filter(({ number, due }) => number !== due)
		.map((about) => ({ what: "a counter miscounts", about }));
}

/**
 * A watcher of a client that may be told of a gap where etcd's history was compacted. An event whose revision is compacted before it
 * arrives has no action of its own: nothing tells it any more.
 */
class GatewayWatcher extends Watcher {
	constructor({ stage, ...options }) {
		super(options);
		this.stage = stage;
		this.plain = new Set();
	}

	take(event) {
		super.take(event);
		const { modifiedIndex: index } = event.node;
		if (this.stage.isCompacting || this.stage.isCompacted(index))
			this.plain.add(index);
	}

	violations(events, until) {
		const shown = (event) =>
			this.plain.has(event.index)
				? { ...event, action: event.value === undefined ? "delete" : "set" }
				: event;
		this.seen = this.seen.map(shown);
		return super.violations(events.map(shown), until);
	}

	isLost({ from }) {
		return this.stage.isCompacted(from);
	}
}

/** A wait that was cut off must begin again: then a compaction may have taken what it would have seen. */
class GatewayWitness extends Witness {
	watcherOf(options) {
		return new GatewayWatcher({ ...options, stage: this.store.stage });
	}

	hasSeen(index) {
		const { gaps } = this.watcher;
		const isInGap = gaps.some(({ from, to }) => from <= index && index <= to);
		return isInGap || super.hasSeen(index);
	}
}

class GatewayLoad extends Load {
	static writers = [
		...super.writers,
		...Array(3).fill("Reader"),
		...Array(3).fill("Counter"),
	];

	writer(kind, i) {
		const timeout = i % 5 === 4 ? LONG_TIMEOUT_MS : undefined;
		const Kind = { ...writers, Reader, Counter }[kind];
		return new Kind(this.options(`${kind}${i}`, timeout));
	}

	witnessOf(options) {
		return new GatewayWitness(options);
	}

	/** Each once by a client that is patient, and once by one that is not. */
	watched() {
		const all = [...super.watched(), { path: "/count", recursive: false }];
		return [PATIENCE_MS, undefined].flatMap((patience) =>
			all.map((what) => ({ ...what, patience })),
		);
	}

	watcher({ path, recursive, patience }, waitIndex) {
		const { stage } = this;
		const store = stage.client({ patience });
		const key = `/${this.directory}${path}`;
		const name = `${path} ${patience ? "impatient" : "patient"}`;
		const what = { name, store, key, recursive, waitIndex };
		return new GatewayWatcher({ ...what, stage });
	}
}

module.exports = { GatewayLoad, miscounts };
