// Chains of waits, and whether each saw every change in order, once, or was told where it did not.

class Watcher {
	/** Watches a key, or a directory with all that is in it, from `waitIndex` on if that is given. */
	constructor({ name, store, key, recursive = false, waitIndex }) {
		Object.assign(this, { name, key, recursive });
		this.seen = [];
		this.gaps = [];
		this.errors = 0;
		this.from = waitIndex;
		const onGap = (from, to) =>
			this.gaps.push({ from, to, after: this.seen.length });
		const opts = { recursive, onGap, ...(waitIndex && { waitIndex }) };
		const onchange = (err, result, next) => {
			if (err) this.errors++;
			else if (result?.node) this.take(result);
			next(onchange);
		};
		this.stop = store.wait(key, opts, onchange);
	}

	take({ action, node }) {
		const { key, value, modifiedIndex: index } = node;
		this.seen.push({ index, action, key, value });
	}

	/** Whether it has seen the last of these events that concerns it. */
	isThrough(events) {
		const last = events.findLast((event) => this.concerns(event));
		return this.seen.at(-1)?.index >= last.index;
	}

	/** What it did wrong, given all events; `until` is the last index that it had time for. */
	violations(events, until) {
		const first = this.from ?? this.seen[0]?.index ?? until + 1;
		const inGap = (index) =>
			this.gaps.some(({ from, to }) => from <= index && index <= to);
		const expected = events.filter(
			(event) => this.concerns(event) && first <= event.index,
		);
		const due = expected.filter(({ index }) => index <= until && !inGap(index));
		const seen = this.seen.filter(({ index }) => index <= until);
		return [...differences(due, seen), ...this.oddGaps()].map((what) => ({
			...{ what, about: { watcher: this.name, key: this.key } },
		}));
	}

	concerns({ key }) {
		if (key === this.key) return true;
		return this.recursive && key.startsWith(`${this.key}/`);
	}

	/** Whether etcd has lost events: it has the last 1,000. */
	isLost({ from, to }) {
		return to - from >= 1000;
	}

	/** A gap begins after the last event or gap, and has a reason. */
	oddGaps() {
		return this.gaps.flatMap(({ from, to, after }, i) => {
			const last = this.seen[after - 1]?.index;
			const next = this.seen[after]?.index;
			const text = `a gap from ${from} to ${to}, after ${last}, before ${next}`;
			const isWhole = !this.isLost({ from, to });
			const overlaps = next !== undefined && next <= to;
			const isNext = from === this.gaps[i - 1]?.to + 1;
			const begins = last === undefined || from === last + 1 || isNext;
			return isWhole || overlaps || !begins ? [text] : [];
		});
	}
}

/** The first difference between the events that were due and those that came. */
function differences(due, seen) {
	const length = Math.max(due.length, seen.length);
	for (let i = 0; i < length; i++) {
		const [a, b] = [due[i], seen[i]];
		if (isSame(a, b)) continue;
		const around = (list) =>
			JSON.stringify(list.slice(Math.max(0, i - 1), i + 2));
		return [
			`event ${i} of ${due.length}: due ${around(due)}, came ${around(seen)}`,
		];
	}
	return [];
}

function isSame(a, b) {
	if (!a || !b) return false;
	return ["index", "action", "key", "value"].every(
		(name) => a[name] === b[name],
	);
}

module.exports = { Watcher };
