// Which differences are meant: the entries of differences.js and its like, and which of them were needed.
//
// An entry has a `point` (of docs/compatibility.md, or "bad input"), says `what` it is,
// and has an `example`: steps in which it is certain to occur. `when(call)` says which calls it is for.
// Then either
// - `skip`: the original is not called, because it would never answer, or not the same each time; `ours` judges alone;
// - `instead(call)`: the original gets this call, whose outcome is the one that is meant; and, or instead,
// - `fields` are the only ones that may differ, if `original(theirs, call)` and `ours(mine, call, theirs)`.
// With `resync`, what the two store may differ after it, so both start afresh. With `fatal`, the original
// cannot be given the call itself: it would never answer, end the process, or call a stranger.

/** The entries, and which of them were needed. */
class Allowed {
	constructor(entries) {
		this.entries = entries;
		this.used = new Set();
	}

	for(call) {
		return this.entries.filter((entry) => entry.when(call));
	}

	/** The call that the original gets; undefined for none. */
	forOriginal(call) {
		const entries = this.for(call);
		if (entries.some((entry) => entry.skip)) return undefined;
		const changing = entries.filter((entry) => entry.instead);
		return changing.reduce((changed, entry) => entry.instead(changed), call);
	}

	/** Whether a call whose outcomes differ in `fields` may; notes the entries that it needed. */
	excuse(call, fields, theirs, mine) {
		const entries = this.for(call);
		if (!theirs) return this._excuseSkipped(entries, call, mine);
		for (const entry of entries) if (entry.instead) this.used.add(entry);
		const covering = entries.filter(
			(entry) =>
				entry.fields?.some((name) => fields.includes(name)) &&
				(entry.original?.(theirs, call) ?? true) &&
				entry.ours(mine, call, theirs),
		);
		for (const entry of covering) this.used.add(entry);
		const covered = new Set(covering.flatMap((entry) => entry.fields));
		return fields.every((name) => covered.has(name));
	}

	_excuseSkipped(entries, call, mine) {
		const judges = entries.filter(
			(entry) => entry.skip && entry.ours(mine, call),
		);
		for (const entry of judges) this.used.add(entry);
		return judges.length > 0;
	}

	mustResync(call) {
		return this.for(call).some((entry) => entry.resync || entry.skip);
	}

	/** The entries that were never needed. */
	get dead() {
		const dead = this.entries.filter((entry) => !this.used.has(entry));
		return dead.map(({ point, what }) => `${point}: ${what}`);
	}
}

module.exports = { Allowed };
