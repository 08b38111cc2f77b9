// Calls as fast-check draws and shrinks them. A draft does not depend on what is stored, so that it keeps its meaning when
// shrinking removes calls before it. The call that a draft is resolved to may depend on what is stored.
const fc = require("fast-check");
const { Call } = require("./call");
const { USUAL, Key, keysFor } = require("./keys");
const { MACHINES } = require("./machines");
const { optsFor } = require("./opts");
const { overloaded } = require("./overloads");
const { PREVIOUS } = require("./previous");
const { SITUATIONS } = require("./situations");
const { PLAIN_VALUES, VALUES, isHopeless } = require("./values");
const { chance, weighted } = require("./weighted");

const KEYED = {
	set: 20,
	get: 20,
	del: 8,
	delete: 2,
	update: 6,
	mkdir: 6,
	rmdir: 5,
	compareAndSwap: 9,
	compareAndDelete: 7,
	push: 6,
};
const KEYLESS = {
	machines: 1,
	leader: 1,
	"stats.self": 2,
	"stats.store": 1,
	"stats.leader": 1,
};

const CLIENTS = weighted(
	[66, fc.constant("plain")],
	[26, fc.constant("json")],
	[8, fc.constantFrom(...Object.keys(SITUATIONS))],
);
const OVERLOADS = fc.record({
	kind: weighted(
		[62, fc.constant("full")],
		[27, fc.constant("no opts")],
		[2, fc.constant("early")],
		[5, fc.constant("no callback")],
		[4, fc.constant("full")],
	),
	isShort: chance(50),
});
const COMMON = { client: CLIENTS, overload: OVERLOADS };

/** The draft of a call on a key. */
class KeyedDraft {
	constructor(drawn) {
		Object.assign(this, drawn);
	}

	/** Makes the call; `side` is the original's, whose stored keys are known. */
	resolve(side) {
		const { method, client, overload } = this;
		const key = this._key([...side.model.keys()].sort());
		const isWrong = this._isInTrouble || key.isMalformed || !key.isTame;
		const value = isWrong ? this.plain : this.value;
		const stored = side.model.get(key.plain)?.value;
		// Which of two wrong arguments is reported is undefined: where one is wrong, the others are right.
		const compared = (previous) =>
			isWrong || isHopeless(value)
				? previous.plain
				: previous.resolve(stored, { isJson: client === "json" });
		const prevValue = compared(this.previous);
		const opts = this.opts.resolve(key.plain, compared);
		const call = new Call({ method, key, value, prevValue, opts, client });
		return overloaded(call, overload);
	}

	get _isInTrouble() {
		return this.client in SITUATIONS;
	}

	_key(stored) {
		const key = this.key.resolve(stored);
		return this._isInTrouble && !key.isTame ? new Key(this.usual) : key;
	}
}

/** The draft of a call that has no key. */
class KeylessDraft {
	constructor(drawn) {
		Object.assign(this, drawn);
	}

	/** Makes the call. */
	resolve() {
		const { method, machine, client, overload } = this;
		const isNamed = method === "stats.self" && !(client in SITUATIONS);
		const names = isNamed ? ["machine"] : [];
		return overloaded(new Call({ method, machine, names, client }), overload);
	}
}

function keyed(method) {
	const drawn = fc.record({
		method: fc.constant(method),
		...COMMON,
		key: keysFor(method),
		usual: fc.constantFrom(...USUAL),
		value: VALUES,
		plain: PLAIN_VALUES,
		previous: PREVIOUS,
		opts: optsFor(method),
	});
	return drawn.map((fields) => new KeyedDraft(fields));
}

function keyless(method) {
	const drawn = fc.record({
		method: fc.constant(method),
		...COMMON,
		machine: MACHINES,
	});
	return drawn.map((fields) => new KeylessDraft(fields));
}

function weightedDrafts(make, weights) {
	return Object.entries(weights).map(([name, weight]) => [weight, make(name)]);
}

const DRAFTS = weighted(
	...weightedDrafts(keyed, KEYED),
	...weightedDrafts(keyless, KEYLESS),
);

module.exports = { DRAFTS };
