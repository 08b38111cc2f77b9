// The search for a sequence of calls that comes out differently, and the text of what it finds.
const fc = require("fast-check");
const { playSequence, sequences } = require("./steps");

const RUNS = 20;
// Ends the shrinking of a difference that takes its time, such as a callback that never comes. Before a difference is
// found, it fails the search.
const PATIENCE_MS = 60_000;
const REPLAY_PATH = /replayPath="([^"]*)"/;
// The path within fast-check's tree of values, and which commands ran.
const BOTH_PATHS = /^([\d:]+)\/(.*)$/;

/** Where `again` is a path as `found` prints it, only the counterexample that it leads to is played. */
function replaying(again) {
	if (!again) return {};
	const [, path, replayPath] = BOTH_PATHS.exec(again) ?? [];
	if (!path) throw new Error(`no path of a counterexample: ${again}`);
	return { path, replayPath, endOnFailure: true };
}

function found({ seed, numShrinks, errorInstance, ...details }) {
	const { counterexample, counterexamplePath, numSkips } = details;
	if (!counterexample)
		return `DIFFERENTIAL_SEED=${seed}: ${numSkips} sequences were skipped, as the search took longer than ${PATIENCE_MS} ms`;
	const [, replayPath] = REPLAY_PATH.exec(fc.stringify(counterexample)) ?? [];
	const path = `${counterexamplePath}/${replayPath}`;
	const head = `DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_PATH=${path}`;
	return `${head}\nshrunk ${numShrinks} times\n${errorInstance.message}`;
}

async function searchWith(seed, streamOf, again) {
	const { replayPath, ...replay } = replaying(again);
	const property = fc.asyncProperty(sequences(replayPath), (commands) =>
		playSequence(commands, streamOf()),
	);
	const skipAllAfterTimeLimit = PATIENCE_MS;
	const limits = { numRuns: RUNS, maxSkipsPerRun: 0, skipAllAfterTimeLimit };
	const details = await fc.check(property, { seed, ...limits, ...replay });
	return details.failed ? found(details) : "";
}

/**
 * Plays sequences, from `seed` on, until they have made `calls` calls, each on a stream that `open()` makes. Resolves with
 * the first difference as text, shrunk; "" if there is none. Each seed is good for some sequences: the text has the one to
 * begin with to find the same again, and the path of the counterexample, for `again`.
 */
async function search({ seed, calls, open, again }) {
	const streams = [];
	const streamOf = () => {
		streams.push(open());
		return streams.at(-1);
	};
	const made = () => streams.reduce((sum, stream) => sum + stream.calls, 0);
	for (let next = seed; made() < calls; next++) {
		const difference = await searchWith(next, streamOf, again);
		if (difference || again) return difference;
	}
	return lateCallbacks(streams);
}

// A callback that came twice may have done so only after its sequence.
function lateCallbacks(streams) {
	const late = streams.filter((stream) => stream.hasFailedLate());
	return late.map((stream) => stream.report).join("\n");
}

module.exports = { search };
