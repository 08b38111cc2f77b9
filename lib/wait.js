// A wait and those that `next` makes of it.
//
// The addon sees to it that a wait misses nothing between its polls. Here it goes on where the history
// is gone, and keeps the index from which the next one looks.
"use strict";

const errors = require("./errors");
const { NATIVE } = require("./submission");
const values = require("./values");

const HISTORY_CLEARED = "The event in requested index is outdated and cleared";

/** On the callback of a wait or a poll: its chain. A wrapper of `wait` or `get` may call the original method later. */
const CHAIN = Symbol("etcdjs.chain");

const noop = () => {};

/** The `waitIndex` that a chain has last left in an object of options: any other value is the caller's own. */
const shown = new WeakMap();

let lastId = 0;

/**
 * A chain of waits: the one that was called, and those that `next` called.
 * Its stop function stops whichever is under way.
 *
 * The chain owns its index. The caller's options only show it, because several chains may share them.
 */
class Waits {
	id = ++lastId;
	stopped = false;
	stops = new Set();
	/** The index from which the next poll looks; undefined for whatever comes next. */
	index;
	/** The options of the latest call. */
	opts;

	constructor(opts) {
		this.index = standing(opts);
		this.opts = opts;
	}

	/** Goes on with the options of a call to `next`. */
	resume(opts) {
		const index = standing(opts);
		if (!this.#isShown(opts, index)) this.index = index;
		this.opts = opts;
	}

	/** The index for a poll with these options and their `waitIndex`: a wrapper of `get` may have changed either. */
	indexFor(opts, waitIndex) {
		return this.#isShown(opts, waitIndex) ? this.index : waitIndex;
	}

	/** Moves on to an index, if there is one, and shows it to the caller. */
	moveOn(index) {
		if (index >= 0) this.index = index;
		this.show();
	}

	/** Leaves the index in the options: a later wait with the same options goes on from there, as in etcdjs. */
	show() {
		const { opts, index } = this;
		if (!Object.is(standing(opts), index)) write(opts, index);
		shown.set(opts, standing(opts));
	}

	#isShown(opts, index) {
		const known = shown.has(opts) ? opts : this.opts;
		return shown.has(known) && Object.is(shown.get(known), index);
	}

	stop() {
		this.stopped = true;
		for (const stop of this.stops) stop();
		this.stops.clear();
	}
}

/** An accessor that throws is an error of the poll, which reads it again. */
function standing(opts) {
	try {
		return opts.waitIndex;
	} catch {
		return undefined;
	}
}

/** Options that cannot be changed keep what they have. */
function write(opts, index) {
	try {
		Reflect.set(opts, "waitIndex", index);
	} catch {
		// A setter or a proxy of the caller's refuses it.
	}
}

/** The call to the store's `wait` that `next` is making, which the caller may have wrapped. */
let joining = null;

/** The call to the store's `get` that a chain is making, which the caller may have wrapped too. */
let polling = null;

/** The chain that polls with this callback, if any. The addon knows the chain by its `id`. */
wait.chainOf = (store, key, opts, cb) =>
	cb?.[CHAIN] ?? chainOfWrapped(polling, store, key, opts);

/**
 * The chain of a call for which a wrapper has put a callback of its own in place. A wrapper may make calls for other purposes
 * too, so the call must be to the same store, with the same options or for the same key; a wrapper may add a prefix.
 */
function chainOfWrapped(made, store, key, opts) {
	if (made === null || made.store[NATIVE] !== store[NATIVE]) return undefined;
	const isSame = opts === made.opts || isSameKey(key, made.key);
	return isSame ? made.waits : undefined;
}

function isSameKey(key, made) {
	if (typeof key !== "string" || typeof made !== "string") return key === made;
	return key.endsWith(made);
}

/** A chain whose first wait is yet to come. */
wait.chain = () => new Waits({});

/** Waits for the next event as a part of a chain. */
wait.join = next;

/** Waits for an event of a key, through the store's `get`, which the caller may have wrapped. */
function wait(store, key, opts, cb) {
	const joined = cb?.[CHAIN] ?? chainOfWrapped(joining, store, key, opts);
	const waits = joined ?? new Waits(opts);
	if (joined) waits.resume(opts);
	if (joined && joined === joining?.waits) joining = null;
	poll(waits, store, key, opts, cb);
	return () => waits.stop();
}

/** Waits for the event after this one, as a part of the same chain. */
function next(waits, store, key, opts, cb) {
	if (waits.stopped) return noop;
	const outer = joining;
	const made = { waits, store, key, opts };
	joining = made;
	try {
		const stop = store.wait(key, opts, inChain(waits, cb));
		// A wrapper has not passed the chain on: the chain's stop function is to end what the wrapper has called.
		if (joining === made && typeof stop === "function") waits.stops.add(stop);
		return stop;
	} finally {
		joining = outer;
	}
}

/** A callback that names its chain. The caller's own function may be that of several chains. */
function inChain(waits, cb) {
	if (typeof cb !== "function") return cb;
	const callback = (...args) => cb(...args);
	callback[CHAIN] = waits;
	return callback;
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
		if (err && isLost(err, waits)) return skipGap(waits, opts, err, again);
		waits.moveOn(nextIndex(err, result));
		if (err?.code === "ETIMEDOUT" && err.connect) return again();
		const goOn = (cb) => next(waits, store, key, opts, cb);
		if (err) cb(err, null, goOn);
		else cb(null, result, goOn);
	};
	onresult[CHAIN] = waits;
	waits.show();
	const returned = get(waits, store, key, opts, cb && onresult);
	if (ended || typeof returned !== "function") return;
	stop = returned;
	waits.stops.add(stop);
}

function get(waits, store, key, opts, cb) {
	const outer = polling;
	polling = { waits, store, key, opts };
	try {
		return store.get(key, opts, cb);
	} finally {
		polling = outer;
	}
}

/** Where a wait goes on, so that nothing is missed in between. */
function nextIndex(err, result) {
	return err ? errors.waitIndexOf(err) : values.indexAfter(result?.node);
}

/** Whether etcd no longer has what was to come. */
function isLost(err, waits) {
	return errors.hasGoneBack(err) || isHistoryCleared(err, waits);
}

/** Only where it leads on: a host that says it of every index would be asked for ever. */
function isHistoryCleared(err, waits) {
	const { code, message, index } = err;
	if (code !== 401 || message !== HISTORY_CLEARED) return false;
	return Number.isSafeInteger(index) && index > 0 && !(index < waits.index);
}

/** Goes on with what etcd still has, and tells who wants to know what may have been missed. */
function skipGap(waits, opts, err, goOn) {
	const from = errors.waitFromOf(err) ?? Number(waits.index);
	const next = errors.waitIndexOf(err) ?? err.index + 1;
	waits.moveOn(next);
	try {
		if (typeof opts.onGap === "function") opts.onGap(from, next - 1);
	} finally {
		goOn();
	}
}

module.exports = wait;
