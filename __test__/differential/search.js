// Searches for a sequence of calls on which the two packages differ, shrinks it, and describes it.
const fc = require("fast-check");
const { playSequence, sequences } = require("./steps");

const SEQUENCES_PER_SEED = 20;
// Bounds shrinking where each attempt takes long, as where a callback never comes. fast-check skips attempts from then on.
// Before a difference is found, a skipped sequence fails the search.
const TIME_LIMIT_MS = 60_000;
const LIMITS = {
	numRuns: SEQUENCES_PER_SEED,
	maxSkipsPerRun: 0,
	skipAllAfterTimeLimit: TIME_LIMIT_MS,
};
// fast-check's path to a counterexample, and which commands ran on that path.
const REPLAY = /^([\d:]+)\/(.*)$/;
const REPLAY_PATH = /replayPath="([^"]*)"/;

/** fast-check's parameters to play only the counterexample of `replay`. Empty without one. */
function replayParameters(replay) {
	if (!replay) return {};
	const [, path, replayPath] = REPLAY.exec(replay) ?? [];
	if (!path) throw new Error(`not a path to a counterexample: ${replay}`);
	return { path, replayPath, endOnFailure: true };
}

function describe({ seed, numShrinks, errorInstance, ...details }) {
	const { counterexample, counterexamplePath, numSkips } = details;
	if (!counterexample)
		return `DIFFERENTIAL_SEED=${seed}: ${numSkips} sequences were skipped after ${TIME_LIMIT_MS} ms`;
	const [, replayPath] = REPLAY_PATH.exec(fc.stringify(counterexample)) ?? [];
	const replay = `${counterexamplePath}/${replayPath}`;
	const head = `DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_PATH=${replay}`;
	return `${head}\nshrunk ${numShrinks} times\n${errorInstance.message}`;
}

async function searchSeed(seed, openStream, replay) {
	const { replayPath, ...parameters } = replayParameters(replay);
	const property = fc.asyncProperty(sequences(replayPath), (commands) =>
		playSequence(commands, openStream()),
	);
	const details = await fc.check(property, { seed, ...LIMITS, ...parameters });
	return details.failed ? describe(details) : "";
}

/**
 * Plays sequences of calls, each on a new stream of `open()`, until they have made `calls` calls: some with `seed`, some with
 * seed + 1, and so on. Resolves with the description of the first difference, shrunk; "" if there is none. The description
 * has the seed that finds the difference again, and the path for `replay`, which plays the counterexample alone.
 */
async function search({ seed, calls, open, replay }) {
	const streams = [];
	const openStream = () => {
		streams.push(open());
		return streams.at(-1);
	};
	const made = () => streams.reduce((sum, stream) => sum + stream.calls, 0);
	for (let next = seed; made() < calls; next++) {
		const difference = await searchSeed(next, openStream, replay);
		if (difference || replay) return difference;
	}
	return lateCallbacks(streams);
}

// A second callback may come only after its sequence has ended.
function lateCallbacks(streams) {
	const failed = streams.filter((stream) => stream.hasFailedLate());
	return failed.map((stream) => stream.report).join("\n");
}

module.exports = { search };
