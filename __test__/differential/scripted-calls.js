// The calls that are made on hosts with odd answers.
const { callOf } = require("./call");
const { Machine } = require("./machines");

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

/** `each` of the answers, chosen by chance, to every method on every kind of client. */
function* sample(chance, answers, each) {
	for (const [method, fields] of METHODS)
		for (const client of ["plain", "json"])
			for (const hosts of [1, 2])
				for (let i = 0; i < each; i++)
					yield scripted(chance.one(answers), method, {
						...fields,
						client,
						hosts,
					});
}

module.exports = { sample, scripted };
