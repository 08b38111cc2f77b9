// Random answers: statuses, headers and bodies of any shape. Each call has one result, and it is the one that the
// answer says. FUZZ_CASES: how many answers; FUZZ_SEED: which.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call } = require("../support");
const { client } = require("../support/lifetime");
const { rawHost } = require("../support/hosts/raw-host");
const { Chance } = require("../differential/prng");

const CASES = Number(process.env.FUZZ_CASES) || 500;
const SEED = Number(process.env.FUZZ_SEED) || Date.now() % 2 ** 31;
const HOSTS = 16;
const WAIT_INDEX = 3;

const NAMES = [
	"action",
	"node",
	"nodes",
	"value",
	"modifiedIndex",
	"errorCode",
	"message",
	"cause",
	"index",
	"__proto__",
	"toString",
];
const LEAVES = [
	"null",
	"true",
	"0",
	"7",
	"-1",
	"1e400",
	"9007199254740993",
	'""',
	'"7"',
	'"[1"',
	'"\\ud800"',
	'"{\\"a\\":1}"',
	"100",
	"401",
	"[]",
	"{}",
	'"The event in requested index is outdated and cleared"',
];
const STATUSES = [
	200, 200, 200, 200, 201, 204, 300, 307, 400, 401, 404, 404, 412, 500, 503,
	999,
];
const HEADERS = [
	"",
	"",
	"x-etcd-index: 7\r\n",
	"x-etcd-index: -1\r\n",
	"X-Etcd-Index: 18446744073709551615\r\n",
	"x-etcd-index: \xff\r\n",
	"content-encoding: gzip\r\n",
	"content-type: text/html\r\n",
	"location: \r\n",
];
const CALLS = [
	["get", "k"],
	["get", "k", { json: true }],
	["set", "k", "v"],
	["push", "k", "v"],
	["del", "k"],
	["wait", "k", { waitIndex: WAIT_INDEX }],
	["machines"],
	["leader"],
	["stats.store"],
];

function json(chance, depth = 0) {
	if (depth > 4 || chance.happens(0.4)) return chance.one(LEAVES);
	const many = Array.from({ length: chance.below(4) });
	if (chance.happens(0.3))
		return `[${many.map(() => json(chance, depth + 1))}]`;
	const member = () => `"${chance.one(NAMES)}":${json(chance, depth + 1)}`;
	return `{${many.map(member)}}`;
}

function body(chance) {
	const text = `{"node":${json(chance)},"message":${json(chance)},"errorCode":${json(chance)}}`;
	const whole = Buffer.from(chance.happens(0.5) ? text : json(chance));
	if (chance.happens(0.1))
		return whole.subarray(0, chance.below(whole.length + 1));
	if (chance.happens(0.1) && whole.length > 0)
		whole[chance.below(whole.length)] = 0x80 + chance.below(128);
	return whole;
}

function answer(chance) {
	const status = chance.one(STATUSES);
	const content = status === 204 ? Buffer.alloc(0) : body(chance);
	const head = `HTTP/1.1 ${status} X\r\n${chance.one(HEADERS)}content-length: ${content.length}\r\n\r\n`;
	const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
	return {
		status,
		text,
		bytes: Buffer.concat([Buffer.from(head, "latin1"), content]),
	};
}

function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return text === "" ? undefined : text;
	}
}

/** What is true of a result, whatever was called. */
function check([method, , opts], { status, text }, { args, thrown }) {
	assert.equal(thrown, undefined);
	const [err, result] = args;
	const given = parsed(text);
	if (
		status < 300 &&
		(opts?.json || method === "machines" || method === "leader")
	) {
		assert.ok(err === null || opts?.json);
		if (method === "machines") assert.ok(Array.isArray(result));
		if (method === "leader") assert.equal(result, text);
	} else if (status < 300) assert.deepEqual([err, result], [null, given]);
	else if (!err) {
		assert.deepEqual([status, given.errorCode, result], [404, 100, undefined]);
	} else {
		assert.equal(err.status, status);
		assert.equal(typeof err.message, "string");
	}
	if (err) assert.ok(err instanceof Error);
}

/** Whether a wait polls again after an answer: a success that is empty, or an event before the index that it asks for. */
function isNoEvent({ status, text }) {
	if (status >= 300) return false;
	const index = parsed(text)?.node?.modifiedIndex;
	const isStale = Number.isInteger(index) && index >= 0 && index < WAIT_INDEX;
	return !text.trim() || isStale;
}

/** A wait that no answer of its host ends is replaced by a get. */
function pickCall(chance, current) {
	const [method, ...args] = chance.one(CALLS);
	if (method === "wait" && isNoEvent(current)) return ["get", "k"];
	const [key, opts] = args;
	return opts ? [method, key, { ...opts }] : [method, ...args];
}

/** Calls a host of its own, whose answers are random. */
async function play(t, chance, cases) {
	let current;
	const host = await rawHost(t, (socket) => socket.write(current.bytes));
	const store = client(t, host.url, { timeout: 10_000 });
	for (let i = 0; i < cases; i++) {
		current = answer(chance);
		const args = pickCall(chance, current);
		const result = await call(store, ...args);
		try {
			check(args, current, result);
		} catch (err) {
			const seen = { args, answer: current.bytes.toString("latin1"), result };
			throw new Error(inspect(seen, { depth: 9 }), { cause: err });
		}
	}
}

test(`each of ${CASES} random answers is one result (seed ${SEED})`, async (t) => {
	const cases = Math.ceil(CASES / HOSTS);
	const players = Array.from({ length: HOSTS }, (_, i) =>
		play(t, new Chance(SEED + i), cases),
	);
	await Promise.all(players);
});
