// The options of a call that are on or off, as one number: to read it costs the addon a tenth of a
// microsecond, and so does each property of an object. As in src/binding/flags.rs.
"use strict";

const { internal } = require("./call-options");

const RECURSIVE = 1;
const SORTED = 2;
const CONSISTENT = 4;
const QUORUM = 8;
const WAIT = 16;
const DIR = 32;
const REFRESH = 64;
const NO_VALUE = 128;
const STRICT = 256;
const ALONE = 512;
/** The answer is to come with the host, the attempts and the status that it came from. */
const DETAILED = 1024;
const SPACED = 2048;
const START = 4096;

/**
 * On the callback and in the options of a read, because a wrapper may pass on only one of them: a watch reads in place of a
 * poll; `{flag: SPACED | START, id: its chain}`. `isRead` is set when a read is made with it.
 */
const OF_WATCH = Symbol("etcdjs.ofWatch");

/** What a watch has said of its read, if any. */
function ofWatch(opts, cb) {
	const found = internal(opts, OF_WATCH) ?? cb?.[OF_WATCH];
	if (found) found.isRead = true;
	return found;
}

/** Those of a read; `alone`: no other call is under way. */
function ofRead(opts, strict, alone) {
	return (
		(opts.recursive ? RECURSIVE : 0) |
		(opts.sorted ? SORTED : 0) |
		(opts.consistent ? CONSISTENT : 0) |
		(opts.quorum ? QUORUM : 0) |
		(opts.wait ? WAIT : 0) |
		(strict ? STRICT : 0) |
		(alone ? ALONE : 0)
	);
}

/** Those of a set. */
function ofSet(opts, strict) {
	return (
		(opts.dir ? DIR : 0) |
		(opts.refresh ? REFRESH : 0) |
		(opts.noValueOnSuccess ? NO_VALUE : 0) |
		(strict ? STRICT : 0)
	);
}

/** Those of a removal. */
function ofDelete(opts, strict) {
	return (
		(opts.recursive ? RECURSIVE : 0) |
		(opts.dir ? DIR : 0) |
		(strict ? STRICT : 0)
	);
}

/** Those of a push. */
function ofPush(strict) {
	return strict ? STRICT : 0;
}

module.exports = {
	DETAILED,
	OF_WATCH,
	SPACED,
	START,
	ofDelete,
	ofPush,
	ofRead,
	ofSet,
	ofWatch,
};
