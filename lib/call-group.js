// The calls that were made for one promise: an abort of the promise ends these and no others.
//
// A promise calls the method of the store, which the caller may have wrapped. So its group travels with the call: on the
// callback and in the options, because a wrapper may pass on only one of them.
"use strict";

const { internal, isPlain, withOwn } = require("./call-options");

const GROUP = Symbol("etcdjs.group");

class Group {
	/** The ids of its calls in flight: see calls.js. */
	ids = new Set();
	/** Whether a server may have been asked to change something. */
	mayHaveWritten = false;

	/** `client`: the native client whose calls are meant; `callback`: the one that settles the promise. */
	constructor(client, callback) {
		this.client = client;
		this.callback = callback;
		callback[GROUP] = this;
	}

	/** The options of a caller, which then name this group: a wrapper that spreads its options copies it. */
	inOptions(opts) {
		if (!isPlain(opts)) return withOwn(opts, { [GROUP]: this });
		// The group comes first: a property that is added to a copy of another object makes V8 read all of them slowly.
		const copy = { [GROUP]: this, ...opts };
		// They may be the options of another promise.
		if (copy[GROUP] !== this) copy[GROUP] = this;
		return copy;
	}
}

/** The group that a call with this callback and these options belongs to, if any. */
function groupOf(client, callback, opts) {
	const own = callback?.[GROUP];
	if (own) return own;
	// A wrapper may use the options for a call to another store too.
	const group = internal(opts, GROUP);
	return group?.client === client ? group : undefined;
}

module.exports = { Group, groupOf };
