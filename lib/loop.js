// The event loop: its timers, and what holds it open.
//
// They are Node's own from the start: a test that replaces the global ones replaces those of its service,
// and not those on which answers come.
"use strict";

const {
	clearTimeout,
	setImmediate,
	setInterval,
	setTimeout,
} = require("node:timers");

const { nextTick } = process;
const LONGEST_MS = 2 ** 31 - 1;

const timer = setInterval(() => {}, LONGEST_MS);
timer.unref();

/** Holds the loop open, and `what` in memory, until `release`. */
function hold(what) {
	timer.held = what;
	timer.ref();
}

function release() {
	timer.held = undefined;
	timer.unref();
}

module.exports = {
	clearTimeout,
	hold,
	nextTick,
	release,
	setImmediate,
	setTimeout,
};
