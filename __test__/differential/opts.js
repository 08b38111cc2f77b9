// The options of generated calls, and what depends on the side a call is made for.
const fc = require("fast-check");
const { PREVIOUS } = require("./previous");
const { optionalFields, weighted } = require("./weighted");

/** An index: that of the key `text`, or the last the side has seen (no text), plus `plus`. */
class Index {
	constructor(text, plus = 0) {
		this.text = text;
		this.plus = plus;
	}

	for(side) {
		const index =
			this.text === undefined
				? side.lastIndex
				: (side.model.get(this.text)?.index ?? 1);
		return index + this.plus;
	}

	toString() {
		const of = this.text === undefined ? "last" : `index of ${this.text}`;
		return `<${of} + ${this.plus}>`;
	}
}

const FORMS = {
	plain: (fields) => ({ ...fields }),
	frozen: (fields) => Object.freeze({ ...fields }),
	sealed: (fields) => Object.seal({ ...fields }),
	"null prototype": (fields) => Object.assign(Object.create(null), fields),
	inherited: (fields) => Object.create(fields),
	array: (fields) => Object.assign([], fields),
	null: () => null,
	undefined: () => undefined,
	zero: () => 0,
	empty: () => "",
	number: () => 5,
	string: () => "text",
	true: () => true,
};

const WITHOUT_FIELDS = Object.keys(FORMS).slice(6);
const PRIMITIVE = ["number", "string", "true"];

/** Options: `fields` as `form`. */
class Opts {
	constructor(fields, form = "plain") {
		this.fields = WITHOUT_FIELDS.includes(form) ? {} : fields;
		this.form = form;
	}

	for(side) {
		return FORMS[this.form](sided(this.fields, side));
	}

	/** Whether nothing can be written into it. */
	get isClosed() {
		return ["frozen", "sealed", ...PRIMITIVE].includes(this.form);
	}

	/** Whether it is no object at all. */
	get isPrimitive() {
		return PRIMITIVE.includes(this.form);
	}

	with(changes) {
		return new Opts({ ...this.fields, ...changes }, this.form);
	}
}

function sided(fields, side) {
	const entries = Object.entries(fields);
	const forSide = (value) => (value instanceof Index ? value.for(side) : value);
	return Object.fromEntries(entries.map(([k, v]) => [k, forSide(v)]));
}

const SILLY_EXIST = ["x", null, "", 1, "TRUE"];
const SILLY_INDEX = [0, -1, "abc", "", null, 1.5, true];
const SILLY_TTL = [0, "0", "", -1, "abc", 1.5, true, null];
const SILLY_WAIT = [0, "abc", null, -1, ""];
const FLAGS = [true, true, true, 1, "yes", false, 0, null];

const FLAG = fc.constantFrom(...FLAGS);
const ON = fc.constant(true);
// Functions of the text of the call's key, which is known only when the call is made.
const INDEX = weighted(
	[50, fc.constant((text) => new Index(text))],
	[30, fc.constant((text) => new Index(text, 1))],
	[20, fc.constantFrom(...SILLY_INDEX)],
);
const EXIST = weighted(
	[80, fc.constantFrom(true, false)],
	[20, fc.constantFrom(...SILLY_EXIST)],
);
const TTL = weighted(
	[66, fc.constantFrom(3600, "3600")],
	[33, fc.constantFrom(...SILLY_TTL)],
);

// For each method the options it takes, how likely in percent, and their values.
const READ = {
	recursive: [30, FLAG],
	sorted: [30, FLAG],
	consistent: [10, FLAG],
	json: [10, FLAG],
	waitIndex: [6, fc.constantFrom(...SILLY_WAIT)],
	wait: [5, fc.constantFrom(false, 0, "")],
	cache: [5, ON],
};
const COMPARE = {
	prevExist: [20, EXIST],
	prevIndex: [20, INDEX],
	prevValue: [15, PREVIOUS],
};
const WRITE = {
	...COMPARE,
	ttl: [20, TTL],
	dir: [8, FLAG],
	json: [10, FLAG],
};
const DELETE = { ...COMPARE, recursive: [25, FLAG], dir: [20, FLAG] };
const TAKES = {
	get: READ,
	set: WRITE,
	update: WRITE,
	mkdir: WRITE,
	compareAndSwap: WRITE,
	del: DELETE,
	delete: DELETE,
	rmdir: DELETE,
	compareAndDelete: DELETE,
	push: { ttl: [30, TTL], json: [10, ON], dir: [5, ON] },
};

const ANY_FORM = weighted(
	[88, fc.constant("plain")],
	[12, fc.constantFrom(...Object.keys(FORMS))],
);

/** Options as fast-check draws them: previous values and indexes are known only when the call is made. */
class OptsDraft {
	constructor({ fields, form }) {
		Object.assign(this, { fields, form });
	}

	/** The options of a call on the key `text`; `compared(previous)` is the previous value. */
	resolve(text, compared) {
		const entries = Object.entries(this.fields).map(([name, value]) => {
			if (name === "prevValue") return [name, compared(value)];
			return [name, typeof value === "function" ? value(text) : value];
		});
		return new Opts(Object.fromEntries(entries), this.form);
	}
}

/** Options for calls of `method`. */
function optsFor(method) {
	const drafts = fc.record({
		fields: optionalFields(TAKES[method]),
		form: ANY_FORM,
	});
	return drafts.map((opts) => new OptsDraft(opts));
}

module.exports = { Opts, Index, optsFor };
