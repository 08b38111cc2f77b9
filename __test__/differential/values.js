// The values of generated calls.
const fc = require("fast-check");
const { weighted } = require("./weighted");

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

const PLAIN = ["v", "w", "5", '{"a":1}', "two words", "grüße"];

/** Values to store. */
const VALUES = weighted(
	[60, fc.constantFrom(...TEXTS)],
	[12, fc.constantFrom(...FALSY)],
	[8, fc.constantFrom(...SCALARS)],
	[13, fc.constantFrom(...OBJECTS)],
	[3, fc.constantFrom(...LONG)],
	[2, fc.constantFrom(...HOPELESS)],
);

/** Values to compare with that are most likely not the right ones. */
const OTHER_VALUES = weighted(
	[50, fc.constantFrom(...TEXTS)],
	[25, fc.constantFrom(...FALSY)],
	[10, fc.constantFrom(...SCALARS)],
	[13, fc.constantFrom(...OBJECTS)],
	[2, fc.constantFrom(...HOPELESS)],
);

/** Values that are stored as they are, and with `json` as JSON. */
const PLAIN_VALUES = fc.constantFrom(...PLAIN);

/** Whether a value may have no text. */
function isHopeless(value) {
	const isText = typeof value === "string";
	return HOPELESS.includes(value) || (isText && !value.isWellFormed());
}

module.exports = { OTHER_VALUES, PLAIN_VALUES, VALUES, isHopeless };
