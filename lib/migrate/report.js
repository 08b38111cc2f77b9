// What the command prints on standard output.
"use strict";

const WORDS = {
	missing: "is not in the v3 store",
	extra: "is in the v3 store alone",
	kind: "is a directory in one store and a file in the other",
	value: "has another value in the v3 store",
	ttl: "has another TTL in the v3 store",
	removed: "was copied, and was then deleted from the v3 store",
	failed: "could not be copied",
};

function count(number, noun) {
	return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A line for a key, which may have line breaks in it. */
function line({ key, what, reason }) {
	const words = what === "failed" ? `${WORDS[what]}: ${reason}` : WORDS[what];
	return `  ${JSON.stringify(key)} ${words}`;
}

function list(title, items) {
	if (items.length === 0) return [];
	return [title, ...items.map(line)];
}

function ofDryRun({ same, create, renew, conflicts }) {
	const kind = ({ isDir }) => (isDir ? "directory" : "key");
	const created = create.map(
		(entry) => `  create the ${kind(entry)} ${JSON.stringify(entry.key)}`,
	);
	const renewed = renew.map(
		({ key }) => `  set the TTL of ${JSON.stringify(key)}`,
	);
	return [
		...created,
		...renewed,
		`Would create ${create.length}, set the TTL of ${renew.length}, leave ${count(same.length, "key")} as they are.`,
		...list("Would not overwrite:", conflicts),
	];
}

function ofCopy({ counts, conflicts }, same) {
	const { created, updated, removed } = counts;
	const items = [...conflicts].map(([key, conflict]) => ({ key, ...conflict }));
	return [
		`Created ${created}, updated ${updated}, removed ${removed}; ${same} were there already.`,
		...list("Not copied:", items),
	];
}

function ofVerification({ source, found }) {
	const { size } = source.entries;
	if (found.length === 0)
		return [`Verified: ${count(size, "key")}, no difference.`];
	return list(`Verified: ${count(found.length, "difference")}.`, found);
}

function ofDeletion({ deleted, left }) {
	const lines = left.map(
		({ key, reason }) => `  ${JSON.stringify(key)}: ${reason}`,
	);
	const title = left.length > 0 ? ["Still in the v2 store:"] : [];
	return [
		`Deleted ${count(deleted, "key")} from the v2 store.`,
		...title,
		...lines,
	];
}

module.exports = { ofCopy, ofDeletion, ofDryRun, ofVerification };
