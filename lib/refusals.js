// When a call of a destroyed store gets its error. Its callback may call again, whatever it gets, and so for ever: such a
// loop must cost nothing worth measuring, starve nobody, and not keep the process alive.
"use strict";

const loop = require("./loop");

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
/** A call that comes this long after the one before is no part of a loop. */
const QUIET_MS = 2000;
/** In how many turns of the event loop on end calls are refused at once. */
const WAIT_TURNS = 10;
const OTHER_TURNS = 100;

const { performance } = globalThis;
const now = performance.now.bind(performance);

/** Counts the turns of the event loop in which calls come, one soon after the other. */
class Streak {
	#turns = 0;
	#last = Number.NEGATIVE_INFINITY;
	#isCounted = false;

	count() {
		const passed = now() - this.#last;
		this.#last = now();
		if (passed > QUIET_MS) this.#turns = 0;
		if (this.#isCounted) return this.#turns;
		this.#isCounted = true;
		const goesRound = () => {
			this.#isCounted = false;
		};
		loop.setTimeout(goesRound, loop.SHORTEST_MS, false);
		return ++this.#turns;
	}
}

/** The calls that a destroyed store refuses. */
class Refusals {
	#waits = new Streak();
	#others = new Streak();

	/**
	 * After how many `ms` the error comes that a call gets now, and whether the call `holds` the event loop open until then.
	 * Undefined: on the next tick.
	 */
	delayOf(isWait) {
		const streak = isWait ? this.#waits : this.#others;
		const over = streak.count() - (isWait ? WAIT_TURNS : OTHER_TURNS);
		if (over > 0) return pause(over);
		return isWait ? { ms: loop.SHORTEST_MS, holds: true } : undefined;
	}
}

/** The pauses of a loop grow to a second. */
function pause(number) {
	const ms = Math.min(FIRST_PAUSE_MS * 2 ** (number - 1), LONGEST_PAUSE_MS);
	return { ms, holds: false };
}

module.exports = { Refusals };
