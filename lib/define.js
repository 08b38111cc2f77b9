// Properties that are not enumerable: printing, copying and comparing an object ignores them.
"use strict";

/** Defines or replaces such a property. */
function define(object, name, value) {
	Object.defineProperty(object, name, {
		value,
		configurable: true,
		writable: true,
	});
}

module.exports = { define };
