// A wait and those that `next` makes of it.
//
// The addon sees to it that a wait misses nothing between its polls. Here it goes on where the history
// is gone, and remembers in the caller's options where the next one starts.
"use strict";

const errors = require("./errors");
const values = require("./values");

const HISTORY_CLEARED = "The event in requested index is outdated and cleared";

const noop = () => {};

let lastId = 0;

/**
 * A chain of waits: the one that was called, and those that `next` called.
 * Its stop function stops whichever is under way.
 */
class Waits {
	id = ++lastId;
	stopped = false;
	stops = new Set();

	stop() {
		this.stopped = true;
		for (const stop of this.stops) stop();
		this.stops.clear();
	}
}

/** The chain for which `next` is calling the store's `wait`, which the caller may have wrapped. */
let joined = null;

/** The chain that is calling the store's `get`, which the caller may have wrapped too. */
let polling = null;

/** What the addon knows the chain by that is polling: where one wait could not begin, the next one does. */
wait.chain = () => polling?.id;

/** Waits for an event of a key, through the store's `get`, which the caller may have wrapped. */
function wait(store, key, opts, cb) {
	const waits = joined ?? new Waits();
	joined = null;
	poll(waits, store, key, opts, cb);
	return () => waits.stop();
}

/** Waits for the event after this one, as a part of the same chain. */
function next(waits, store, key, opts, cb) {
	if (waits.stopped) return noop;
	joined = waits;
	try {
		return store.wait(key, opts, cb);
	} finally {
		joined = null;
	}
}

function poll(waits, store, key, opts, cb) {
	if (waits.stopped) return;
	let ended = false;
	let stop = noop;
	const onresult = (err, result) => {
		ended = true;
		waits.stops.delete(stop);
		if (waits.stopped) return;
		const again = () => poll(waits, store, key, opts, cb);
		if (err && isLost(err, opts)) return skipGap(opts, err, again);
		moveOn(opts, err, result);
		if (err?.code === "ETIMEDOUT" && err.connect) return again();
		const goOn = (cb) => next(waits, store, key, opts, cb);
		if (err) cb(err, null, goOn);
		else cb(null, result, goOn);
	};
	const returned = get(waits, store, key, opts, cb && onresult);
	if (ended || typeof returned !== "function") return;
	stop = returned;
	waits.stops.add(stop);
}

function get(waits, store, ...args) {
	polling = waits;
	try {
		return store.get(...args);
	} finally {
		polling = null;
	}
}

/** Leaves in the options where a wait goes on, so that nothing is missed in between. */
function moveOn(opts, err, result) {
	const index = err ? errors.waitIndexOf(err) : values.indexAfter(result?.node);
	if (index >= 0) Reflect.set(opts, "waitIndex", index);
}

/** Whether etcd no longer has what was to come. */
function isLost(err, opts) {
	return errors.hasGoneBack(err) || isHistoryCleared(err, opts);
}

/** Only where it leads on: a host that says it of every index would be asked for ever. */
function isHistoryCleared(err, opts) {
	const { code, message, index } = err;
	if (code !== 401 || message !== HISTORY_CLEARED) return false;
	return Number.isSafeInteger(index) && index > 0 && !(index < opts.waitIndex);
}

/** Goes on with what etcd still has, and tells who wants to know what may have been missed. */
function skipGap(opts, err, goOn) {
	const from = errors.waitFromOf(err) ?? Number(opts.waitIndex);
	const next = errors.waitIndexOf(err) ?? err.index + 1;
	Reflect.set(opts, "waitIndex", next);
	try {
		if (typeof opts.onGap === "function") opts.onGap(from, next - 1);
	} finally {
		goOn();
	}
}

module.exports = wait;
