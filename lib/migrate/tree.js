// A store's keys as a flat map of entries.
//
// An entry is `{key, isDir, value, index, expiresAt, ownExpiresAt}`. Times are those of `performance.now()`: a TTL says how long a key
// has still to live when the answer arrives, and clocks of servers do not matter. `expiresAt` is the end of the key, by its own TTL or by
// that of a directory above it.
"use strict";

const { DETAILS } = require("../calls");

const NOT_A_DIRECTORY = 104;

/** Whether the path from a directory to a key below it has a hidden segment: listings of the directory do not have the key. */
function isHiddenBelow(directory, key) {
	const start = directory === "/" ? 0 : directory.length;
	return key.slice(start).includes("/_");
}

/** Whether a key is a directory itself or below it. The root's own key is empty, and is within nothing. */
function isWithin(directory, key) {
	if (directory === "/") return key !== "";
	return key === directory || key.startsWith(`${directory}/`);
}

function entryOf(node, at) {
	const { key, dir, value, ttl, modifiedIndex: index } = node;
	const own = ttl === undefined ? Infinity : at + ttl * 1000;
	const isDir = Boolean(dir);
	return {
		key,
		isDir,
		value: isDir ? undefined : (value ?? ""),
		index,
		expiresAt: own,
		ownExpiresAt: own,
	};
}

/** Adds a node and the nodes below it. The root itself is no entry: every store has it. */
function add(entries, node, at, inherited = Infinity) {
	const entry = entryOf(node, at);
	entry.expiresAt = Math.min(entry.ownExpiresAt, inherited);
	if (node.key && node.key !== "/") entries.set(node.key, entry);
	for (const child of node.nodes ?? [])
		add(entries, child, at, entry.expiresAt);
}

/** Reads a key. Undefined if it is not there, or if a key above it is a file. */
async function find(store, key, options) {
	try {
		return await store.get(key, { quorum: true, ...options });
	} catch (err) {
		if (err.code === NOT_A_DIRECTORY) return undefined;
		throw err;
	}
}

/** Reads the keys below some prefixes, in their order: `{entries, index, missing}`, with the index of the oldest reading. */
async function readTree(store, prefixes) {
	const entries = new Map();
	const missing = [];
	let index = Infinity;
	for (const prefix of prefixes) {
		const note = (details) => {
			index = Math.min(index, details.index);
		};
		const options = { recursive: true, sorted: true, [DETAILS]: note };
		const found = await find(store, prefix, options);
		if (found) add(entries, found.node, performance.now());
		else missing.push(prefix);
	}
	return { entries, index, missing };
}

/** Reads one key, without what is below it. Undefined if it is not there. */
async function readEntry(store, key) {
	const found = await find(store, key);
	return found && entryOf(found.node, performance.now());
}

/** The whole seconds of a TTL, or no option where the key has none. */
function ttlOption({ ownExpiresAt }, now = performance.now()) {
	if (ownExpiresAt === Infinity) return {};
	return { ttl: Math.max(1, Math.round((ownExpiresAt - now) / 1000)) };
}

/** Entries in groups of one depth, from the root down. */
function levels(entries) {
	const groups = [];
	for (const entry of entries) {
		const depth = entry.key.split("/").length;
		groups[depth] ??= [];
		groups[depth].push(entry);
	}
	return groups.filter(Boolean);
}

module.exports = {
	add,
	entryOf,
	isHiddenBelow,
	isWithin,
	levels,
	readEntry,
	readTree,
	ttlOption,
};
