// Sequences of steps as commands of fast-check. Each attempt to shrink a sequence plays it on new clients and under a new
// key prefix, so that no state of an earlier attempt takes part.
const fc = require("fast-check");
const { DRAFTS } = require("./drafts");
const { SCENARIO_STEPS, single } = require("./scenarios");
const { weighted } = require("./weighted");

// Some calls end with both packages' keys removed, after a median of 17 steps: longer sequences build on no more state.
const MOST_STEPS = 100;

/** A step as a command; `make(side)` makes the step just before it is played. */
class StepCommand {
	constructor(make) {
		this.make = make;
	}

	/** Always true: calls on keys that do not exist are compared too. */
	check() {
		return true;
	}

	/** Plays the step on the stream; rejects where the packages differ. */
	async run(_model, stream) {
		const [original] = stream.sides;
		await stream.play(this.make(original));
		stream.throwFailures();
	}
}

function callCommand(draft) {
	return new StepCommand((side) => single(draft.resolve(side)));
}

function scenarioCommand(scenario) {
	return new StepCommand(() => scenario);
}

const STEPS = weighted(
	[94, DRAFTS.map(callCommand)],
	[6, SCENARIO_STEPS.map(scenarioCommand)],
);

/** Sequences of steps; `replayPath` is that of a counterexample to play again. */
function sequences(replayPath) {
	const limits = { maxCommands: MOST_STEPS, size: "max", replayPath };
	return fc.commands([STEPS], limits);
}

/** Plays a sequence on a stream, and ends the stream; rejects where the packages differ. */
async function playSequence(commands, stream) {
	try {
		await fc.asyncModelRun(() => ({ model: {}, real: stream }), commands);
		await stream.compareStored();
	} finally {
		await stream.close();
	}
	stream.throwFailures();
}

module.exports = { playSequence, sequences };
