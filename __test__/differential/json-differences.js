// The differences from etcdjs in what json means: see allowed.js for how they are written.
const { callOf } = require("./call");
const { addsAmbiguous, alikeBut, isWrite } = require("./predicates");
const { single } = require("./scenarios");

const OBJECT = { a: 1 };

function isObject(value) {
	return typeof value === "object" && value !== null && !Buffer.isBuffer(value);
}

const ENTRIES = [
	{
		what: "push stringifies objects",
		example: [
			callOf("push", { value: OBJECT, opts: { json: true } }),
			callOf("push", { value: OBJECT, client: "json" }),
		],
		when: (call) =>
			call.method === "push" &&
			(call.storesJson || call.option("json")) &&
			isObject(call.value),
		instead: (call) => call.with({ value: JSON.stringify(call.value) }),
	},
	{
		what: "json for a call stringifies a previous value that is an object",
		example: [
			callOf("set", { value: JSON.stringify(OBJECT) }),
			callOf("compareAndSwap", {
				value: 1,
				prevValue: OBJECT,
				opts: { json: true },
			}),
		],
		when: (call) =>
			call.option("json") &&
			!call.storesJson &&
			typeof call.compared === "object" &&
			call.compared !== null,
		instead: (call) => call.comparing(JSON.stringify(call.compared)),
		fields: ["opts"],
		ours: (mine, _call, theirs) => alikeBut("prevValue", mine, theirs),
	},
	{
		what: "json for the store and for the call parse once",
		example: [
			callOf("set", { client: "json", value: "text" }),
			callOf("get", { client: "json", opts: { json: true } }),
		],
		when: (call) =>
			call.method === "get" && call.storesJson && call.option("json"),
		instead: (call) => call.with({ opts: call.opts.with({ json: undefined }) }),
		fields: ["opts"],
		ours: (mine, _call, theirs) => alikeBut("json", mine, theirs),
	},
	{
		what: "with json for a call, a value that is no JSON is an error",
		example: [
			callOf("set", { value: "no JSON" }),
			callOf("get", { opts: { json: true } }),
		],
		when: (call) =>
			call.method === "get" && !call.storesJson && call.option("json"),
		fields: ["crashed", "error", "arity", "third"],
		original: ({ crashed }) => crashed === "SyntaxError",
		ours: ({ error, arity, crashed }) =>
			error?.class === "SyntaxError" && arity === 1 && crashed === undefined,
	},
	{
		what: "where the answer of a write is no JSON, the error says that it has been done",
		example: [
			callOf("push", { client: "json", value: "no JSON" }),
			callOf("set", { client: "json", value: undefined }),
		],
		when: (call) => call.storesJson && isWrite(call),
		fields: ["error"],
		original: ({ error }) => error?.class === "SyntaxError",
		ours: (mine, _call, theirs) => addsAmbiguous(mine, theirs),
	},
	{
		what: "what has no text is an error in the callback",
		example: [
			callOf("set", { value: Symbol("value") }),
			callOf("set", { value: 1n, client: "json" }),
		],
		when: (call) => call.callback,
		fields: ["thrown", "returned", "error", "arity", "third"],
		original: ({ thrown }) => thrown !== undefined,
		ours: ({ error, arity, thrown }, _call, theirs) =>
			thrown === undefined && error?.class === theirs.thrown && arity === 1,
	},
];

module.exports = {
	ENTRIES: ENTRIES.map(({ example, ...entry }) => ({
		point: 41,
		example: example.map(single),
		...entry,
	})),
};
