// Clients that wait for a key without an index and write it at once: each must see all of its own writes.
const { setTimeout: sleep } = require("node:timers/promises");
const { until } = require("../support/etcd/member");
const { Watcher } = require("./watchers");
const { Setter } = require("./writers");

const WRITES = 4;

class Witness extends Setter {
	constructor(options) {
		super(options);
		const key = this.key(`set/${this.name}`);
		this.watcher = this.watcherOf({ name: this.name, store: this.store, key });
		this.own = [];
	}

	watcherOf(options) {
		return new Watcher(options);
	}

	hasSeen(index) {
		return this.watcher.seen.some((event) => event.index === index);
	}

	/** Writes a few times, and until one is acknowledged; resolves when that has been seen. */
	async run() {
		while (this.count < WRITES || !this.isAcknowledged) {
			const value = `${this.name}.${this.count++}`;
			const { key } = this.watcher;
			const done = await this.write({ key, value, sole: true }, "set", value);
			this.isAcknowledged = done.outcome === "acknowledged";
			if (this.isAcknowledged) this.own.push(done.index);
			else await sleep(this.pace);
		}
		await this.seesAll();
		this.watcher.stop();
	}

	async seesAll() {
		const missing = () => this.own.filter((own) => !this.hasSeen(own));
		await until(
			() => missing().length === 0,
			() => new Error("missed"),
		).catch(() =>
			this.history.violate("a client did not see its own write", {
				...{
					missing: missing(),
					own: this.own,
					gaps: this.watcher.gaps,
					errors: this.watcher.errors,
					seen: this.watcher.seen,
					name: this.name,
				},
			}),
		);
	}
}

module.exports = { Witness };
