// What clients were told about their writes, and whether it is what happened.

/** What became of a write, as its caller sees it. */
function outcomeOf(err, result) {
	if (err) return err.ambiguous ? "ambiguous" : "not applied";
	return Number.isInteger(result?.node?.modifiedIndex)
		? "acknowledged"
		: "unreadable";
}

class History {
	constructor() {
		this.writes = [];
		this.reads = [];
		this.violations = [];
		this.calls = 0;
		this.pending = new Set();
	}

	/**
	 * Notes a write and what came of it. `once`: it must not be applied twice; `removes`: it takes its key away, which
	 * nobody else does; `sole`: a set of a key that nobody else writes. Its value, or else its key, is its own.
	 */
	async write(write, calling) {
		const { args } = await this.called(write, calling);
		const [err, result] = args;
		const outcome = outcomeOf(err, result);
		if (err) this.checkAttempts(write, err);
		const done = { ...write, err, outcome, index: result?.node?.modifiedIndex };
		done.toldKey = result?.node?.key;
		done.number = this.writes.length;
		this.writes.push(done);
		return { ...done, result };
	}

	/** Notes a read through the leader, called when `atLeast` was the index of the last write of its key. */
	async read(key, atLeast, calling) {
		const { args } = await this.called({ key, kind: "get" }, calling);
		const [err, result] = args;
		if (err) this.checkAttempts({ key, kind: "get" }, err);
		const node = result?.node;
		if (!err && node) this.reads.push({ key, atLeast, node });
		return { err, node };
	}

	async called(what, calling) {
		this.calls++;
		this.pending.add(what);
		const done = await calling;
		this.pending.delete(what);
		if (done.thrown) throw done.thrown;
		return done;
	}

	/** An error says what happened at each host, and the last of them is the one that it came from. */
	checkAttempts(what, err) {
		const attempts = err.attempts ?? [];
		const isComplete = ({ host, error }) => host && error;
		const isLast = attempts.at(-1)?.host === err.endpoint;
		if (!isLast || !attempts.every(isComplete))
			this.violate("an error does not list its attempts", { what, err });
	}

	violate(what, about) {
		this.violations.push({ what, about });
	}

	count(outcome) {
		return this.writes.filter((write) => write.outcome === outcome).length;
	}

	/** Compares what was told with the events and with what is stored in the end. `others`: values that are written past the load. */
	check(events, stored, others) {
		const index = new Events(events);
		this.checkValues(events, others);
		for (const write of this.writes) this.checkWrite(write, index);
		for (const read of this.reads) this.checkRead(read, index);
		this.checkStored(index, stored);
		this.checkOvertaken(index);
		for (const what of this.pending)
			this.violate("a call was never called back", { what });
	}

	checkWrite(write, index) {
		const found = index.of(write);
		const seen = { write, found };
		const { outcome } = write;
		if (outcome === "not applied" && found.length > 0)
			this.violate("a write that was called not applied was applied", seen);
		if (write.once && found.length > 1)
			this.violate("a write was applied twice", seen);
		if (outcome !== "acknowledged") return;
		const told = found.find((event) => event.index === write.index);
		if (!told) this.violate("an acknowledged write is missing", seen);
		else if (told.key !== write.toldKey)
			this.violate("an acknowledged write is of another key", seen);
	}

	/** A form that is cut off must not be taken for a whole one. */
	checkValues(events, others) {
		const written = new Set(this.writes.map(({ value }) => value));
		for (const event of events)
			if (event.value !== undefined && !written.has(event.value))
				if (!others.includes(event.value))
					this.violate("an event has a value that nobody wrote", { event });
	}

	checkRead({ key, atLeast, node }, index) {
		const event = index.at(node.modifiedIndex);
		if (event?.key !== node.key || event.value !== node.value)
			this.violate("a read brought what was never written", { key, node });
		if (node.modifiedIndex < atLeast)
			this.violate("a read went back in time", { key, node, atLeast });
	}

	/** The store ends as the events say, and with nothing but the last acknowledged value or a later one. */
	checkStored(index, stored) {
		for (const [key, event] of index.last) {
			const node = stored.get(key);
			const isGone = /delete|expire/i.test(event.action);
			if (isGone ? node : node?.modifiedIndex !== event.index)
				this.violate("the store does not end as its events do", {
					...{ key, event, node },
				});
		}
		for (const key of stored.keys())
			if (!index.last.has(key))
				this.violate("the store holds what nobody wrote", { key });
	}

	/**
	 * The last acknowledged sets of keys with one writer that end with an older value: a plain set that is sent again may
	 * leave a copy of itself at a member that hangs, and one that was given up may come late. No other may.
	 */
	checkOvertaken(index) {
		this.overtaken = 0;
		for (const write of this.newest().values()) {
			const { value } = index.last.get(write.key) ?? {};
			const older = this.writes.find((other) => other.value === value);
			if (!older || older.number >= write.number) continue;
			this.overtaken++;
			const isCopy = index.of(older).length > 1;
			if (!isCopy && older.outcome === "acknowledged")
				this.violate("an acknowledged write is undone", { write, older });
		}
	}

	/** The last acknowledged set of each key that has one writer. */
	newest() {
		const sets = this.writes.filter(
			({ sole, outcome }) => sole && outcome === "acknowledged",
		);
		return new Map(sets.map((write) => [write.key, write]));
	}
}

/** Events by what they are looked up by. */
class Events {
	constructor(events) {
		this.byIndex = new Map();
		this.byValue = new Map();
		this.removals = new Map();
		this.last = new Map();
		for (const event of events) this.add(event);
	}

	add(event) {
		this.byIndex.set(event.index, event);
		this.last.set(event.key, event);
		const removes = /delete/i.test(event.action);
		if (removes) enter(this.removals, event.key, event);
		else enter(this.byValue, event.value, event);
	}

	of({ removes, key, value }) {
		const found = removes ? this.removals.get(key) : this.byValue.get(value);
		return found ?? [];
	}

	at(index) {
		return this.byIndex.get(index);
	}
}

function enter(map, name, event) {
	if (map.has(name)) map.get(name).push(event);
	else map.set(name, [event]);
}

module.exports = { History };
