// The differences from etcdjs that its tests on an etcd meet: see allowed.js for how they are written.
const { callOf } = require("./call");
const { Machine, NOBODY } = require("./machines");
const { Opts } = require("./opts");
const {
	addsAmbiguous,
	alikeBut,
	failsWith,
	isUnrepeatable,
	isWrite,
} = require("./predicates");
const { scenario, single } = require("./scenarios");

// What each of these writes into its options.
const AMENDS = {
	update: "prevExist",
	mkdir: "dir",
	rmdir: "dir",
	compareAndSwap: "prevValue",
	compareAndDelete: "prevValue",
};
const CRASHING = ["get", "push", "machines", "leader"];
// What is not in ASCII, or is no character: DEL, which etcd answers with 400 where it is not encoded.
const FOREIGN = /[^\0-~]+/;
const DOTS = /(^|[\\/])(\.|%2e){1,2}($|[\\/])/i;

function calls(...list) {
	return list.map(single);
}

// Whether the callback stands where a value would.
function isCallbackEarly(call, methods) {
	const last = call.method === "compareAndSwap" ? "value" : "key";
	return (
		methods.includes(call.method) && call.callback && call.names.at(-1) === last
	);
}

const CALLS = [
	{
		point: 4,
		what: "a host whose port is none is no URL",
		example: calls(callOf("get", { client: "port too high" })),
		when: (call) => call.client === "port too high",
		fields: ["error"],
		original: ({ error }) => error?.code === "ERR_SOCKET_BAD_PORT",
		ours: ({ error }) => /^Invalid URI ".*:65536"$/.test(error?.message),
	},
	{
		point: 5,
		what: "the error of an empty list of hosts says so",
		example: calls(callOf("get", { client: "no hosts" })),
		when: (call) => call.client === "no hosts",
		fields: ["error"],
		original: ({ error }) => /^Invalid URI "undefined/.test(error?.message),
		ours: ({ error }) => error?.code === "ERR_ETCD_NO_HOSTS",
	},
	{
		point: 7,
		what: "a condition that cannot be written into opts counts all the same",
		example: calls(callOf("update", { form: "frozen", value: "v" })),
		when: (call) =>
			call.has("opts") && call.opts.isClosed && call.method in AMENDS,
		instead: (call) => call.with({ opts: new Opts(call.opts.fields) }),
		fields: ["opts"],
		ours: (mine, { method, opts }, theirs) =>
			opts.isPrimitive
				? mine.opts.every((left) => left === opts.for())
				: alikeBut(AMENDS[method], mine, theirs),
	},
	{
		point: 8,
		what: "a callback in the value's place is called",
		example: calls(callOf("set", { names: ["key"] })),
		when: (call) => isCallbackEarly(call, ["set", "update", "push"]),
		instead: (call) =>
			call.with({ names: [...call.names, "value"], value: undefined }),
		fatal: true,
	},
	{
		point: 8,
		what: "a compare with a callback in the previous value's place is refused",
		example: calls(
			callOf("compareAndSwap", { names: ["key", "value"], value: "v" }),
			callOf("compareAndDelete", { names: ["key"] }),
		),
		when: (call) =>
			isCallbackEarly(call, ["compareAndSwap", "compareAndDelete"]),
		skip: true,
		ours: (mine, call) => failsWith(mine, call, "ERR_INVALID_ARG_VALUE"),
	},
	{
		point: 9,
		what: "no callback is needed",
		example: calls(
			callOf("push", { client: "silent", callback: false, value: "v" }),
		),
		when: (call) =>
			!call.callback &&
			(CRASHING.includes(call.method) || call.method.startsWith("stats.")),
		instead: (call) => call.with({ callback: true }),
		fields: ["arity", "error", "result", "third"],
		original: ({ arity }) => arity > 0,
		ours: ({ arity, thrown }) => arity === undefined && thrown === undefined,
		fatal: true,
	},
	{
		point: 10,
		what: "an error after destroy comes as one argument",
		example: calls(callOf("set", { client: "destroyed", value: "v" })),
		when: (call) => /^destroyed/.test(call.client),
		fields: ["arity"],
		original: ({ arity }) => arity === 2,
		ours: ({ arity }) => arity === 1,
	},
	{
		point: 12,
		what: "get and wait return a function after destroy too",
		example: calls(
			callOf("get", { client: "destroyed" }),
			callOf("wait", { client: "destroyed" }),
		),
		when: (call) =>
			/^destroyed/.test(call.client) && ["get", "wait"].includes(call.method),
		fields: ["returned"],
		original: ({ returned }) => returned === "undefined",
		ours: ({ returned }) => returned === "function",
	},
	{
		point: 17,
		what: "a # in a key ends the key, and not the options of the call as well",
		example: calls(
			callOf("set", { key: "d0/a/b", value: "v" }),
			callOf("get", { key: "d0#tail", opts: { recursive: true } }),
		),
		when: (call) => call.keyText.includes("#"),
		instead: (call) =>
			call.with({ key: call.key.with(call.keyText.replace(/#.*/s, "")) }),
	},
	{
		point: 18,
		what: "a key outside ASCII is the same key in every method",
		example: calls(
			callOf("set", { key: "é", value: "v" }),
			callOf("get", { key: "é" }),
		),
		when: (call) => FOREIGN.test(call.keyText),
		instead(call) {
			const encode = (text) => encodeURIComponent(text.toWellFormed());
			const text = call.keyText.replace(new RegExp(FOREIGN, "g"), encode);
			return call.with({ key: call.key.with(text) });
		},
	},
	{
		point: 18,
		what: "a key with a dot segment is refused",
		example: calls(callOf("set", { key: "../k0", value: "v" })),
		when: (call) => DOTS.test(call.keyText),
		fields: ["crashed", "error", "result", "arity"],
		// A read goes where the server redirects it to; a write is not sent on.
		original: ({ error, thrown }, { method }) =>
			!thrown && (method === "get" || error?.message === "bad status: 301"),
		ours: (mine, call) => failsWith(mine, call, "ERR_ETCD_INVALID_KEY"),
	},
	{
		point: 26,
		what: "a write that must not be done twice is not sent again",
		example: calls(callOf("push", { client: "first hangs up", value: "v" })),
		when: (call) =>
			/^first (hangs|resets)/.test(call.client) &&
			isWrite(call) &&
			isUnrepeatable(call),
		fields: ["error", "result", "arity"],
		resync: true,
		original: ({ error }) => error?.code !== "ECONNRESET",
		ours: (mine, call) =>
			failsWith(mine, call, "ECONNRESET") && mine.error.ambiguous === true,
	},
	{
		point: 26,
		what: "an error of a write that may have been done says so",
		example: calls(callOf("push", { client: "hang-up", value: "v" })),
		when: (call) =>
			/^(hang-up|reset|first (hangs|resets))/.test(call.client) &&
			isWrite(call),
		fields: ["error"],
		original: ({ error }) => error !== null,
		ours: (mine, _call, theirs) => addsAmbiguous(mine, theirs),
	},
];

const STATISTICS = [
	{
		point: 29,
		what: "stats.self asks a machine that is named without http://",
		example: calls(callOf("stats.self", { machine: new Machine("bare host") })),
		when: (call) => call.has("machine") && call.machine?.form === "bare host",
		instead: (call) => call.with({ machine: new Machine("url") }),
		fatal: true,
	},
	{
		// The original goes on to port 80 of its own host.
		point: 29,
		what: "stats.self asks that machine alone",
		example: calls(
			callOf("stats.self", { machine: new Machine("url of nobody") }),
		),
		when: (call) =>
			call.has("machine") && call.machine?.form === "url of nobody",
		skip: true,
		ours: (mine, call) =>
			failsWith(mine, call, `connect ECONNREFUSED ${NOBODY}`),
	},
];

const WAITS = [
	{
		point: 35,
		what: "next returns a function",
		example: [scenario("wait", { value: "v", nexts: 1 })],
		when: (call) => call.byNext,
		fields: ["returned"],
		original: ({ returned }) => returned === "undefined",
		ours: ({ returned }) => returned === "function",
	},
	{
		point: 37,
		what: "a wait goes on after a value that is no JSON",
		example: [scenario("not json", {})],
		when: (call) => call.method === "wait" && call.storesJson,
		fields: ["opts"],
		original: ({ error }) => error?.class === "SyntaxError",
		ours: (mine, _call, theirs) =>
			/^#\d+ \+ 1$/.test(mine.opts[1].waitIndex) &&
			alikeBut("waitIndex", mine, theirs),
	},
];

module.exports = { ENTRIES: [...CALLS, ...STATISTICS, ...WAITS] };
