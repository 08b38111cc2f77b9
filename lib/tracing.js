// What diagnostics_channel's subscribers are told of each call: `tracing:etcdjs:request:*`. Values are left out.
"use strict";

const diagnostics = require("node:diagnostics_channel");

const NAMES = ["start", "end", "asyncStart", "asyncEnd", "error"];

const channel = diagnostics.tracingChannel?.("etcdjs:request");

function isObserved() {
	return NAMES.some((name) => channel[name].hasSubscribers);
}

/** The context of a call that is traced; none where nobody subscribes. A get may be a wait. */
function begin(operation, key, opts) {
	if (!channel || !isObserved()) return undefined;
	const context = {
		operation: opts?.wait ? "wait" : operation,
		key,
		host: undefined,
		attempt: undefined,
		status: undefined,
	};
	channel.start.publish(context);
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

/** Calls a callback with what the call has brought. */
function finish(context, [err], callback) {
	if (err) {
		context.error = err;
		const { endpoint: host, attempts, status } = err;
		note(context, { host, attempts: attempts?.length, status });
		channel.error.publish(context);
	}
	channel.asyncStart.publish(context);
	try {
		callback();
	} finally {
		channel.asyncEnd.publish(context);
	}
}

module.exports = { begin, end, finish, note };
