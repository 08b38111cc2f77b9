// Tells the subscribers of diagnostics_channel about each call: `tracing:etcdjs:request:*`. Values are left out.
"use strict";

const diagnostics = require("node:diagnostics_channel");

const NAMES = ["start", "end", "asyncStart", "asyncEnd", "error"];

const noop = () => {};

const channel = diagnostics.tracingChannel?.("etcdjs:request");

function isObserved() {
	return NAMES.some((name) => channel[name].hasSubscribers);
}

/** The context of a traced call. Undefined without a subscriber. */
function begin(operation, key) {
	if (!channel || !isObserved()) return undefined;
	const context = {
		operation,
		key,
		host: undefined,
		attempt: undefined,
		status: undefined,
	};
	channel.start.runStores(context, noop);
	return context;
}

/** The call has returned: its answer is to come. */
function end(context) {
	if (context) channel.end.publish(context);
}

/** Notes where the answer of a call comes from. */
function note(context, { host, attempts, status }) {
	Object.assign(context, { host, attempt: attempts, status });
}

/** The callback of a call, or none, with what is told of the call around it. */
function around(context, callback = noop) {
	return (...args) => {
		const [err] = args;
		if (err) tellError(context, err);
		try {
			channel.asyncStart.runStores(context, callback, undefined, ...args);
		} finally {
			channel.asyncEnd.publish(context);
		}
	};
}

function tellError(context, err) {
	const { endpoint: host, attempts, status } = err;
	note(context, { host, attempts: attempts?.length, status });
	context.error = err;
	channel.error.publish(context);
}

module.exports = { around, begin, end, note };
