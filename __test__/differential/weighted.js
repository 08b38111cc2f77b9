// Weighted alternatives for fast-check. The first alternative is the simplest one: a counterexample shrinks to it.
const fc = require("fast-check");

const ABSENT = Symbol("absent");

/** One of `alternatives`, a list of [weight, arbitrary]. */
function weighted(...alternatives) {
	const arbitraries = alternatives.map(([weight, arbitrary]) => ({
		weight,
		arbitrary,
	}));
	return fc.oneof({ withCrossShrink: true }, ...arbitraries);
}

/** A boolean that is true in `percent` of 100 cases. */
function chance(percent) {
	const [yes, no] = [fc.constant(true), fc.constant(false)];
	return weighted([100 - percent, no], [percent, yes]);
}

/** An object, each of whose fields may be absent: `fields` has [percent, arbitrary] for each name. */
function optionalFields(fields) {
	const entries = Object.entries(fields).map(([name, [percent, arbitrary]]) => [
		name,
		weighted([100 - percent, fc.constant(ABSENT)], [percent, arbitrary]),
	]);
	return fc.record(Object.fromEntries(entries)).map(withoutAbsent);
}

function withoutAbsent(fields) {
	const present = Object.entries(fields).filter(([, v]) => v !== ABSENT);
	return Object.fromEntries(present);
}

module.exports = { chance, optionalFields, weighted };
