// Loads the addon.
"use strict";

let addon;
try {
	addon = require("../etcdjs.node");
} catch (err) {
	err.message = `etcdjs: the native addon cannot be loaded; build it with "npm run build" (${err.message})`;
	throw err;
}

/**
 * A runtime of the addon, which calls `wake` when there is something to drain. It does not keep `wake`,
 * so that a module that is loaded anew, as test runners do, lets the old one's thread go.
 */
function startRuntime(wake) {
	const weak = new WeakRef(wake);
	return new addon.Runtime(() => weak.deref()?.());
}

module.exports = { startRuntime };
