// An async iterator of a key's changes: a chain of waits that goes on through every fault.
"use strict";

const { onAbort } = require("./abort");
const { withOwn } = require("./call-options");
const calls = require("./calls");
const continuation = require("./continuation");
const {
	AbortError,
	EtcdError,
	HistoryGapError,
	from,
} = require("./etcd-error");
const { OF_WATCH, InPlaceOfPoll, Repoll, StartIndex } = require("./flags");
const loop = require("./loop");
const { placeOf, thrownAt } = require("./place");
const { invalid, optionsFault, signalFault } = require("./promises");
const spelling = require("./spelling");
const wait = require("./wait");

/** How many events it is ahead of who takes them. etcd keeps the others, 1,000 of the whole store. */
const AHEAD = 64;

const noop = () => {};

const DONE = Object.freeze({ value: undefined, done: true });

class Watch {
	#store;
	#key;
	#opts;
	#place;
	#events = [];
	#takers = [];
	#ready = deferred();
	#stop = noop;
	/** Goes on with a chain that is far enough ahead. */
	#goOn;
	#error;
	#ended = false;
	/** Whether the first read or poll is made, the one that is the program's call of `watch`. */
	#isCalled = false;

	constructor(store, key, opts, place) {
		const { signal, from } = opts;
		this.#store = store;
		this.#key = key;
		this.#opts = opts;
		this.#place = place;
		// A caller that ignores `ready` need not handle its rejection.
		this.#ready.promise.catch(() => {});
		if (signal) this.#listen(signal);
		if (!this.#ended) this.#begin(from);
	}

	/** Resolves with the index from which the watch sees every event. */
	get ready() {
		return this.#ready.promise;
	}

	[Symbol.asyncIterator]() {
		return this;
	}

	async next() {
		if (this.#events.length > 0) return this.#take();
		if (this.#ended) return this.#end();
		return new Promise((resolve, reject) => {
			this.#takers.push({ resolve, reject });
		});
	}

	async return() {
		this.#events = [];
		this.#close();
		return DONE;
	}

	#take() {
		const value = this.#events.shift();
		const goOn = this.#goOn;
		if (goOn && this.#events.length < AHEAD / 2) {
			this.#goOn = undefined;
			goOn();
		}
		return { value, done: false };
	}

	#end() {
		const error = this.#error;
		this.#error = undefined;
		if (error) throw error;
		return DONE;
	}

	/** Begins at an index, or at that which the store has now. */
	#begin(from) {
		if (!from) return this.#findStart(wait.chain());
		this.#ready.resolve(from);
		this.#follow(from, wait.chain());
	}

	/** The index comes first: what happens before the first poll is registered is seen, even where that poll fails. */
	#findStart(chain) {
		const { recursive } = this.#opts;
		const flag = this.#isCalled ? StartIndex | Repoll : StartIndex;
		const ofWatch = { flag, id: chain.id };
		this.#isCalled = true;
		this.#read({ recursive }, { [OF_WATCH]: ofWatch }, (err, index) => {
			if (err) return this.#retry(err, () => this.#findStart(chain));
			// A wrapper has answered by itself, or has not passed on the mark of the read.
			if (!ofWatch.isRead) return this.#follow(undefined, chain);
			// A page that is not etcd's.
			if (index === null) return this.#poll(() => this.#findStart(chain));
			if (!Number.isSafeInteger(index)) return this.#fail(withoutIndex());
			this.#ready.resolve(index);
			this.#follow(index, chain);
		});
	}

	/** Reads through the store's `get`, which the caller may have wrapped: it may answer at once, and return nothing. */
	#read(opts, marks, callback) {
		let isOver = false;
		let stop = noop;
		const onanswer = (...args) => {
			if (isOver) return;
			isOver = true;
			callback(...args);
		};
		this.#stop = () => {
			isOver = true;
			stop();
		};
		Object.assign(onanswer, marks);
		Object.assign(opts, marks);
		const returned = this.#store.get(this.#key, opts, onanswer);
		if (typeof returned !== "function") return;
		stop = returned;
		if (this.#ended) stop();
	}

	/** Waits for events from an index on; without one, for events after the first poll. */
	#follow(index, chain) {
		// The last events may be taken after the end.
		if (this.#ended) return;
		const { resync } = this.#opts;
		const onGap = (from, to) => this.#lose(from, to, resync);
		const waitOpts = withOwn(this.#opts, { waitIndex: index, onGap });
		const onresult = (err, body, next) => {
			const goOn = () => next(onresult);
			if (err) return this.#retry(err, goOn);
			if (!isEvent(body)) return this.#poll(goOn);
			this.#ready.resolve(body.node.modifiedIndex);
			this.#give(body, goOn);
		};
		this.#stop = () => chain.stop();
		chain.isRepoll = this.#isCalled;
		wait.join(chain, this.#store, this.#key, waitOpts, onresult);
		this.#isCalled = true;
		chain.isRepoll = true;
	}

	#lose(from, to, resync) {
		this.#stop();
		if (resync) this.#resync();
		else this.#fail(new HistoryGapError(from, to));
	}

	/** Gives all that there is now, and follows from there. */
	#resync() {
		const { recursive, json } = this.#opts;
		let index;
		const ofWatch = { flag: InPlaceOfPoll };
		const onDetails = (details) => {
			index = details.index;
		};
		const marks = { [OF_WATCH]: ofWatch, [calls.DETAILS]: onDetails };
		this.#read({ recursive, json, quorum: true }, marks, (err, body) => {
			if (err) return this.#retry(err, () => this.#resync());
			if (ofWatch.isRead && !Number.isSafeInteger(index))
				return this.#fail(withoutIndex());
			const next = ofWatch.isRead ? index + 1 : undefined;
			const snapshot = { action: "resync", node: body?.node };
			this.#give(snapshot, () => this.#follow(next, wait.chain()));
		});
	}

	/** Gives an event, and goes on with the next one, unless that is too far ahead. */
	#give(event, goOn) {
		const taker = this.#takers.shift();
		if (taker) taker.resolve({ value: event, done: false });
		else this.#events.push(event);
		if (this.#events.length < AHEAD) goOn();
		else this.#goOn = goOn;
	}

	#retry(err, again) {
		if (err instanceof SyntaxError)
			err.index = continuation.after(err).nextIndex - 1;
		if (!isPassing(err)) return this.#fail(err);
		this.#poll(again);
	}

	/** Polls again. The addon spaces the polls; the next turn comes first, because a wrapper may answer at once. */
	#poll(again) {
		loop.nextTurn(() => {
			if (!this.#ended) again();
		});
	}

	#fail(err) {
		this.#close(thrownAt(this.#place, from(err)));
	}

	#close(error) {
		if (this.#ended) return;
		this.#ended = true;
		this.#stop();
		this.#unlisten();
		this.#ready.reject(error ?? endedEarly());
		const [first, ...others] = this.#takers.splice(0);
		if (first && error) first.reject(error);
		else if (first) first.resolve(DONE);
		else this.#error = error;
		for (const { resolve } of others) resolve(DONE);
	}

	#unlisten = () => {};

	#listen(signal) {
		const onabort = () => this.#fail(new AbortError(signal));
		if (signal.aborted) return onabort();
		this.#unlisten = onAbort(signal, onabort);
	}
}

function deferred() {
	let settlers;
	const promise = new Promise((resolve, reject) => {
		settlers = { resolve, reject };
	});
	return { promise, ...settlers };
}

/** Whether an error is a fault that passes, and not one that a person must mend. */
function isPassing({ code, status, message }) {
	if (typeof code === "number") return isPassingStatus(status);
	if (typeof code !== "string")
		return isPassingStatus(status) && message.startsWith("bad status");
	return /^E(?!RR_)/.test(code) || code.startsWith("HPE_");
}

/** A server's failure, 408 Request Timeout or 429 Too Many Requests. */
function isPassingStatus(status) {
	return status >= 500 || status === 408 || status === 429;
}

/** Whether a body is an event, and not a page of something in front of etcd. */
function isEvent(body) {
	return Number.isSafeInteger(body?.node?.modifiedIndex);
}

function fromFault(from) {
	if (from === undefined || from === null) return undefined;
	if (Number.isSafeInteger(from) && from >= 0) return undefined;
	return "from must be an index: a whole number, the first event's that counts";
}

function withoutIndex() {
	return new EtcdError(
		"an answer to a get has no X-Etcd-Index, from which the watch would go on: see that proxies pass it on",
	);
}

function endedEarly() {
	return new EtcdError("the watch was ended before it was ready", {
		code: "ERR_ETCD_WATCH_ENDED",
	});
}

/** Watches a key from now on, or from an index. `method`: what the caller has called. */
function watch(store, key, opts, { strict, method }) {
	const { signal, from } = opts ?? {};
	const misspelt = strict ? spelling.fault("watch", opts) : undefined;
	const fault =
		optionsFault(opts) ?? misspelt ?? signalFault(signal) ?? fromFault(from);
	if (fault) throw invalid(fault);
	return new Watch(store, key, opts ?? {}, placeOf(method));
}

module.exports = watch;
