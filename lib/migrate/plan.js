// What must be done to make the v3 store equal to the v2 store, from readings of both. Pure.
"use strict";

/** How far apart two TTLs may be that count as the same. */
const TTL_TOLERANCE_MS = 2000;

/** How two entries of a key differ: "missing", "kind", "value" or "ttl"; undefined if they are the same. */
function differenceOf(source, target, tolerance = TTL_TOLERANCE_MS) {
	if (!target) return "missing";
	if (source.isDir !== target.isDir) return "kind";
	if (source.value !== target.value) return "value";
	const [one, other] = [source.expiresAt, target.expiresAt];
	if (one === other) return undefined;
	return Math.abs(one - other) > tolerance ? "ttl" : undefined;
}

/** All differences of two maps of entries, as `{key, what}`. */
function differences(source, target) {
	const found = [];
	for (const [key, entry] of source) {
		const what = differenceOf(entry, target.get(key));
		if (what) found.push({ key, what });
	}
	for (const key of target.keys())
		if (!source.has(key)) found.push({ key, what: "extra" });
	return found;
}

/** A key of a short TTL is renewed earlier: its copy must not expire between two rounds. */
function renewalTolerance({ expiresAt }, now) {
	return Math.min(TTL_TOLERANCE_MS, (expiresAt - now) / 4);
}

/**
 * What is to be done, as lists of entries: `same`, `create`, `renew` (the TTL alone), `replace`, `remove` (of the copies) and
 * `conflicts` (`{key, what}`). `copies` has, for each key that is known to be a copy, the index that the v3 store gave it: a key whose
 * index is another one belongs to somebody else.
 */
function plan(source, target, copies, now = performance.now()) {
	const lists = { same: [], create: [], renew: [], replace: [], remove: [] };
	const conflicts = [];
	for (const [key, entry] of source) {
		const found = target.get(key);
		const tolerance = renewalTolerance(entry, now);
		const what = differenceOf(entry, found, tolerance);
		const list = listFor(what, entry, found, copies.get(key));
		if (list) lists[list].push(entry);
		else conflicts.push({ key, what: what === "missing" ? "removed" : what });
	}
	for (const [key, copy] of copies)
		if (!source.has(key)) lists.remove.push({ key, ...copy });
	return { ...lists, conflicts };
}

/** The list that an entry goes to. Undefined for a conflict. */
function listFor(what, entry, found, copy) {
	if (!what) return "same";
	// A copy without a TTL that is gone was deleted by somebody; one with a TTL may have expired.
	const mayBeGone = !copy || entry.expiresAt !== Infinity;
	if (what === "missing") return mayBeGone ? "create" : undefined;
	if (what === "ttl") return "renew";
	return copy?.index === found.index ? "replace" : undefined;
}

module.exports = { TTL_TOLERANCE_MS, differenceOf, differences, plan };
