// The differences from etcdjs where hosts fail or redirect: see allowed.js for how they are written.
const { isDeepStrictEqual } = require("node:util");
const { GOOD, answer, broken, redirect } = require("./odd-answers");
const {
	addsAmbiguous,
	failsWith,
	hostsOf,
	isUnrepeatable,
	isWait,
	isWrite,
} = require("./predicates");
const { scripted } = require("./scripted-calls");
const { Machine } = require("./machines");

const MOST_REDIRECTS = 10;
const MACHINE = new Machine("url");

function isBroken({ answer: { fault } }) {
	return fault !== undefined;
}

function isFailed({ answer: { status } }) {
	return status >= 500;
}

/** Whether any host may answer it, and at once. */
function isPlainRead(call) {
	return !isWrite(call) && !isWait(call) && !call.machine;
}

function isPassedOn({ answer: { status } }) {
	return status === 307;
}

/** Whether a redirect leads to itself, for ever. */
function isLoop({ answer: { location } }) {
	return location === "{url}/again";
}

const FAILURES = [
	{
		point: 24,
		what: "a read that a host fails to answer is tried on the next host",
		example: [scripted(answer(500, ""), "get", { hosts: 2 })],
		when: (call) => isPlainRead(call) && isFailed(call) && call.hosts === 2,
		instead: (call) => call.with({ answer: GOOD }),
		fields: ["wire"],
		ours: (mine) => isDeepStrictEqual(hostsOf(mine), ["odd", "good"]),
	},
	{
		point: 24,
		what: "a read that the only host fails to answer is tried there again",
		example: [scripted(answer(500, ""), "get")],
		when: (call) => isPlainRead(call) && isFailed(call) && call.hosts === 1,
		fields: ["wire"],
		original: ({ wire }) => wire.length === 1,
		ours: (mine) => isDeepStrictEqual(hostsOf(mine), ["odd", "odd"]),
	},
	{
		point: 26,
		what: "an error of a write that may have been done says so",
		example: [
			scripted(answer(500, ""), "set"),
			scripted(broken("hangup"), "set"),
		],
		when: (call) => isWrite(call) && (isFailed(call) || isBroken(call)),
		fields: ["error"],
		ours: (mine, _call, theirs) => addsAmbiguous(mine, theirs),
	},
	{
		point: 26,
		what: "a write that must not be done twice is not sent again",
		example: [
			scripted(broken("hangup"), "push"),
			scripted(broken("reset"), "update", { hosts: 2 }),
		],
		when: (call) => isBroken(call) && isWrite(call) && isUnrepeatable(call),
		fields: ["error", "result", "arity", "wire"],
		original: ({ wire }) => wire.length === 2,
		ours: (mine, call) =>
			failsWith(mine, call, "ECONNRESET") &&
			mine.error.ambiguous === true &&
			mine.wire.length === 1,
	},
	{
		// The original goes on to port 80 of its own host.
		point: 29,
		what: "stats.self asks that machine alone",
		example: [
			scripted(broken("hangup"), "stats.self", { machine: MACHINE, hosts: 2 }),
		],
		when: (call) =>
			call.machine &&
			(isBroken(call) || isLoop(call) || call.answer.location === ""),
		skip: true,
		ours: (mine, call) =>
			failsWith(mine, call, mine.error?.message) &&
			hostsOf(mine).every((host) => host === "odd"),
	},
];

const REDIRECTS = [
	{
		point: 31,
		what: "a 307 of a write may have a relative Location",
		example: [scripted(redirect(307, "/other"), "set")],
		when: (call) =>
			isWrite(call) && isPassedOn(call) && /^\//.test(call.answer.location),
		instead: (call) => call.with({ answer: redirect(307, "{url}/other") }),
	},
	{
		// The original follows it for ever.
		point: 31,
		what: "a 307 of a write ends after 10",
		example: [
			scripted(redirect(307, "{url}/again"), "set"),
			scripted(redirect(307, "{url}/again"), "push"),
		],
		when: (call) => isWrite(call) && isPassedOn(call) && isLoop(call),
		skip: true,
		ours: (mine, call) => {
			const hosts = hostsOf(mine);
			const turns = hosts.filter((host) => host === "odd").length;
			if (turns % (MOST_REDIRECTS + 1) !== 0) return false;
			if (hosts.at(-1) === "good") return mine.error === null;
			return (
				/^Exceeded maxRedirects/.test(mine.error?.message) &&
				failsWith(mine, call, mine.error.message)
			);
		},
	},
	{
		point: 31,
		what: "a 307 without a Location is an answer",
		example: [
			scripted(redirect(307, undefined), "get"),
			scripted(redirect(307, ""), "set"),
		],
		when: (call) => isPassedOn(call) && !call.answer.location,
		fields: ["crashed", "error", "result", "arity", "third", "opts", "wire"],
		original: ({ crashed, wire }) => crashed === "Error" || wire.length === 2,
		ours: (mine, call) =>
			failsWith(mine, call, "bad status: 307") && mine.wire.length === 1,
	},
];

module.exports = { ENTRIES: [...FAILURES, ...REDIRECTS] };
