// The addon's runtime, for which nothing here keeps the rest of a module alive: what loads the
// addon holds its `require`, which would.
"use strict";

const addon = require("./addon");

/** A runtime of the addon; it has a thread. */
function startRuntime() {
	return new addon.Runtime(process.versions.openssl);
}

/**
 * Opens a runtime, which then calls `wake` when there is something to drain. It does not keep `wake`, so that a module
 * that is loaded anew, as test runners do, lets the old one's thread go. Returns a function that it does keep, until it closes.
 */
function open(runtime, wake) {
	const weak = new WeakRef(wake);
	const keeper = () => {};
	runtime.open(() => weak.deref()?.(), keeper);
	return keeper;
}

module.exports = { open, startRuntime };
