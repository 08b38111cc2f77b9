// How a chain of waits goes on after an event or an error. The addon decides it; wait.js obeys.
//
// It is kept beside the event or the error and not with the call: a caller may have wrapped `get`, and a wrapper hands on the
// error or the event, but perhaps not the callback.
"use strict";

/** By event or error: `{nextIndex, repoll, gap}`. */
const continuations = new WeakMap();

const NONE = Object.freeze({});

/**
 * Notes how the chain goes on after an event or an error. `nextIndex`: the index from which the next wait looks, if it is known.
 * `repoll`: the next poll follows at once, without a call of the callback. `gap`: the indexes whose events may be lost.
 */
function note(ended, { nextIndex, repoll, gap }) {
	if (Number.isNaN(nextIndex) && !repoll) return;
	if (typeof ended !== "object" || ended === null) return;
	const known = Number.isNaN(nextIndex) ? undefined : nextIndex;
	continuations.set(ended, { nextIndex: known, repoll, gap });
}

/** How the chain goes on, as far as it is known. */
function after(ended) {
	return continuations.get(ended) ?? NONE;
}

module.exports = { after, note };
