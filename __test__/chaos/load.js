// The load: many clients that write, and many that wait for what they write.
const { Chance } = require("../differential/prng");
const { Watcher } = require("./watchers");
const { Witness } = require("./witness");
const writers = require("./writers");

// So many events a second that what a watcher misses in a few seconds is still in etcd's history.
const PACE_MS = 100;
const TIMEOUT_MS = 1000;
// Longer than etcd takes to give up: these clients get its 500.
const LONG_TIMEOUT_MS = 9000;
const WITNESS_EVERY_MS = 1500;

const WRITERS = [
	...Array(6).fill("Setter"),
	...Array(3).fill("Pusher"),
	...Array(2).fill("Creator"),
	...Array(3).fill("Swapper"),
	...Array(1).fill("Updater"),
	...Array(2).fill("Remover"),
];

class Load {
	/** The kinds of the writers. */
	static writers = WRITERS;

	constructor({ stage, history, directory, seed }) {
		Object.assign(this, { stage, history, directory });
		this.chance = new Chance(seed);
		this.witnesses = [];
		this.witnessing = [];
	}

	start(waitIndex) {
		this.watchers = this.watched().map((what) => this.watcher(what, waitIndex));
		this.writers = this.constructor.writers.map((kind, i) =>
			this.writer(kind, i),
		);
		this.running = this.writers.map((writer) => writer.run());
		this.timer = setInterval(() => this.witness(), WITNESS_EVERY_MS);
		this.witness();
	}

	options(name, timeout = TIMEOUT_MS) {
		const { directory, history } = this;
		const store = this.stage.client({ timeout });
		const chance = new Chance(this.chance.below(2 ** 32));
		return { name, store, directory, history, chance, pace: PACE_MS };
	}

	writer(kind, i) {
		const timeout = i % 5 === 4 ? LONG_TIMEOUT_MS : TIMEOUT_MS;
		return new writers[kind](this.options(`${kind}${i}`, timeout));
	}

	/** Everything twice: by a client that looks at it from the first index on, and by one that has none. */
	watched() {
		const directories = ["", "/queue", "/create", "/remove"];
		const keys = ["/swap", "/update", "/set/Setter0", "/set/Setter1"];
		return [
			...directories.map((path) => ({ path, recursive: true })),
			...keys.map((path) => ({ path, recursive: false })),
		];
	}

	watcher({ path, recursive }, waitIndex) {
		const store = this.stage.client({ timeout: TIMEOUT_MS });
		const key = `/${this.directory}${path}`;
		return new Watcher({ name: path, store, key, recursive, waitIndex });
	}

	/** One more client that waits for what it writes itself. */
	witness() {
		const name = `Witness${this.witnesses.length}`;
		const witness = this.witnessOf(this.options(name));
		this.witnesses.push(witness);
		const run = witness.run();
		this.witnessing.push(run.then(() => this.stage.destroy(witness.store)));
	}

	witnessOf(options) {
		return new Witness(options);
	}

	/** Ends the writing; resolves when each call has been called back. */
	async stop() {
		clearInterval(this.timer);
		for (const writer of this.writers) writer.stopped = true;
		await Promise.all([...this.running, ...this.witnessing]);
	}

	allWatchers() {
		return [...this.watchers, ...this.witnesses.map(({ watcher }) => watcher)];
	}
}

module.exports = { Load };
