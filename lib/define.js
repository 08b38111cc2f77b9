// Properties that are there and do not show: not where an object is printed, copied or compared.
"use strict";

/** Gives an object such a property, or replaces it. */
function define(object, name, value) {
	Object.defineProperty(object, name, {
		value,
		configurable: true,
		writable: true,
	});
}

module.exports = { define };
