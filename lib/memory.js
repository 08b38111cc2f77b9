// The control of a store in memory: its clock, its content and its faults. For tests.
"use strict";

const errors = require("./errors");

/** What a host begins with that is a store in memory. Its name follows. */
const PREFIX = "memory:";

/** The name of the store in memory that these hosts are, if they are one. */
function nameOf(hosts) {
	const isMemory = (host) =>
		typeof host === "string" && host.trim().startsWith(PREFIX);
	if (!hosts.some(isMemory)) return undefined;
	if (hosts.length === 1) return hosts[0].trim().slice(PREFIX.length);
	throw errors.invalidArgument(
		`${PREFIX} is a store of its own: it has no other hosts beside it`,
	);
}

/** `store.memory` */
class Memory {
	#native;

	constructor(native) {
		this.#native = native;
	}

	/** Moves the clock of the store on by so many milliseconds: what expires meanwhile has expired. */
	advance(ms) {
		if (!(Number.isFinite(ms) && ms >= 0))
			throw errors.invalidArgument("advance takes milliseconds from 0 on");
		change(() => this.#native.memoryAdvance(ms));
	}

	/** All keys with their values, indexes and expirations, as `load` takes them. */
	dump() {
		return JSON.parse(change(() => this.#native.memoryDump()));
	}

	/** Replaces all keys. A malformed tree is an error and changes nothing. */
	load(tree) {
		const text = textOf(tree, "load takes a tree");
		change(() => this.#native.memoryLoad(text));
	}

	/** Plans the faults of the next calls, in place of those planned before. */
	fail(plan) {
		const text = textOf(plan, "fail takes a fault or a list of faults");
		change(() => this.#native.memoryFail(text));
	}
}

function textOf(value, otherwise) {
	const text = JSON.stringify(value);
	if (text === undefined) throw errors.invalidArgument(otherwise);
	return text;
}

function change(run) {
	try {
		return run();
	} catch (err) {
		throw err.code === "InvalidArg"
			? errors.invalidArgument(err.message)
			: new Error(err.message);
	}
}

module.exports = { Memory, nameOf };
