// How a call of a store begins: an id, its tracing, and a request to the addon.
"use strict";

const answers = require("./answers");
const { groupOf } = require("./call-group");
const callOptions = require("./call-options");
const calls = require("./calls");
const errors = require("./errors");
const flags = require("./flags");
const tracing = require("./tracing");
const values = require("./values");

/** The native client of a store. */
const NATIVE = Symbol("etcdjs.native");
/** The settings of a store: `json`, `strict`, and when it is destroyed its `refusals`. */
const OPTIONS = Symbol("etcdjs.options");

const NO_OPTIONS = Object.freeze({});

function checkCallback(cb) {
	if (cb && typeof cb !== "function")
		throw new TypeError(`a callback must be a function, not ${typeof cb}`);
}

/** The native client of a store, or of what was made from one. */
function nativeOf(store) {
	if (store?.[NATIVE]) return store[NATIVE];
	throw new TypeError(
		"a method was called without its client: call store.method(…), or bind it: store.method.bind(store)",
	);
}

/**
 * Starts a call and returns its stop function. Its options are those that `read` finds; `start` hands it to the addon and
 * returns how its answer is read. Invalid arguments are reported to the callback. Without a callback, this throws.
 */
function submit(store, call, start) {
	const { operation, key = "", cb, opts, read, isWrite } = call;
	checkCallback(cb);
	const native = nativeOf(store);
	const settings = store[OPTIONS];
	const group = groupOf(native, cb, opts);
	const id = calls.begin(native, cb || undefined, group);
	let trace;
	try {
		const given = read ? read(opts || NO_OPTIONS) : NO_OPTIONS;
		trace = tracing.begin(given.wait ? "wait" : operation, key);
		if (settings.refusals) refuseDestroyed(id, settings, Boolean(given.wait));
		else {
			const text = values.keyText(key);
			const onDetails =
				callOptions.internal(opts, calls.DETAILS) ?? cb?.[calls.DETAILS];
			const isDetailed = calls.detail(id, trace, onDetails);
			const extra = isDetailed ? flags.Detailed : 0;
			const answer = start(native, id, text, extra, given, settings);
			calls.expect(id, answer, isWrite);
		}
	} catch (err) {
		if (!cb) calls.end(id);
		if (!cb) throw err;
		calls.fail(id, errors.ofThrown(err));
	} finally {
		tracing.end(trace);
	}
	return () => {
		calls.stop(id);
	};
}

/** Ends a call with an error before it has begun. */
function refuse(store, operation, cb, err) {
	submit(store, { operation, cb }, () => {
		throw err;
	});
}

/** Ends a call of a destroyed store. */
function refuseDestroyed(id, { refusals }, isWait) {
	const delay = refusals.delayOf(isWait);
	if (delay.ms > 0) return calls.failLater(id, storeDestroyed(), delay);
	delay.note();
	calls.fail(id, storeDestroyed());
}

function storeDestroyed() {
	return new Error("store destroyed");
}

/** Starts a write; unlike a read it has no stop function. */
function write(store, call, start) {
	call.isWrite = true;
	submit(store, call, (...args) => {
		start(...args);
		return answers.ofWrite(store[OPTIONS].json);
	});
}

module.exports = {
	NATIVE,
	OPTIONS,
	checkCallback,
	refuse,
	storeDestroyed,
	submit,
	write,
};
