// Random calls whose keys and conditions often meet.
const fc = require("fast-check");

const KEYS = [
	...["/a", "/b", "/a/x", "/a/y", "/a/x/1", "/a/x/2", "/b/q", "/b/q/r/s"],
	...["/_h", "/a/_h", "/a/-z", "/a/x-1", "/"],
];
/** The keys that are watched, and whether with those below. */
const WATCHES = [
	["/", true],
	["/a", true],
	["/a", false],
	["/a/x", true],
	["/a/x/1", false],
	["/b", true],
	["/b/q", false],
	["/b/q/r/s", false],
	["/_h", true],
	["/_h", false],
];
const VALUES = fc.constantFrom("", "v", "w", "é<&", "0");
const FLAG = fc.boolean();

/** A value in one of so many cases, else undefined. */
function seldom(value, oneOf) {
	const absent = { weight: oneOf - 1, arbitrary: fc.constant(undefined) };
	return fc.oneof(absent, { weight: 1, arbitrary: value });
}

/** Options: `name: [value, oneOf]`, each given in one of so many cases. */
function options(fields) {
	const entries = Object.entries(fields);
	const rare = entries.map(([name, given]) => [name, seldom(...given)]);
	return fc.record(Object.fromEntries(rare)).map((given) => {
		const isGiven = ([, value]) => value !== undefined;
		return Object.fromEntries(Object.entries(given).filter(isGiven));
	});
}

function call(method, args, opts) {
	const takesIndex = ["set", "del"].includes(method);
	const index = fc.integer({ min: 0, max: 60 });
	return fc.record({
		method: fc.constant(method),
		key: fc.constantFrom(...KEYS),
		args: fc.tuple(...args),
		opts: options(opts),
		prevIndex: takesIndex ? seldom(index, 10) : fc.constant(undefined),
	});
}

const WRITES = {
	prevExist: [FLAG, 5],
	prevValue: [VALUES, 7],
	ttl: [fc.constant(1000), 10],
};
const DELETES = {
	recursive: [fc.constant(true), 3],
	dir: [fc.constant(true), 5],
	prevValue: [VALUES, 5],
};
const READS = { recursive: [FLAG, 2], quorum: [FLAG, 3] };

/** Over the v3 API the keys below a directory show its new TTL and get a new index (docs/v3.md, "What differs"). */
function givesDirectoryTtl({ args, opts }) {
	return "ttl" in opts && opts.prevExist === true && args[0] === "";
}

const SET = call("set", [VALUES], WRITES).filter(
	(it) => !givesDirectoryTtl(it),
);

const CALL = fc.oneof(
	{ weight: 25, arbitrary: call("get", [], READS) },
	{ weight: 35, arbitrary: SET },
	{ weight: 7, arbitrary: call("mkdir", [], {}) },
	{ weight: 23, arbitrary: call("del", [], DELETES) },
	{ weight: 10, arbitrary: call("push", [VALUES], {}) },
);

/** Lists of `length` calls; a counterexample shrinks to fewer. */
function callLists(length) {
	return fc.array(CALL, { maxLength: length, size: "max" });
}

module.exports = { WATCHES, callLists };
