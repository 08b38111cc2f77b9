// When a call of a destroyed store gets its error. Its callback may call again, whatever it gets, and so for ever: such a
// loop must cost nothing worth measuring and starve nobody, and one of waits must not keep the process alive.
"use strict";

const loop = require("./loop");

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
/** A call that comes this long after the last error is no part of a loop. */
const QUIET_MS = 10;
/** In how many turns of the event loop on end calls are refused without a pause. */
const MOST_TURNS = 10;

const { performance } = globalThis;
const now = performance.now.bind(performance);

/** Calls of one kind that a destroyed store refuses, one soon after the error of the other. */
class Streak {
	#turns = 0;
	#lastError = Number.NEGATIVE_INFINITY;
	#isCounted = false;

	/** After how many milliseconds a call gets its error, where the first ones get theirs after `shortest`. */
	next(shortest) {
		if (now() - this.#lastError > QUIET_MS) this.#turns = 0;
		if (!this.#isCounted) this.#count();
		const over = this.#turns - MOST_TURNS;
		const pause = FIRST_PAUSE_MS * 2 ** (over - 1);
		return over > 0 ? Math.min(pause, LONGEST_PAUSE_MS) : shortest;
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
	 * then, and what is to be called with it, `note`. A wait never gets its error on the next tick: the README's loop,
	 * `next(onchange)` whatever happened, would starve the event loop.
	 */
	delayOf(isWait) {
		const streak = isWait ? this.#waits : this.#others;
		const shortest = isWait ? loop.SHORTEST_MS : 0;
		const ms = streak.next(shortest);
		return { ms, holds: !isWait || ms === shortest, note: streak.note };
	}
}

module.exports = { Refusals };
