// Failures as text: what to run again, what was called before, and what each package showed.
const { inspect } = require("node:util");

const MOST = 12;
const HISTORY = 30;
const SHOWN = { depth: 7, maxStringLength: 160, breakLength: 110 };

function only(outcome, fields) {
	if (!Array.isArray(fields) || !outcome) return outcome;
	return Object.fromEntries(fields.map((name) => [name, outcome[name]]));
}

// Without the fields of an error that it does not have.
function trim(value) {
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(trim);
	const entries = Object.entries(value).filter(([, v]) => v !== undefined);
	return Object.fromEntries(entries.map(([name, v]) => [name, trim(v)]));
}

function show(outcome, fields) {
	return inspect(trim(only(outcome, fields)), SHOWN);
}

function last(history) {
	const lines = history.slice(-HISTORY).map((line) => `    ${line}`);
	const left = history.length - lines.length;
	return [`  calls${left > 0 ? `, after ${left} others` : ""}:`, ...lines];
}

function one({ what, original, ours, history, call, steps }) {
	return [
		`step ${steps}: ${call ?? ""} differs in ${what}`,
		`  original: ${show(original, what)}`,
		`  ours:     ${show(ours, what)}`,
		...last(history),
	].join("\n");
}

/** All failures of a run, the first of each kind in full; "" if there are none. */
function report(failures) {
	if (failures.length === 0) return "";
	const kinds = new Map();
	for (const failure of failures) {
		const kind = `${failure.call?.method} ${failure.what}`;
		if (!kinds.has(kind)) kinds.set(kind, failure);
	}
	const list = [...kinds.values()].slice(0, MOST).map(one);
	if (failures.length === 1) return list[0];
	const head = `${failures.length} differences of ${kinds.size} kinds`;
	return [head, ...list].join("\n\n");
}

module.exports = { report };
