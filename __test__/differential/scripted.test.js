// The same calls on npm's etcdjs and on this package, on hosts that give odd answers.
const assert = require("node:assert/strict");
const events = require("node:events");
const { after, before, describe, test } = require("node:test");
const fc = require("fast-check");
const original = require("etcdjs-original");
const { subject } = require("../support");
const { Allowed } = require("./allowed");
const { differing } = require("./lockstep");
const { report } = require("./report");
const { KINDS, SCRIPTED_CALLS } = require("./scripted-calls");
const { ENTRIES } = require("./scripted-differences");
const { Stage } = require("./stage");

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000);
const EACH = Number(process.env.DIFFERENTIAL_ANSWERS ?? 50);

// etcdjs adds one for each redirect that it follows.
events.defaultMaxListeners = 20;

let stage;

/** Makes a call on both; resolves with the failure, undefined if there is none. */
async function failureOf(allowed, call) {
	const changed = allowed.forOriginal(call);
	const theirs = changed && (await stage.play(changed, "original"));
	const ours = await stage.play(call, "ours");
	const what = changed ? differing(theirs, ours) : [];
	if (allowed.excuse(call, what, theirs, ours)) return undefined;
	const history = [`answer: ${call.answer.name}, hosts: ${call.hosts}`];
	return { steps: 1, what, original: theirs, ours, history, call };
}

/** The failures of all calls as text, "" if there are none. */
async function failuresOf(allowed, calls) {
	const failures = [];
	for (const call of calls) failures.push(await failureOf(allowed, call));
	return report(failures.filter(Boolean));
}

describe("beside etcdjs, on odd answers", () => {
	before(async () => {
		// The hosts answer only what the v2 API has.
		const ours = (host, opts) => subject(host, { ...opts, api: "v2" });
		stage = await Stage.open({ original, ours });
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

	test("random answers give the same results on both packages", async (t) => {
		t.diagnostic(`DIFFERENTIAL_SEED=${SEED} DIFFERENTIAL_ANSWERS=${EACH}`);
		const allowed = new Allowed(ENTRIES);
		const property = fc.asyncProperty(SCRIPTED_CALLS, async (call) => {
			const failures = await failuresOf(allowed, [call]);
			if (failures) throw new Error(failures);
		});
		const numRuns = EACH * KINDS;
		const { errorInstance } = await fc.check(property, { seed: SEED, numRuns });
		const head = `DIFFERENTIAL_SEED=${SEED}`;
		if (errorInstance) assert.fail(`${head}\n${errorInstance.message}`);
	});
});
