// The control of a store in memory: its clock, its content and its faults. For tests.
"use strict";

const errors = require("./errors");
const { define } = require("./define");
const { from } = require("./etcd-error");
const flags = require("./flags");

/** What a host begins with that is a store in memory. Its name follows. */
const PREFIX = "memory:";

/** A tree whose keys are not too deep has fewer levels of objects and arrays. The addon reads fewer than 128. */
const MOST_LEVELS = 124;

/** The name of the store in memory that these hosts are, if they are one. */
function nameOf(hosts) {
	const parts = hosts.flatMap((host) => host.split(","));
	const found = parts.find((part) => /^\s*memory:/i.test(part))?.trim();
	if (found === undefined) return undefined;
	if (parts.length > 1)
		throw errors.invalidArgument(
			`${PREFIX} is a store of its own: it has no other hosts beside it`,
		);
	const name = found.slice(PREFIX.length);
	if (found.startsWith(PREFIX) && !/^[\s/]/.test(name)) return name;
	throw errors.invalidArgument(
		`a store in memory is ${PREFIX} or ${PREFIX}NAME, in small letters, and without // or a space: not ${found}`,
	);
}

/** `store.memory` */
class Memory {
	#native;
	#flags;

	/** `isStrict`: how the calls of the client read their keys. */
	constructor(native, isStrict) {
		this.#native = native;
		this.#flags = flags.ofPush(isStrict);
	}

	/** Moves the clock of the store on by so many milliseconds, and removes the keys whose TTLs end by then. */
	advance(ms) {
		if (!(Number.isFinite(ms) && ms >= 0))
			throw errors.invalidArgument(
				`advance takes milliseconds from 0 on, not ${shown(ms)}`,
			);
		Memory.#run(this, ({ native }) => native.memoryAdvance(ms));
	}

	/** All keys with their values, indexes and expirations, as `load` takes them. */
	dump() {
		return JSON.parse(Memory.#run(this, ({ native }) => native.memoryDump()));
	}

	/** Replaces all keys. A malformed tree is an error and changes nothing. */
	load(tree) {
		const text = textOf(tree, "load takes a tree");
		Memory.#run(this, ({ native }) => native.memoryLoad(text), text);
	}

	/** Plans the faults of the next calls, in place of those planned before. */
	fail(plan) {
		const text = textOf(plan, "fail takes a fault or a list of faults");
		const refused = Memory.#run(
			this,
			({ native, flags }) => native.memoryFail(text, flags),
			text,
		);
		if (refused) throw from(errors.fromNative(refused).err);
	}

	static #run(memory, call, text) {
		if (!(#native in Object(memory)))
			throw new TypeError(
				"a method was called without its store: call store.memory.advance(…)",
			);
		try {
			return call({ native: memory.#native, flags: memory.#flags });
		} catch (err) {
			throw ofNative(err, text);
		}
	}
}

/** The error of the addon as that of a method. `text`: the JSON that the addon was given. */
function ofNative(err, text) {
	if (err.code === "InvalidArg")
		return errors.invalidArgument(unreadable(text) ?? err.message);
	if (err.message === "store destroyed") return from(new Error(err.message));
	const code = "ERR_STRING_TOO_LONG";
	const message = "the content is too large for a string of JavaScript";
	return from(Object.assign(new Error(message, { cause: err }), { code }));
}

/** A value as JSON. Values that JSON does not have are errors, and not left out. */
function textOf(value, otherwise) {
	let text;
	try {
		text = JSON.stringify(value, checked);
	} catch (err) {
		if (err?.code === "ERR_INVALID_ARG_VALUE") throw err;
		const reason = err instanceof Error ? err.message : String(err);
		const error = errors.invalidArgument(`${otherwise}: ${reason}`);
		define(error, "cause", err);
		throw error;
	}
	if (text === undefined) throw errors.invalidArgument(otherwise);
	return text;
}

function checked(name, value) {
	const isNumber = typeof value === "number" && !Number.isFinite(value);
	if (!isNumber && !["bigint", "function", "symbol"].includes(typeof value))
		return value;
	throw errors.invalidArgument(
		`${name || "the argument"} must not be ${shown(value)}`,
	);
}

function shown(value) {
	if (typeof value === "bigint") return `${value}n`;
	if (typeof value === "function") return "a function";
	if (typeof value === "object" && value !== null) return "an object";
	return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Where a JSON text has what the addon cannot read: a text with a lone surrogate, or too many levels. */
function unreadable(text) {
	if (text === undefined) return undefined;
	const look = (value, place, levels) => {
		if (typeof value === "string" && !value.isWellFormed())
			return `${place} has a lone surrogate`;
		if (typeof value !== "object" || value === null) return undefined;
		if (levels > MOST_LEVELS) return `${place} is nested too deeply`;
		for (const [name, field] of Object.entries(value)) {
			const at = Array.isArray(value) ? `${place}[${name}]` : name;
			const inside = Array.isArray(value) || !place ? at : `${place}.${name}`;
			const found = look(field, inside, levels + 1);
			if (found) return found;
		}
	};
	return look(JSON.parse(text), "", 0);
}

module.exports = { Memory, nameOf };
