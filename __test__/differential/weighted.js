// Arbitraries of fast-check with weights. The first alternative is the simplest: a counterexample shrinks to it.
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

/** True in so many of 100 cases. */
function happens(percent) {
	const [yes, no] = [fc.constant(true), fc.constant(false)];
	return weighted([100 - percent, no], [percent, yes]);
}

/** An object with some of these fields: `fields` has [percent, arbitrary] for each name. */
function someOf(fields) {
	const drawn = Object.entries(fields).map(([name, [percent, arbitrary]]) => [
		name,
		weighted([100 - percent, fc.constant(ABSENT)], [percent, arbitrary]),
	]);
	return fc.record(Object.fromEntries(drawn)).map(withoutAbsent);
}

function withoutAbsent(fields) {
	const present = Object.entries(fields).filter(([, v]) => v !== ABSENT);
	return Object.fromEntries(present);
}

module.exports = { happens, someOf, weighted };
