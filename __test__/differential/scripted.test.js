// The same calls on npm's etcdjs and on this package, on hosts that give odd answers.
const assert = require("node:assert/strict");
const events = require("node:events");
const { after, before, describe, test } = require("node:test");
const original = require("etcdjs-original");
const { subject } = require("../support");
const { Allowed } = require("./allowed");
const { differing } = require("./lockstep");
const { allAnswers } = require("./odd-answers");
const { Chance } = require("./prng");
const { report } = require("./report");
const { sample } = require("./scripted-calls");
const { ENTRIES } = require("./scripted-differences");
const { Stage } = require("./stage");

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000);
const EACH = Number(process.env.DIFFERENTIAL_ANSWERS ?? 50);

// More would say no more, and each may have waited for a callback in vain.
const MOST_FAILURES = 10;

// etcdjs adds one for each redirect that it follows.
events.defaultMaxListeners = 20;

let stage;

/** Makes calls on both; returns where they differ as text, "" if they do not. */
async function failuresOf(allowed, calls) {
	const failures = [];
	let steps = 0;
	for (const call of calls) {
		if (failures.length >= MOST_FAILURES) break;
		steps++;
		const changed = allowed.forOriginal(call);
		const theirs = changed && (await stage.play(changed, "original"));
		const ours = await stage.play(call, "ours");
		const what = changed ? differing(theirs, ours) : [];
		if (allowed.excuse(call, what, theirs, ours)) continue;
		const history = [`answer: ${call.answer.name}, hosts: ${call.hosts}`];
		failures.push({ steps, what, original: theirs, ours, history, call });
	}
	return report(failures);
}

describe("beside etcdjs, on odd answers", () => {
	before(async () => {
		stage = await Stage.open({ original, ours: subject });
	});

	after(() => stage.close());

	for (const entry of ENTRIES) {
		test(`what differs by ${entry.point}: ${entry.what}`, async () => {
			const allowed = new Allowed([entry]);
			assert.equal(await failuresOf(allowed, entry.example), "");
			assert.deepEqual(allowed.dead, []);
			if (entry.skip) return;
			assert.notEqual(await failuresOf(new Allowed([]), entry.example), "");
		});
	}

	test("answers chosen by chance come out alike", async (t) => {
		t.diagnostic(`DIFFERENTIAL_SEED=${SEED} DIFFERENTIAL_ANSWERS=${EACH}`);
		const calls = sample(new Chance(SEED), allAnswers(), EACH);
		const failures = await failuresOf(new Allowed(ENTRIES), calls);
		if (failures) assert.fail(`DIFFERENTIAL_SEED=${SEED}\n${failures}`);
	});
});
