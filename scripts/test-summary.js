// The last lines of `npm test`: what ran, what was left out and why. They are ten lines at most. The last one says that the run
// passed.
const { TARGETS } = require("./targets");

const MOST_SKIPPED = 3;
const MOST_SLOW = 3;
const SLOW_S = 30;
const RUST = "cargo fmt, clippy and test (with and without the binding)";
const LINTS = "biome, tsc";
const REST = "the packages, the bench (shortened), the audit, generated files";
const CALLS = "nine tenths of the differential calls";
const BUILT_HERE = "x86_64-unknown-linux-gnu";

/** At most `most` items of a list. Where there are more, the last item counts the others. */
function some(list, most) {
	if (list.length <= most) return list;
	const shown = list.slice(0, most - 1);
	return [...shown, `and ${list.length - shown.length} more`];
}

function ran({ options, tests, versions, all = versions, isInMemory }) {
	const etcds = `etcd ${all.join(" and ")}`;
	const stores = isInMemory ? `${etcds}, and on the store in memory` : etcds;
	const js = `${tests} JS tests on ${stores}`;
	if (options.isJs) return `Ran: ${js}.`;
	const parts = [RUST, LINTS, js, ...(options.isQuick ? [] : [REST])];
	return `Ran: ${parts.join("; ")}.`;
}

function leftOutByQuick({ options, versions, installed, long }) {
	const others = installed.filter((version) => !versions.includes(version));
	const parts = others.map((version) => `etcd ${version}`);
	if (long.length > 0)
		parts.push(`${long.length} long test files (scripts/test-files.js)`, CALLS);
	if (!options.isJs) parts.push(REST);
	return parts.length > 0 ? [`Left out by --quick: ${parts.join(", ")}.`] : [];
}

function leftOut({ options, installed, ...run }) {
	const lines = [];
	if (options.isQuick)
		lines.push(...leftOutByQuick({ options, installed, ...run }));
	if (options.named.length > 0)
		lines.push("Left out, as files were named: the other files and checks.");
	else if (options.isJs)
		lines.push(`Left out by --js: ${RUST}, ${LINTS}, ${REST}.`);
	if (installed.length === 1)
		lines.push(`Left out: another etcd, as only ${installed[0]} is here.`);
	return lines;
}

function elsewhere({ isWhole }) {
	if (!isWhole) return [];
	const targets = TARGETS.filter(({ triple }) => triple !== BUILT_HERE);
	return [
		`Left out: the addons of ${targets.length} other Rust targets (npm run build:target), musl among them (npm run test:packages).`,
		"Left out: other package managers, runtimes, bundlers and Node.js releases than this one (npm run test:packages).",
		"Shortened: chaos, endurance and fuzz (npm run test:chaos, test:endurance, test:fuzz).",
	];
}

function skips({ skipped }) {
	const lines = skipped.map(({ name, reason }) => {
		const why = typeof reason === "string" ? reason : "no reason is given";
		return `Skipped: ${name} (${why})`;
	});
	return some(lines, MOST_SKIPPED).map((line) => `${line}.`);
}

// These files may belong in the list of long files.
function slow({ options, seconds }) {
	if (!options.isQuick || options.named.length > 0) return [];
	const files = Object.entries(seconds).filter(([, took]) => took > SLOW_S);
	const times = files.map(([file, took]) => `${file} (${Math.round(took)} s)`);
	return times.length > 0
		? [`Slow: ${some(times, MOST_SLOW).join(", ")}.`]
		: [];
}

/** The last lines of a run that passed. */
function summary(run) {
	const { unchecked, took } = run;
	return [
		ran(run),
		...leftOut(run),
		...elsewhere(run.options),
		...(unchecked.length > 0 ? [`Not checked: ${unchecked.join(", ")}.`] : []),
		...skips(run),
		...slow(run),
		`Passed, in ${took} s.`,
	];
}

module.exports = { summary };
