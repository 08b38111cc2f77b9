// The addon's runtime and its constants.
//
// This module must not keep others alive: test runners load modules anew, and the old ones must be collected. lib/addon.js holds a
// `require`, which would keep them.
"use strict";

const addon = require("./addon");

/** Starts a runtime of the addon, which has a thread. */
function startRuntime() {
	return new addon.Runtime();
}

/**
 * Opens a runtime, which then calls `wake` when there are results. The runtime does not keep `wake`, so that the old module can be
 * collected. Returns a function that the runtime keeps until it closes.
 */
function open(runtime, wake) {
	const weak = new WeakRef(wake);
	const keeper = () => {};
	runtime.open(() => weak.deref()?.(), keeper);
	return keeper;
}

const { CallFlag, ResultKind } = addon;

module.exports = { CallFlag, ResultKind, open, startRuntime };
