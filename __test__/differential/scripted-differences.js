// The differences from etcdjs on hosts with odd answers: see allowed.js for how they are written.
const { isDeepStrictEqual } = require("node:util");
const { GOOD, answer } = require("./odd-answers");
const {
	addsAmbiguous,
	alikeBut,
	failsWith,
	hostsOf,
	isWait,
	isWrite,
	succeedsWith,
} = require("./predicates");
const { scripted } = require("./scripted-calls");
const failures = require("./scripted-failures");

const MISS = 100;
const NO_JSON = '{"node":{"value":"no JSON","modifiedIndex":7}}';
const TEXT_INDEX = '{"node":{"value":"5","modifiedIndex":"7"}}';

function isStatistics({ method }) {
	return method.startsWith("stats.");
}

function isOfNoV2Store({ answer }) {
	return answer.status === 404 && errorCode(answer) === undefined;
}

// A machine that is named is asked alone.
function hasNextHost({ hosts, machine }) {
	return hosts === 2 && !machine;
}

// An answer that has no body, or nothing in it.
function isEmpty({ status, body }) {
	return status < 300 && (status === 204 || body.trim() === "");
}

function parsed(body) {
	try {
		return body === "" ? undefined : JSON.parse(body);
	} catch {
		return body;
	}
}

function errorCode({ body }) {
	return parsed(body)?.errorCode ?? undefined;
}

const MISSES = [
	{
		point: 20,
		what: "a 404 that no etcd v2 store gave leads to the next host",
		example: ["get", "set", "machines"].map((method) =>
			scripted(answer(404, "404 page not found\n"), method).with({ hosts: 2 }),
		),
		when: (call) => isOfNoV2Store(call) && hasNextHost(call),
		instead: (call) => call.with({ answer: GOOD }),
		fields: ["wire"],
		// The host is asked for its version in between: from etcd 3.6 on no other one has a v2 store.
		ours: (mine) =>
			isDeepStrictEqual(hostsOf(mine), ["odd", "odd", "good"]) &&
			mine.wire[1].includes(" /version"),
	},
	{
		point: 20,
		what: "a 404 that no etcd v2 store gave is an error that says so",
		example: ["get", "set", "machines", "wait"].map((method) =>
			scripted(answer(404, "404 page not found\n"), method),
		),
		when: (call) => isOfNoV2Store(call) && !hasNextHost(call),
		fields: ["crashed", "error", "result", "arity", "third"],
		original: ({ crashed, error }) => crashed || !error?.code,
		ours: (mine, call) => failsWith(mine, call, "ERR_ETCD_NO_V2_API"),
	},
	{
		point: 20,
		what: "a read's 404 that is no miss is an error",
		example: [
			scripted(answer(404, '{"message":"m","errorCode":105}'), "get"),
			scripted(answer(404, '{"message":"m","errorCode":105}'), "machines"),
		],
		when: (call) => {
			if (isWrite(call) || call.answer.status !== 404) return false;
			const code = errorCode(call.answer);
			return (
				code !== undefined && (code !== MISS || call.method === "machines")
			);
		},
		fields: ["crashed", "error", "result", "arity"],
		original: ({ crashed, error }) => crashed || !error,
		ours: (mine, call) => {
			const { message } = parsed(call.answer.body);
			const says = [String(message), "bad status: 404"];
			return says.some((text) => failsWith(mine, call, text));
		},
	},
];

const BODIES = [
	{
		point: 22,
		what: "with json, a body without a node is no crash",
		example: [
			scripted(answer(200, ""), "get", { client: "json" }),
			scripted(answer(200, "null"), "set", { client: "json" }),
			scripted(answer(200, "{}"), "get", { opts: { json: true } }),
			scripted(answer(200, "{}"), "wait"),
		],
		when: (call) => call.answer.status < 300,
		fields: ["crashed", "error", "result", "arity", "third"],
		original: ({ crashed }) => crashed === "TypeError",
		ours: (mine, call) => {
			const { status, body } = call.answer;
			const result = status === 204 ? undefined : parsed(body);
			return succeedsWith(mine, call, result);
		},
	},
	{
		point: 22,
		what: "with json, nodes that are no list are no crash",
		example: [
			scripted(answer(200, '{"node":{"nodes":"text"}}'), "get", {
				client: "json",
			}),
		],
		when: (call) => typeof parsed(call.answer.body)?.node?.nodes === "string",
		fields: ["error", "result", "arity", "opts"],
		original: ({ error }) => /forEach is not a function/.test(error?.message),
		ours: (mine, call) => succeedsWith(mine, call, parsed(call.answer.body)),
	},
	{
		point: 22,
		what: "json is for keys, and leaves statistics as they are",
		example: [scripted(GOOD, "stats.self", { client: "json" })],
		when: (call) => isStatistics(call) && call.storesJson,
		instead: (call) => call.with({ client: "plain" }),
	},
	{
		point: 22,
		what: "an answer without an index does not change where a wait goes on",
		example: [scripted(answer(200, '{"node":{"value":"5"}}'), "wait")],
		when: (call) => call.method === "wait",
		fields: ["opts"],
		original: ({ opts }) => Number.isNaN(opts[1].waitIndex),
		ours: ({ opts }) => isDeepStrictEqual(opts[0], opts[1]),
	},
	{
		point: 33,
		what: "a wait that ended without an event goes on",
		example: [
			scripted(answer(200, ""), "wait"),
			scripted(answer(200, ""), "wait", { hosts: 2 }),
		],
		when: (call) => isWait(call) && isEmpty(call.answer),
		instead: (call) => call.with({ answer: GOOD }),
		fields: ["wire"],
		original: ({ wire }) => wire.length === 1,
		ours: (mine, { hosts }) => {
			const goOn = hosts === 1 ? ["odd", "odd"] : ["good"];
			return isDeepStrictEqual(hostsOf(mine), ["odd", ...goOn]);
		},
	},
	{
		point: 33,
		what: "an index of text leads nowhere: one is not appended to it",
		example: [scripted(answer(200, TEXT_INDEX), "wait")],
		when: (call) =>
			call.method === "wait" &&
			typeof parsed(call.answer.body)?.node?.modifiedIndex === "string",
		fields: ["opts"],
		original: ({ opts }) => typeof opts[1].waitIndex === "string",
		ours: (mine, _call, theirs) =>
			mine.opts[1].waitIndex === mine.opts[0].waitIndex &&
			alikeBut("waitIndex", mine, theirs),
	},
	{
		point: 37,
		what: "a wait goes on after a value that is no JSON",
		example: [scripted(answer(200, NO_JSON), "wait", { client: "json" })],
		when: (call) => call.method === "wait" && call.storesJson,
		fields: ["opts"],
		original: ({ error }) => /^(Syntax|Type)Error$/.test(error?.class),
		ours: (mine, { answer: { body } }, theirs) =>
			mine.opts[1].waitIndex === parsed(body).node.modifiedIndex + 1 &&
			alikeBut("waitIndex", mine, theirs),
	},
	{
		point: 41,
		what: "where the answer of a write is no JSON, the error says that it has been done",
		example: [scripted(answer(200, NO_JSON), "set", { client: "json" })],
		when: (call) =>
			call.storesJson && isWrite(call) && call.answer.status < 300,
		fields: ["error"],
		original: ({ error }) => /^(Syntax|Type)Error$/.test(error?.class),
		ours: (mine, _call, theirs) => addsAmbiguous(mine, theirs),
	},
	{
		point: 41,
		what: "with json for a call, a value that is no JSON is an error",
		example: [scripted(answer(200, NO_JSON), "get", { opts: { json: true } })],
		when: (call) => call.method === "get" && call.option("json"),
		fields: ["crashed", "error", "arity", "third"],
		original: ({ crashed }) => crashed !== undefined,
		ours: (mine, call, theirs) =>
			mine.error?.class === theirs.crashed &&
			failsWith(mine, call, mine.error.message),
	},
];

module.exports = { ENTRIES: [...MISSES, ...BODIES, ...failures.ENTRIES] };
