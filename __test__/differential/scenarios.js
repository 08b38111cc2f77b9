// Steps of more than one call: waits with the writes that end them, and the calls after them.
const fc = require("fast-check");
const { Call } = require("./call");
const { Key } = require("./keys");
const { Opts, Index } = require("./opts");
const { PLAIN_VALUES } = require("./values");
const { chance, weighted } = require("./weighted");

const WAIT_KEYS = ["k0", "k1", "d3/x", "with space", "%41", "_h", "slash/"];
// Long enough for the event that a stopped wait must not bring.
const QUIET_MS = 20;

// The clients of situations.js on which a wait ends at once.
const ENDING = ["refused", "all refused", "hang-up", "destroyed", "no hosts"];

const WEIGHTS = {
	wait: 30,
	past: 15,
	recursive: 15,
	"get with wait": 10,
	"bad index": 10,
	stop: 8,
	cleared: 4,
	"no key": 4,
	"not json": 4,
	trouble: 6,
};

const WAIT_INDEXES = ["abc", "", null, -1, 1.5, true];

const KINDS = Object.entries(WEIGHTS).map(([kind, weight]) => [
	weight,
	fc.constant(kind),
]);
const SCENES = fc.record({
	text: fc.constantFrom(...WAIT_KEYS),
	isRooted: chance(20),
	isJson: chance(30),
	waitIndex: fc.constantFrom(...WAIT_INDEXES),
	trouble: fc.constantFrom(...ENDING),
	child: fc.constantFrom("d4/x", "d4/y/z").map((text) => new Key(text)),
	value: PLAIN_VALUES,
	hasNoPrototype: chance(15),
	nexts: fc.nat(2),
});

/** Steps with waits. */
const SCENARIO_STEPS = fc
	.record({ kind: weighted(...KINDS), scene: SCENES })
	.map(({ kind, scene: { text, isRooted, isJson, hasNoPrototype, ...rest } }) =>
		scenario(kind, {
			...rest,
			key: new Key(text, isRooted ? "leading slash" : "string"),
			client: isJson ? "json" : "plain",
			form: hasNoPrototype ? "null prototype" : "plain",
		}),
	);

/** The scenario of this kind; `scene` has what it is played with. */
function scenario(kind, scene) {
	return SCENARIOS[kind]({ key: new Key("k0"), client: "plain", ...scene });
}

/** A step of one call. */
function single(call) {
	return { calls: [call], play: (player) => player.do(call) };
}

function set(scene, key = scene.key) {
	const { client, value } = scene;
	const names = ["key", "value"];
	return new Call({ method: "set", key, value, client, names });
}

function waitFor(scene, fields, key = scene.key) {
	const { client, form } = scene;
	const opts = new Opts(fields, form);
	return new Call({ method: "wait", key, opts, client });
}

// The write that gives the index, the wait from there, the write that ends it; then by `next`.
function waits(scene, fields = {}, child = scene.key) {
	const length = 2 + scene.nexts;
	const writes = Array.from({ length }, () => set(scene, child));
	const [first, ...enders] = writes;
	const wait = waitFor(scene, {
		...fields,
		waitIndex: new Index(undefined, 1),
	});
	return {
		calls: [first, wait, ...enders],
		async play(player) {
			// Where a write fails, there is nothing to wait for.
			if (!done(await player.do(first))) return;
			let attempt = player.start(wait);
			for (const write of enders) {
				await player.do(write);
				const outcome = await player.end(attempt);
				if (write === enders.at(-1)) break;
				if (typeof outcome?.args?.[2] !== "function") break;
				attempt = player.start(wait.with({ byNext: true }), { after: attempt });
			}
		},
	};
}

function one(...calls) {
	return {
		calls,
		async play(player) {
			for (const call of calls) if (!done(await player.do(call))) return;
		},
	};
}

function done(outcome) {
	return Boolean(outcome?.args) && !outcome.args[0];
}

const SCENARIOS = {
	wait: (scene) => waits(scene),
	recursive: (scene) => {
		const directory = new Key("d4");
		return waits(
			{ ...scene, key: directory },
			{ recursive: true },
			scene.child,
		);
	},
	// The same change is there already when the wait is called.
	past: (scene) => {
		const waitIndex = new Index(undefined, 0);
		const call = waitFor(scene, { waitIndex, sorted: true });
		return one(set(scene), call);
	},
	"get with wait": (scene) => {
		const waitIndex = new Index(undefined, 0);
		const call = waitFor(scene, { waitIndex, wait: true });
		return one(set(scene), call.with({ method: "get" }));
	},
	"bad index": (scene) => one(waitFor(scene, { waitIndex: scene.waitIndex })),
	stop: (scene) => {
		const first = set(scene);
		const call = waitFor(scene, { waitIndex: new Index(undefined, 1) });
		const last = set(scene);
		return {
			calls: [first, call, last],
			async play(player) {
				if (!done(await player.do(first))) return;
				const attempt = player.start(call, { deadline: QUIET_MS });
				attempt.stop();
				await player.do(last);
				await player.end(attempt);
			},
		};
	},
	// Whether or not etcd still has the event with index 1: what follows is a wait that ends.
	cleared: (scene) => {
		const call = waitFor(scene, { waitIndex: 1, wait: true });
		return one(set(scene), call.with({ method: "get" }));
	},
	"no key": (scene) => {
		const call = waitFor(scene, {});
		return one(call.with({ names: [], key: undefined }));
	},
	trouble: (scene) => one(waitFor({ ...scene, client: scene.trouble }, {})),
	"not json": (scene) => {
		const waitIndex = new Index(undefined, 0);
		const write = set({ ...scene, client: "plain", value: "no json" });
		return one(write, waitFor({ ...scene, client: "json" }, { waitIndex }));
	},
};

module.exports = { SCENARIO_STEPS, scenario, single };
