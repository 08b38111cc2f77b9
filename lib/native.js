// The addon's runtime, for which nothing here keeps the rest of a module alive: what loads the
// addon holds its `require`, which would.
"use strict";

const addon = require("./addon");

/**
 * A runtime of the addon, which calls `wake` when there is something to drain. It does not keep `wake`,
 * so that a module that is loaded anew, as test runners do, lets the old one's thread go.
 */
function startRuntime(wake) {
	const weak = new WeakRef(wake);
	const { openssl } = process.versions;
	return new addon.Runtime(() => weak.deref()?.(), openssl);
}

module.exports = { startRuntime };
