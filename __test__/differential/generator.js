// Makes steps by chance: calls, each with its arguments in one of the overloads and on one of the clients,
// and now and then a scenario.
const { Call } = require("./call");
const { USUAL, Key, anyKey } = require("./keys");
const { anyMachine } = require("./machines");
const { anyOpts } = require("./opts");
const { anyScenario, single } = require("./scenarios");
const { SITUATIONS } = require("./situations");
const { anyValue, isHopeless, otherValue, plainValue } = require("./values");

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
const SCENARIO = 0.06;
const CLIENTS = { plain: 66, json: 26, trouble: 8 };
const OVERLOADS = {
	full: 62,
	"no opts": 27,
	early: 2,
	"no callback": 5,
	none: 4,
};

// The callback where a value would be, for the methods where that can be told.
const EARLY = {
	set: ["key"],
	update: ["key"],
	push: ["key"],
	compareAndSwap: ["key", "value"],
	compareAndDelete: ["key"],
	get: [],
	del: [],
	delete: [],
};

/** Makes steps; `side` is the original's, whose keys it knows. */
class Generator {
	constructor(chance, side) {
		this.chance = chance;
		this.side = side;
	}

	/** Steps of at least `calls` calls. */
	*steps(calls) {
		for (let made = 0; made < calls; ) {
			const step = this.chance.happens(SCENARIO)
				? anyScenario(this.chance)
				: single(this._call());
			made += step.calls.length;
			yield step;
		}
	}

	_call() {
		const { chance } = this;
		const method = chance.weighted({ ...KEYED, ...KEYLESS });
		const client = this._client();
		const call =
			method in KEYED
				? this._keyed(method, client)
				: this._keyless(method, client);
		return this._overload(call.with({ client }));
	}

	_client() {
		const kind = this.chance.weighted(CLIENTS);
		if (kind !== "trouble") return kind;
		return this.chance.one(Object.keys(SITUATIONS));
	}

	_keyless(method, client) {
		const given = method === "stats.self" && !(client in SITUATIONS);
		const machine = anyMachine(this.chance);
		return new Call({ method, machine, names: given ? ["machine"] : [] });
	}

	// Which of two things is wrong comes first is nobody's business: where one is, the others are right.
	_keyed(method, client) {
		const { chance } = this;
		const inTrouble = client in SITUATIONS;
		let key = anyKey(chance, method, [...this.side.model.keys()].sort());
		if (inTrouble && !key.isTame) key = new Key(chance.one(USUAL));
		const isWrong = inTrouble || key.isMalformed || !key.isTame;
		const value = isWrong ? plainValue(chance) : anyValue(chance);
		const previous = () =>
			isWrong || isHopeless(value)
				? plainValue(chance)
				: this._previous(key, client);
		const opts = anyOpts(chance, method, key.plain, previous);
		return new Call({ method, key, value, prevValue: previous(), opts });
	}

	// Right as often as not, so that compares succeed.
	_previous(key, client) {
		const value = this.side.model.get(key.plain)?.value;
		if (value === undefined || !this.chance.happens(0.6))
			return otherValue(this.chance);
		if (client !== "json") return value;
		try {
			return JSON.parse(value);
		} catch {
			return value;
		}
	}

	_overload(call) {
		const kind = this.chance.weighted(OVERLOADS);
		const early = EARLY[call.method];
		if (kind === "early" && early && !(call.client in SITUATIONS))
			return call.with({ names: early });
		const short = call.names.filter((name) => name !== "opts");
		if (kind === "no opts") return call.with({ names: short });
		if (kind !== "no callback" || needsCallback(call)) return call;
		const names = this.chance.happens(0.5) ? call.names : short;
		const client = call.client === "json" ? "silent, json" : "silent";
		return call.with({ names, client, callback: false });
	}
}

const SENDABLE = ["string", "number", "boolean", "undefined"];

// Only what is sent and stored alike by both goes without a callback, so that its end is known; a
// function without a callback after it would be the callback.
function needsCallback({ method, key, value, client, ...rest }) {
	if (client in SITUATIONS) return true;
	if (!key) return rest.names.includes("machine");
	if (method === "push" && client === "json") return true;
	const { prevValue = value, opts } = rest;
	if (method === "get" && opts.fields.json) return true;
	const values = [value, prevValue, opts.fields.prevValue];
	return !key.isTame || !values.every(isSendable);
}

function isSendable(value) {
	return (
		SENDABLE.includes(typeof (value ?? undefined)) &&
		String(value).isWellFormed()
	);
}

module.exports = { Generator };
