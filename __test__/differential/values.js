// The values of generated calls.

const TEXTS = [
	"v",
	"w",
	"5",
	"true",
	"null",
	'"text"',
	'{"a":1}',
	"[1,2]",
	"two words",
	" edges ",
	"grüße 日本 😀",
	'it\'s "quoted"',
	"line\nbreak\r\nand\ttab",
	"a&b=c;d%41+e",
	"100%",
	"<&>\u2028",
	"\u0000",
	"lone \ud800 surrogate",
	"!*'()~",
];

const FALSY = ["", 0, false, null, undefined, Number.NaN, -0, 0n];
const SCALARS = [7, 1.5, -1, 1e21, Number.POSITIVE_INFINITY, true, 10n];

class Thing {
	constructor() {
		this.a = 1;
	}
	toString() {
		return "a thing";
	}
}

const OBJECTS = [
	new Date(0),
	Buffer.from("bytes é"),
	Buffer.alloc(0),
	["a", "b"],
	[],
	[["nested"]],
	{},
	{ a: 1 },
	{ a: { b: [1, null] } },
	{ value: "v" },
	{ toJSON: () => "from toJSON" },
	{ toJSON: () => undefined },
	new Thing(),
	new String("boxed"),
	new Number(3),
	new Map([["a", 1]]),
	new Uint8Array([65, 66]),
	/expression/,
];

// Some of these make a call throw; a call with a function has its callback after it.
const HOPELESS = [
	new Date(Number.NaN),
	Symbol("value"),
	Object.assign(Object.create(null), { a: 1 }),
	function value() {},
	{
		toString() {
			throw new RangeError("toString");
		},
	},
];

const LONG = ["x".repeat(1024), "long é".repeat(200), "y".repeat(100 * 1024)];

/** A value to store. */
function anyValue(chance) {
	const kinds = {
		texts: 60,
		falsy: 12,
		scalars: 8,
		objects: 13,
		long: 3,
		no: 2,
	};
	const lists = { texts: TEXTS, falsy: FALSY, scalars: SCALARS };
	const rest = { objects: OBJECTS, long: LONG, no: HOPELESS };
	return chance.one({ ...lists, ...rest }[chance.weighted(kinds)]);
}

/** A value to compare with that is most likely not the right one. */
function otherValue(chance) {
	const kinds = { texts: 50, falsy: 25, scalars: 10, objects: 13, no: 2 };
	const lists = { texts: TEXTS, falsy: FALSY, scalars: SCALARS };
	const rest = { objects: OBJECTS, no: HOPELESS };
	return chance.one({ ...lists, ...rest }[chance.weighted(kinds)]);
}

/** Whether a value may have no text. */
function isHopeless(value) {
	const isText = typeof value === "string";
	return HOPELESS.includes(value) || (isText && !value.isWellFormed());
}

/** A value that is stored as it is, and with `json` as JSON. */
function plainValue(chance) {
	return chance.one(["v", "w", "5", '{"a":1}', "two words", "grüße"]);
}

module.exports = { anyValue, isHopeless, otherValue, plainValue };
