// The calls under way, and how their callbacks are called.
//
// A call is an id here and a task in the addon. Each callback runs in a turn of its own, in the async
// context of its caller: what one throws harms no other, and microtasks run in between.
"use strict";

const { AsyncResource } = require("node:async_hooks");
const errors = require("./errors");
const native = require("./native");

/** What a call brought; as in src/binding/outbox.rs. */
const BODY = 0;
const NOTHING = 1;

/** How many results are taken from the addon at a time. */
const BATCH = 1000;

const calls = new Map();
let lastId = 0;

const runtime = new native.Runtime(wake);

// Holds the event loop open while calls are under way.
const hold = setInterval(() => {}, 2 ** 31 - 1);
hold.unref();

/** A call under way. */
class Call extends AsyncResource {
	/** What turns the answer into the callback's arguments: see answers.js. */
	answer = undefined;

	constructor(store, callback) {
		super("etcdjs");
		this.store = store;
		this.callback = callback;
	}

	finish(args) {
		if (this.callback) this.runInAsyncScope(this.callback, undefined, ...args);
	}
}

/** Notes a call and gives it an id. */
function begin(store, callback) {
	const id = ++lastId;
	calls.set(id, new Call(store, callback));
	if (calls.size === 1) hold.ref();
	return id;
}

/** Says how the answer of a call is read. */
function expect(id, answer) {
	calls.get(id).answer = answer;
}

/** Forgets a call: nothing will be heard of it. Returns it, unless it had ended. */
function end(id) {
	const call = calls.get(id);
	if (!calls.delete(id)) return undefined;
	if (calls.size === 0) hold.unref();
	return call;
}

function wake() {
	const results = runtime.drain(BATCH);
	for (let i = 0; i < results.length; i += 3) {
		setImmediate(settle, results[i], results[i + 1], results[i + 2]);
	}
}

function settle(id, kind, text) {
	const call = end(id);
	if (call) call.finish(argumentsOf(call.answer, kind, text));
}

function argumentsOf(answer, kind, text) {
	if (kind === BODY) return answer.body(text);
	if (kind === NOTHING) return answer.nothing();
	return [errors.fromNative(text)];
}

/** Ends a call with an error, in a later turn: `process.nextTick` or `setImmediate`. */
function fail(id, err, later) {
	later(() => end(id)?.finish([err]));
}

/** Ends the calls of a store with an error, at once. What their callbacks call is not among them. */
function failAll(store, makeError) {
	const pending = [...calls].filter(([, call]) => call.store === store);
	for (const [id, call] of pending) {
		if (end(id)) finishNow(call, makeError());
	}
}

/** A callback that throws must not keep the error from the others. */
function finishNow(call, err) {
	try {
		call.finish([err]);
	} catch (thrown) {
		process.nextTick(() => {
			throw thrown;
		});
	}
}

module.exports = { begin, end, expect, fail, failAll, runtime };
