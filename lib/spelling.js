// Finds misspelled options, which would be ignored silently.
"use strict";

const CALL = ["signal", "timeout"];

/** The options of each method, beside `signal` and `timeout`. */
const OPTIONS = {
	client: [
		"api",
		"auth",
		"ca",
		"cert",
		"connectTimeout",
		"host",
		"hosts",
		"json",
		"key",
		"maxResponseSize",
		"refresh",
		"rejectUnauthorized",
		"servername",
		"strict",
		"timeout",
		"token",
		"v3",
	],
	read: [
		...CALL,
		"json",
		"onGap",
		"quorum",
		"recursive",
		"sorted",
		"wait",
		"waitIndex",
	],
	watch: ["from", "json", "recursive", "resync", "signal"],
	write: [
		...CALL,
		"dir",
		"json",
		"noValueOnSuccess",
		"prevExist",
		"prevIndex",
		"prevValue",
		"recursive",
		"refresh",
		"ttl",
	],
	other: CALL,
};

/** How many letters must be put in, left out or changed to make one name of another. */
function distance(one, two) {
	let above = Array.from({ length: two.length + 1 }, (_, i) => i);
	for (let i = 1; i <= one.length; i++) {
		const row = [i];
		for (let j = 1; j <= two.length; j++) {
			const changed = above[j - 1] + (one[i - 1] === two[j - 1] ? 0 : 1);
			row.push(Math.min(above[j] + 1, row[j - 1] + 1, changed));
		}
		above = row;
	}
	return above[two.length];
}

function isAlmost(given, name) {
	const [one, two] = [given.toLowerCase(), name.toLowerCase()];
	const slips = name.length > 6 ? 2 : name.length > 3 ? 1 : 0;
	return distance(one, two) <= slips;
}

/** Why options cannot be meant as they are: one of them is almost one that the method has. */
function fault(kind, opts) {
	const known = OPTIONS[kind];
	// Inherited options too: a call reads them like others.
	for (const given in opts) {
		if (known.includes(given)) continue;
		const meant = known.find((name) => isAlmost(given, name));
		if (meant)
			return `there is no option ${given}: ${meant} is what it is called`;
	}
	return undefined;
}

module.exports = { fault };
