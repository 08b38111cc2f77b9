// The calls in flight, and how their callbacks are called.
//
// A call is an id here and a task in the addon. Each callback runs in its own turn of the event loop and in the async context of its
// caller: an exception of one callback harms no other, and microtasks run in between.
"use strict";

const { AsyncResource } = require("node:async_hooks");
const { domainToASCII } = require("node:url");
const continuation = require("./continuation");
const errors = require("./errors");
const loop = require("./loop");
const { ResultKind } = require("./native");
const tracing = require("./tracing");

/** In the options of a read or on its callback: a function that is told where its answer comes from. */
const DETAILS = Symbol("etcdjs.details");

const calls = new Map();
let lastId = 0;

loop.onResult(settle);

/** A call in flight. */
class Call extends AsyncResource {
	/** What turns the answer into the callback's arguments: see answers.js. */
	answer = undefined;
	/** Whether a server may have been asked to change something. */
	mayWrite = false;
	/** What is told of it: see tracing.js. */
	trace = undefined;
	/** Told where the answer comes from; the addon then says so, in a line before the body. */
	onDetails = undefined;

	/** Whether it holds the event loop open. */
	holds = true;

	/** `group`: the calls of the promise that it is made for, if any: see call-group.js. */
	constructor(client, callback, group) {
		super("etcdjs");
		this.client = client;
		this.callback = callback;
		this.group = group;
	}

	finish(args) {
		if (this.trace) this.callback = tracing.around(this.trace, this.callback);
		this.callBack(args);
	}

	callBack(args) {
		if (!this.callback) return;
		if (this.domain) return this.finishInDomain(args);
		this.runInAsyncScope(this.callback, undefined, ...args);
	}

	// The async scope ends before the exception of a callback reaches its domain.
	finishInDomain(args) {
		try {
			this.runInAsyncScope(this.callback, undefined, ...args);
		} catch (err) {
			this.domain.run(throwLater, err);
		}
	}
}

/** A native client. Options that cannot be used are a TypeError. */
function client(options) {
	try {
		return loop.openRuntime().client(options, domainToASCII);
	} catch (err) {
		throw err.code === "InvalidArg" ? errors.invalidArgument(err.message) : err;
	}
}

/** Notes a call of a native client and gives it an id. */
function begin(client, callback, group) {
	const id = ++lastId;
	calls.set(id, new Call(client, callback, group));
	group?.ids.add(id);
	loop.enter();
	return id;
}

/** Whether the answer of a call must say where it comes from, for those who are told. */
function detail(id, trace, onDetails) {
	const call = calls.get(id);
	if (!call || (!trace && !onDetails)) return false;
	call.trace = trace;
	call.onDetails = (details) => {
		if (trace) tracing.note(trace, details);
		if (onDetails) onDetails(details);
	};
	return true;
}

/** Ends a call without its callback. The end is traced. */
function stop(id) {
	const call = endInFlight(id);
	if (call) finishUnheard(call);
}

/** Ends the calls of a promise. The callbacks that a wrapper has put in place of the promise's get the error. */
function cancel(group, err) {
	for (const id of [...group.ids]) {
		const call = endInFlight(id);
		// A subscriber of tracing may have ended another call.
		if (!call) continue;
		if (call.callback === group.callback) finishUnheard(call, err);
		else loop.nextTick(() => call.finish([err]));
	}
}

function endInFlight(id) {
	const call = end(id);
	call?.client.abort(id);
	return call;
}

function finishUnheard(call, err) {
	call.callback = undefined;
	call.finish([err]);
}

/** Says how the answer of a call that was started is read. It may have ended: its arguments can run code of the caller. */
function expect(id, answer, mayWrite) {
	const call = calls.get(id);
	if (!call) return;
	Object.assign(call, { answer, mayWrite });
	if (mayWrite && call.group) call.group.mayHaveWritten = true;
}

/** Forgets a call. Returns it, unless it had ended. */
function end(id) {
	const call = calls.get(id);
	if (!calls.delete(id)) return undefined;
	call.group?.ids.delete(id);
	loop.leave(call.holds);
	return call;
}

function settle(id, kind, nextIndex, text) {
	const call = end(id);
	if (call) call.finish(argumentsOf(call, kind, nextIndex, text));
}

function argumentsOf(call, kind, nextIndex, text) {
	if (kind === ResultKind.Error) {
		const { err, repoll, gap } = errors.fromNative(text);
		continuation.note(err, { nextIndex, repoll, gap });
		return [err];
	}
	const body = call.onDetails ? withoutDetails(call, text) : text;
	if (kind === ResultKind.Nothing) return call.answer.nothing();
	const args = call.answer.body(body);
	continuation.note(args[0] ?? args[1], { nextIndex });
	return args;
}

function withoutDetails({ onDetails }, text) {
	const line = text.indexOf("\n");
	onDetails(JSON.parse(text.slice(0, line)));
	return text.slice(line + 1);
}

/** Ends a call with an error on the next tick. */
function fail(id, err) {
	loop.nextTick(() => end(id)?.finish([err]));
}

/** Ends a call with an error after some milliseconds, until which it holds the event loop open if it `holds`; see refusals.js. */
function failLater(id, err, { ms, holds, note }) {
	const call = calls.get(id);
	const finish = () => {
		note();
		end(id)?.finish([err]);
	};
	loop.setTimeout(finish, ms, holds);
	loop.enter(holds);
	loop.leave(call.holds);
	call.holds = holds;
}

/** Ends the calls of a native client with an error, at once. What their callbacks call is not among them. */
function failAll(client, makeError) {
	const pending = [...calls].filter(([, call]) => call.client === client);
	for (const [id, call] of pending) {
		if (!end(id)) continue;
		const err = makeError();
		if (call.mayWrite) err.ambiguous = true;
		finishNow(call, err);
	}
}

/** A callback that throws must not keep the error from the others. */
function finishNow(call, err) {
	try {
		call.finish([err]);
	} catch (thrown) {
		throwLater(thrown);
	}
}

function throwLater(err) {
	loop.nextTick(() => {
		throw err;
	});
}

module.exports = {
	DETAILS,
	begin,
	cancel,
	client,
	detail,
	end,
	expect,
	fail,
	failAll,
	failLater,
	stop,
};
