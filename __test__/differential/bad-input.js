// Keys and values that cannot be sent, which etcdjs sends all the same, as something else or cut off:
// see allowed.js for how they are written.
const { callOf } = require("./call");
const { isDelete } = require("./predicates");
const { single } = require("./scenarios");

const LONGEST_LINE = 4_096;
const LONGEST_FORM = 10 * 1024 * 1024;

function isIllFormed(text) {
	return typeof text === "string" && !text.isWellFormed();
}

function isRefused({ error, thrown, arity }, { callback }, code) {
	if (!callback) return thrown === "TypeError" && arity === undefined;
	return error?.code === code && error.class === "TypeError" && arity === 1;
}

/** What is too large is found out after the call has returned: without a callback nothing tells. */
function isTooLarge(mine, call) {
	if (call.callback) return isRefused(mine, call, "ERR_ETCD_TOO_LARGE");
	return mine.thrown === undefined && mine.pending;
}

const ENTRIES = [
	{
		what: "a lone surrogate, which UTF-8 cannot encode, is refused",
		example: [
			callOf("set", { value: "\ud800" }),
			callOf("set", { value: "\ud800", callback: false, client: "silent" }),
		],
		when: (call) => [call.keyText, call.value, call.compared].some(isIllFormed),
		fields: [
			...["thrown", "crashed", "returned"],
			...["error", "result", "arity", "third"],
		],
		resync: true,
		original: ({ thrown }) => thrown === undefined,
		ours: (mine, call) => isRefused(mine, call, "ERR_INVALID_ARG_VALUE"),
	},
	{
		what: "a key with a control character at its end is refused",
		example: [callOf("set", { key: "k0\0", value: "v" })],
		// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what this is about
		when: (call) => /[\0-\x08\x0b\x0c\x0e-\x1f]$/.test(call.keyText),
		fields: ["crashed", "error", "result", "arity"],
		resync: true,
		original: ({ error }) => error?.code !== "ERR_UNESCAPED_CHARACTERS",
		ours: (mine, call) => isRefused(mine, call, "ERR_UNESCAPED_CHARACTERS"),
	},
	{
		// The original's is reset or answered, as the connection is new or not.
		what: "a request line that is too long is refused",
		example: [{}, { client: "silent", callback: false }].map((how) =>
			callOf("del", { ...how, opts: { prevValue: "v".repeat(LONGEST_LINE) } }),
		),
		when: (call) => isDelete(call) && call.compared?.length >= LONGEST_LINE,
		skip: true,
		ours: isTooLarge,
	},
	{
		// The original's connection is closed while it still writes.
		what: "a form that is too long is refused",
		example: [callOf("set", { value: "v".repeat(LONGEST_FORM) })],
		when: (call) => call.value?.length >= LONGEST_FORM,
		skip: true,
		ours: isTooLarge,
	},
];

module.exports = {
	ENTRIES: ENTRIES.map(({ example, ...entry }) => ({
		point: "bad input",
		example: example.map(single),
		...entry,
	})),
};
