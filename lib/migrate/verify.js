// `--verify`: the two stores are read and compared.
"use strict";

const { setTimeout: sleep } = require("node:timers/promises");
const { repeated } = require("./failure");
const { differences } = require("./plan");
const { readTree } = require("./tree");

/** The two readings are not of one moment: what differs in each of several pairs of readings is a difference. */
const READINGS = 3;
const PAUSE_MS = 500;

/** Resolves with `{source, found}`: the last reading of the v2 store, and the differences. */
async function verify({ source, target, prefixes }) {
	let found;
	for (let reading = 1; ; reading++) {
		const [from, to] = await Promise.all([
			repeated(() => readTree(source, prefixes)),
			repeated(() => readTree(target, prefixes)),
		]);
		const now = differences(from.entries, to.entries);
		const before = found && new Set(found.map(({ key }) => key));
		found = before ? now.filter(({ key }) => before.has(key)) : now;
		if (found.length === 0 || reading === READINGS)
			return { source: from, found };
		await sleep(PAUSE_MS);
	}
}

module.exports = { verify };
