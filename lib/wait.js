// A wait and those that `next` makes of it.
//
// The addon sees to it that a wait misses nothing between its polls. Here it goes on where the history
// is gone, and remembers in the caller's options where the next one starts.
"use strict";

const errors = require("./errors");

const HISTORY_CLEARED = "The event in requested index is outdated and cleared";

const noop = () => {};

/**
 * A chain of waits: the one that was called, and those that `next` called.
 * Its stop function stops whichever is under way.
 */
class Waits {
	stopped = false;
	stops = new Set();

	stop() {
		this.stopped = true;
		for (const stop of this.stops) stop();
		this.stops.clear();
	}
}

/** Waits for an event of a key, through the store's `get`, which the caller may have wrapped. */
function wait(store, key, opts, cb, chain) {
	const waits = chain instanceof Waits ? chain : new Waits();
	const next = (cb) =>
		waits.stopped ? noop : store.wait(key, opts, cb, waits);
	let stop = noop;
	const poll = () => {
		if (waits.stopped) return;
		stop = store.get(key, opts, cb && onresult) || noop;
		waits.stops.add(stop);
	};
	const onresult = (err, result) => {
		waits.stops.delete(stop);
		if (waits.stopped) return;
		if (err && isHistoryCleared(err)) return skipGap(opts, err, poll);
		moveOn(opts, err, result);
		if (err?.code === "ETIMEDOUT") return poll();
		if (err) cb(err, null, next);
		else cb(null, result, next);
	};
	poll();
	return () => waits.stop();
}

/** Leaves in the options where a wait goes on, so that nothing is missed in between. */
function moveOn(opts, err, result) {
	const index = err ? errors.waitIndexOf(err) : result?.node?.modifiedIndex + 1;
	if (index >= 0) Reflect.set(opts, "waitIndex", index);
}

function isHistoryCleared(err) {
	return err.code === 401 && err.message === HISTORY_CLEARED && err.index;
}

/** Goes on with what etcd still has, and tells who wants to know what may have been missed. */
function skipGap(opts, err, goOn) {
	const from = Number(opts.waitIndex);
	Reflect.set(opts, "waitIndex", err.index + 1);
	try {
		if (typeof opts.onGap === "function") opts.onGap(from, err.index);
	} finally {
		goOn();
	}
}

module.exports = wait;
