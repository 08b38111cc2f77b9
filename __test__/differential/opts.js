// The options of generated calls, and what depends on the side a call is made for.

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

function index(chance, text) {
	const kind = chance.weighted({ right: 50, wrong: 30, silly: 20 });
	if (kind === "right") return new Index(text);
	return kind === "wrong" ? new Index(text, 1) : chance.one(SILLY_INDEX);
}

function exist(chance) {
	return chance.one([true, false, true, false, chance.one(SILLY_EXIST)]);
}

function ttl(chance) {
	return chance.one([3600, "3600", chance.one(SILLY_TTL)]);
}

// For each method the options it takes, how likely, and how they are made.
const READ = {
	recursive: [0.3, (chance) => chance.one(FLAGS)],
	sorted: [0.3, (chance) => chance.one(FLAGS)],
	consistent: [0.1, (chance) => chance.one(FLAGS)],
	json: [0.1, (chance) => chance.one(FLAGS)],
	waitIndex: [0.06, (chance) => chance.one(SILLY_WAIT)],
	wait: [0.05, (chance) => chance.one([false, 0, ""])],
	cache: [0.05, () => true],
};
const COMPARE = {
	prevExist: [0.2, exist],
	prevIndex: [0.2, index],
	prevValue: [0.15, (_chance, _text, value) => value()],
};
const WRITE = {
	...COMPARE,
	ttl: [0.2, ttl],
	dir: [0.08, (chance) => chance.one(FLAGS)],
	json: [0.1, (chance) => chance.one(FLAGS)],
};
const DELETE = {
	...COMPARE,
	recursive: [0.25, (chance) => chance.one(FLAGS)],
	dir: [0.2, (chance) => chance.one(FLAGS)],
};
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
	push: { ttl: [0.3, ttl], json: [0.1, () => true], dir: [0.05, () => true] },
};

/** Options for a call of `method` on the key `text`; `value()` makes a previous value. */
function anyOpts(chance, method, text, value) {
	const fields = {};
	for (const [name, [likely, make]] of Object.entries(TAKES[method]))
		if (chance.happens(likely)) fields[name] = make(chance, text, value);
	const form = chance.happens(0.88) ? "plain" : chance.one(Object.keys(FORMS));
	return new Opts(fields, form);
}

module.exports = { Opts, Index, anyOpts };
