// The place of a call, which becomes the stack of its promise's error.
"use strict";

const { define } = require("./define");

/** The place in which a method is called. */
function placeOf(method) {
	const place = {};
	Error.captureStackTrace(place, method);
	return place;
}

/** An error, with the stack of a place. */
function thrownAt(place, err) {
	const stack = stackOf(place);
	if (stack === undefined) return err;
	const [, ...lines] = stack.split("\n");
	define(err, "stack", [`${err}`, ...lines].join("\n"));
	return err;
}

/** The stack of a place as text, if it has one: the program's Error.prepareStackTrace may return anything, and throw. */
function stackOf(place) {
	try {
		const { stack } = place;
		return typeof stack === "string" ? stack : undefined;
	} catch {
		return undefined;
	}
}

module.exports = { placeOf, thrownAt };
