// The calls that are made on hosts with odd answers.
const fc = require("fast-check");
const { callOf } = require("./call");
const { Machine } = require("./machines");
const { allAnswers } = require("./odd-answers");

const METHODS = [
	["get"],
	["get", { opts: { json: true } }],
	["get", { opts: { recursive: true, sorted: true } }],
	["get", { opts: { wait: true, waitIndex: 5 } }],
	["wait", { opts: { waitIndex: 5 } }],
	["set"],
	["set", { opts: { prevValue: "x", ttl: 5 } }],
	["update"],
	["mkdir"],
	["rmdir"],
	["del"],
	["del", { opts: { prevIndex: 5, recursive: true } }],
	["compareAndSwap"],
	["compareAndDelete"],
	["push", { opts: { ttl: 5 } }],
	["machines"],
	["leader"],
	["stats.self"],
	["stats.self", { machine: new Machine("url") }],
	["stats.store"],
	["stats.leader"],
];

/** A call, to which the first host gives this answer. */
function scripted(answer, method, { hosts = 1, ...fields } = {}) {
	const given = { value: "5", prevValue: "x", ...fields };
	return Object.assign(callOf(method, given), { answer, hosts });
}

const CLIENTS = ["plain", "json"];
const MOST_HOSTS = 2;

/** How many kinds of calls there are: methods with their options, on each kind of client. */
const KINDS = METHODS.length * CLIENTS.length * MOST_HOSTS;

/** Calls of every kind, with any of the answers. */
const SCRIPTED_CALLS = fc
	.record({
		answer: fc.constantFrom(...allAnswers()),
		call: fc.constantFrom(...METHODS),
		client: fc.constantFrom(...CLIENTS),
		hosts: fc.integer({ min: 1, max: MOST_HOSTS }),
	})
	.map(({ answer, call: [method, fields], client, hosts }) =>
		scripted(answer, method, { ...fields, client, hosts }),
	);

module.exports = { KINDS, SCRIPTED_CALLS, scripted };
