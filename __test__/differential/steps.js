// Sequences of steps as commands of fast-check. Each attempt to shrink a sequence plays it on new clients and new keys:
// nothing that an earlier attempt stored or left behind takes part.
const fc = require("fast-check");
const { DRAFTS } = require("./drafts");
const { SCENARIO_STEPS, single } = require("./scenarios");
const { weighted } = require("./weighted");

// Both packages' keys are removed after a median of 17 steps, as some calls demand it: more steps rarely build on each other.
const MOST_STEPS = 100;

/** A step as a command; `make(side)` makes it when its turn has come. */
class StepCommand {
	constructor(make) {
		this.make = make;
	}

	/** Always: what a call does on keys that are not there is to be compared too. */
	check() {
		return true;
	}

	/** Plays it on the stream; rejects where the packages differ. */
	async run(_model, stream) {
		const [original] = stream.sides;
		await stream.play(this.make(original));
		stream.throwFailures();
	}
}

const STEPS = weighted(
	[94, DRAFTS.map((draft) => new StepCommand((on) => single(draft.on(on))))],
	[6, SCENARIO_STEPS.map((scenario) => new StepCommand(() => scenario))],
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
