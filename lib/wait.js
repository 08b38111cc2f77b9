// A wait and the waits that `next` makes of it: a chain.
//
// The addon decides how a chain goes on. This module polls as it is told, and keeps the index of the chain.
"use strict";

const continuation = require("./continuation");
const { NATIVE } = require("./submission");
const values = require("./values");

/** On the callback of a wait or a poll: its chain. A wrapper of `wait` or `get` may call the original method later. */
const CHAIN = Symbol("etcdjs.chain");

const noop = () => {};

/** By options: the `waitIndex` that a chain has left there last. Any other value is the caller's own. */
const shown = new WeakMap();

let lastId = 0;

/**
 * A chain of waits. Its stop function stops the wait in flight.
 *
 * The chain owns its index. The caller's options only show it, because several chains may share one object.
 */
class Waits {
	id = ++lastId;
	stopped = false;
	stops = new Set();
	/** The index from which the next poll looks; undefined for the next event, whatever its index. */
	index;
	/** The options of the latest call. */
	opts;
	/** Whether the next poll follows without a call of the program. */
	isRepoll = false;
	/** The call of `wait` that `next` has made last. */
	joining;

	constructor(opts) {
		this.index = standing(opts);
		this.opts = opts;
	}

	/** Goes on with the options of a call to `next`. */
	resume(opts) {
		const index = standing(opts);
		if (!this.#isShown(opts, index)) this.index = index;
		this.opts = opts;
		if (this.joining) this.joining.isJoined = true;
	}

	/** The index for a poll with these options and their `waitIndex`: a wrapper of `get` may have changed either. */
	indexFor(opts, waitIndex) {
		return this.#isShown(opts, waitIndex) ? this.index : waitIndex;
	}

	/** Sets the index, if there is one, and shows it to the caller. */
	advance(index) {
		if (index >= 0) this.index = index;
		this.show();
	}

	/** Writes the index into the options: a later wait with the same options goes on from there, as in etcdjs. */
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

/**
 * By options: the call of the store's `wait` that a chain is making with them, or of its `get`. The caller may have wrapped these
 * methods, and a wrapper may put its own callback in place of the chain's.
 */
const joining = new WeakMap();
const polling = new WeakMap();

/** Makes a call, during which `calls` has it. */
function during(calls, opts, made, call) {
	const outer = calls.get(opts);
	calls.set(opts, made);
	try {
		return call();
	} finally {
		if (outer) calls.set(opts, outer);
		else calls.delete(opts);
	}
}

/** The call that a chain is making with these options, if it is a call to this store: a wrapper may make calls to another one. */
function made(calls, store, opts) {
	const call = calls.get(opts);
	return call?.store[NATIVE] === store[NATIVE] ? call : undefined;
}

/** The chain that polls with these options and this callback, if any. The addon knows the chain by its `id`. */
wait.chainOf = (store, opts, cb) =>
	cb?.[CHAIN] ?? made(polling, store, opts)?.waits;

/** A chain whose first wait has not been called yet. */
wait.chain = () => new Waits({});

/** Waits for the next event as a part of a chain. */
wait.join = next;

/** Waits for an event of a key, through the store's `get`, which the caller may have wrapped. */
function wait(store, key, opts, cb) {
	const call = made(joining, store, opts);
	const joined = cb?.[CHAIN] ?? (call?.isJoined ? undefined : call?.waits);
	const waits = joined ?? new Waits(opts);
	if (joined) waits.resume(opts);
	poll(waits, store, key, opts, cb);
	return () => waits.stop();
}

/** Waits for the event after this one, as a part of the same chain. */
function next(waits, store, key, opts, cb) {
	if (waits.stopped) return noop;
	const call = { waits, store, isJoined: false };
	waits.joining = call;
	const stop = during(joining, opts, call, () =>
		store.wait(key, opts, inChain(waits, cb)),
	);
	// A wrapper has not passed the chain on: the stop function of the chain must end the wait of the wrapper.
	if (!call.isJoined && typeof stop === "function") waits.stops.add(stop);
	return stop;
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
		const after = continuation.after(err || result);
		const { nextIndex, gap } = after;
		// A wrapper of `get` may give an event of its own.
		const own = err ? undefined : values.indexAfter(result?.node);
		waits.advance(nextIndex ?? own);
		if (after.repoll)
			return afterGap(opts, gap, () => repoll(waits, store, key, opts, cb));
		const goOn = (cb) => next(waits, store, key, opts, cb);
		if (err) cb(err, null, goOn);
		else cb(null, result, goOn);
	};
	onresult[CHAIN] = waits;
	waits.show();
	const returned = during(polling, opts, { waits, store }, () =>
		store.get(key, opts, cb && onresult),
	);
	if (ended || typeof returned !== "function") return;
	stop = returned;
	waits.stops.add(stop);
}

/** Polls without a call of the program. */
function repoll(waits, store, key, opts, cb) {
	const { isRepoll } = waits;
	waits.isRepoll = true;
	try {
		poll(waits, store, key, opts, cb);
	} finally {
		waits.isRepoll = isRepoll;
	}
}

/** Goes on, and first tells the caller of a gap, if there is one. */
function afterGap(opts, gap, goOn) {
	try {
		if (gap && typeof opts.onGap === "function") opts.onGap(gap.from, gap.to);
	} finally {
		goOn();
	}
}

module.exports = wait;
