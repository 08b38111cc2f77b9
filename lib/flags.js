// The options of a call that are on or off, as one number for the addon. The addon defines the bits.
"use strict";

const { internal } = require("./call-options");
const { CallFlag } = require("./native");

const {
	Consistent,
	Detailed,
	Dir,
	InPlaceOfPoll,
	NoValueOnSuccess,
	Quorum,
	Recursive,
	Refresh,
	Repoll,
	Sorted,
	StartIndex,
	Strict,
	Wait,
} = CallFlag;

/**
 * The property by which a watch marks its reads: `{flag: its flags, id: its chain}`. It is on the callback and in
 * the options, because a wrapper of `get` may pass on only one of them. The read sets `isRead`.
 */
const OF_WATCH = Symbol("etcdjs.ofWatch");

/** What a watch says of its read, if a watch makes it. */
function ofWatch(opts, cb) {
	const found = internal(opts, OF_WATCH) ?? cb?.[OF_WATCH];
	if (found) found.isRead = true;
	return found;
}

/** The flags of a read. */
function ofRead(opts, strict) {
	return (
		(opts.recursive ? Recursive : 0) |
		(opts.sorted ? Sorted : 0) |
		(opts.consistent ? Consistent : 0) |
		(opts.quorum ? Quorum : 0) |
		(opts.wait ? Wait : 0) |
		(strict ? Strict : 0)
	);
}

/** The flags of a set. */
function ofSet(opts, strict) {
	return (
		(opts.dir ? Dir : 0) |
		(opts.refresh ? Refresh : 0) |
		(opts.noValueOnSuccess ? NoValueOnSuccess : 0) |
		(strict ? Strict : 0)
	);
}

/** The flags of a delete. */
function ofDelete(opts, strict) {
	return (
		(opts.recursive ? Recursive : 0) |
		(opts.dir ? Dir : 0) |
		(strict ? Strict : 0)
	);
}

/** The flags of a push. */
function ofPush(strict) {
	return strict ? Strict : 0;
}

module.exports = {
	Detailed,
	OF_WATCH,
	InPlaceOfPoll,
	Repoll,
	StartIndex,
	ofDelete,
	ofPush,
	ofRead,
	ofSet,
	ofWatch,
};
