// The time at which a call of a destroyed store gets its error. A callback may call again after each error, for ever: such a loop must
// not occupy the event loop. A loop of waits, which are made for endless loops, must also cost next to nothing and must not keep
// the process alive. Other calls may belong to a finite program, which must not take longer.
"use strict";

const loop = require("./loop");

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
/** A call that comes this long after the last error is no part of a loop. */
const QUIET_MS = 10;
/** The number of turns of the event loop in a row in which calls are refused without a pause. */
const MOST_TURNS = 10;

const { performance } = globalThis;
const now = performance.now.bind(performance);

/** Calls of one kind that a destroyed store refuses, one soon after the error of the other. */
class Streak {
	#turns = 0;
	#lastError = Number.NEGATIVE_INFINITY;
	#isCounted = false;

	/** Counts a call; returns how many turns of the event loop over the most that go without a pause there have been. */
	next() {
		if (now() - this.#lastError > QUIET_MS) this.#turns = 0;
		if (!this.#isCounted) this.#count();
		return this.#turns - MOST_TURNS;
	}

	/** A call gets its error now. */
	note = () => {
		this.#lastError = now();
	};

	/** Calls before the event loop goes round are one turn. */
	#count() {
		this.#turns++;
		this.#isCounted = true;
		const goesRound = () => {
			this.#isCounted = false;
		};
		loop.setTimeout(goesRound, loop.SHORTEST_MS, false);
	}
}

/** The calls that a destroyed store refuses. */
class Refusals {
	#waits = new Streak();
	#others = new Streak();

	/**
	 * After how many `ms` the error of a call comes, 0 being the next tick, whether the call `holds` the event loop open until
	 * then, and what is to be called with it, `note`.
	 */
	delayOf(isWait) {
		return isWait ? this.#ofWait() : this.#ofOther();
	}

	/**
	 * A wait never gets its error on the next tick: the README's loop, `next(onchange)` whatever happened, would starve the
	 * event loop.
	 */
	#ofWait() {
		const over = this.#waits.next();
		const { note } = this.#waits;
		if (over <= 0) return { ms: loop.SHORTEST_MS, holds: true, note };
		const pause = FIRST_PAUSE_MS * 2 ** (over - 1);
		return { ms: Math.min(pause, LONGEST_PAUSE_MS), holds: false, note };
	}

	#ofOther() {
		const ms = this.#others.next() > 0 ? loop.SHORTEST_MS : 0;
		return { ms, holds: true, note: this.#others.note };
	}
}

module.exports = { Refusals };
