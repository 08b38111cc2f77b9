// The calls that were made for one promise: an abort of the promise ends these and no others.
//
// A promise calls the method of the store, which the caller may have wrapped. So its group travels with the call: on the
// callback and in the options, because a wrapper may pass on only one of them.
"use strict";

const { internal } = require("./call-options");

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

	/** What makes the options of a call name this group. A wrapper that spreads its options copies it. */
	asOption() {
		return { [GROUP]: this };
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
