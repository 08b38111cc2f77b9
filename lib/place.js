// Where a call is made: what the error of its promise has as its stack.
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
	// Of another type where a program formats stacks itself.
	if (typeof place.stack !== "string") return err;
	const [, ...lines] = place.stack.split("\n");
	define(err, "stack", [`${err}`, ...lines].join("\n"));
	return err;
}

module.exports = { placeOf, thrownAt };
