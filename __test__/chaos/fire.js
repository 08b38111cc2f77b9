// A cluster under fire: faults one after the other while many clients write and wait, and what the
// package under test may be blamed for afterwards.
const { setTimeout: sleep } = require("node:timers/promises");
const { prefix } = require("../support");
const { until } = require("../support/etcd/member");
const { put, readAll } = require("./direct");
const { durationOf, inflict, namesOfFaults, schedule } = require("./faults");
const { History } = require("./history");
const { latency } = require("./latency");
const { Load } = require("./load");
const { Reference } = require("./reference");
const { Stage } = require("./stage");

// The values that are written past the load.
const BEGIN = "begin";
const END = "end";

class Fire {
	/**
	 * `hold`: the shortest and the longest time in ms that a fault lasts; `tell` is given a line for each; `latencyMs`:
	 * for how long latencies are measured before the fire, if at all.
	 */
	constructor({ tls = false, tell = () => {}, ...options }) {
		Object.assign(this, { tls, tell, ...options });
		this.directory = prefix("chaos").slice(0, -1);
		this.history = new History();
		this.inflicted = {};
	}

	/** Resolves with what happened, in figures, and `violations`. */
	async run() {
		const started = Date.now();
		this.stage = await this.open();
		try {
			if (this.latencyMs) this.latencies = await this.measure();
			await this.begin();
			await this.burn();
			await this.calm();
			this.check(await readAll(this.stage.members, this.directory));
		} finally {
			await this.reference?.close();
			await this.stage.close();
		}
		return this.report(Date.now() - started);
	}

	open() {
		return Stage.open(this);
	}

	names() {
		return namesOfFaults(this.tls);
	}

	inflict(fault) {
		return inflict(this.stage, fault);
	}

	loadOf(options) {
		return new Load(options);
	}

	/** Latencies with a follower killed, and with the leader killed. */
	async measure() {
		const { stage, latencyMs: ms } = this;
		const directory = prefix("latency").slice(0, -1);
		const leader = await stage.leader();
		const follower = stage.seats.find((seat) => seat !== leader);
		const killed = { seat: follower, directory, ms };
		const ofFollower = await latency(stage, killed);
		await stage.healthy();
		const seat = await stage.leader();
		const ofLeader = await latency(stage, { ...killed, seat });
		await stage.healthy();
		return { "a follower killed": ofFollower, "the leader killed": ofLeader };
	}

	async begin() {
		const { stage, history, directory, seed } = this;
		this.reference = await Reference.open(stage.members, directory);
		for (const key of ["swap", "update"])
			await put(stage.members, `/${directory}/${key}`, BEGIN);
		this.load = this.loadOf({ stage, history, directory, seed });
		this.load.start(this.reference.first);
	}

	async burn() {
		for (const fault of schedule(this.seed, this.count, this.names()))
			await this.suffer(fault);
	}

	async suffer(fault) {
		const [least, most] = this.hold;
		const ms = (least + (most - least) * fault.share) * durationOf(fault);
		this.tell(`${fault.name}, for ${Math.round(ms)} ms`);
		const heal = await this.inflict(fault);
		await sleep(ms);
		await heal();
		await this.stage.healthy();
		this.inflicted[fault.name] = (this.inflicted[fault.name] ?? 0) + 1;
	}

	/** Everything is well again: what is on its way arrives, and every watcher sees a last event. */
	async calm() {
		await this.load.stop();
		const { members } = this.stage;
		const keys = this.load.watchers.map(({ key, recursive }) =>
			recursive ? `${key}/${END}` : key,
		);
		for (const key of keys) await put(members, key, END);
		const last = await readAll(members, this.directory);
		const indexes = [...last.values()].map((node) => node.modifiedIndex);
		this.last = Math.max(...indexes);
		await this.reference.upTo(this.last);
		await this.settled();
	}

	async settled() {
		const behind = () =>
			this.load.watchers.filter((w) => !w.isThrough(this.reference.events));
		await until(
			() => behind().length === 0,
			() => new Error("behind"),
		).catch(() =>
			this.history.violate("a watcher does not come to the end", {
				...{ watchers: behind().map(({ name }) => name) },
			}),
		);
		for (const watcher of this.load.watchers) watcher.stop();
	}

	check(stored) {
		const { events } = this.reference;
		this.history.check(events, stored, [BEGIN, END]);
		for (const watcher of this.load.allWatchers()) {
			const isWitness = !this.load.watchers.includes(watcher);
			const until = isWitness ? watcher.seen.at(-1)?.index : this.last;
			this.history.violations.push(...watcher.violations(events, until));
		}
	}

	report(ms) {
		const { history, reference } = this;
		const watchers = this.load.allWatchers();
		const sum = (of) => watchers.reduce((total, w) => total + of(w), 0);
		return {
			seed: this.seed,
			seconds: Math.round(ms / 1000),
			faults: this.inflicted,
			calls: history.calls,
			writes: history.writes.length,
			acknowledged: history.count("acknowledged"),
			ambiguous: history.count("ambiguous"),
			notApplied: history.count("not applied"),
			unreadable: history.count("unreadable"),
			reads: history.reads.length,
			overtaken: history.overtaken,
			events: reference.events.length,
			watchers: watchers.length,
			seen: sum(({ seen }) => seen.length),
			gaps: sum(({ gaps }) => gaps.length),
			latencies: this.latencies,
			violations: history.violations,
		};
	}
}

/** Sets a cluster on fire: see Fire. */
function fire(options) {
	return new Fire(options).run();
}

module.exports = { END, Fire, fire };
