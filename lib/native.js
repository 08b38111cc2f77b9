// Loads the addon.
"use strict";

try {
	module.exports = require("../etcdjs.node");
} catch (err) {
	err.message = `etcdjs: the native addon cannot be loaded; build it with "npm run build" (${err.message})`;
	throw err;
}
