// The methods of a store as promises. They call those of the store, which the caller may have wrapped.
"use strict";

const { onAbort } = require("./abort");
const calls = require("./calls");
const errors = require("./errors");
const { AbortError, TimeoutError, from } = require("./etcd-error");
const { milliseconds } = require("./options");
const { placeOf, thrownAt } = require("./place");
const spelling = require("./spelling");

/** What each method takes before its options, and of what kind these are: see spelling.js. */
const METHODS = {
	get: [1, "read"],
	wait: [1, "read"],
	set: [2, "write"],
	update: [2, "write"],
	del: [1, "write"],
	delete: [1, "write"],
	mkdir: [1, "write"],
	rmdir: [1, "write"],
	push: [2, "write"],
	compareAndSwap: [3, "write"],
	compareAndDelete: [2, "write"],
	machines: [0, "other"],
	leader: [0, "other"],
};

const STATS = { self: [1, "other"], store: [0, "other"], leader: [0, "other"] };

/** A store, as promises see it. */
class Promises {
	#store;

	constructor(store, isStrict) {
		this.#store = store;
		addMethods(this, METHODS, store, isStrict);
		this.stats = addMethods({}, STATS, store.stats, isStrict);
	}

	/** An async iterator of a key's changes. */
	watch(key, opts) {
		return this.#store.watch(key, opts);
	}

	/** Refreshes the list of hosts every 30 s from now on. */
	autoRefresh() {
		this.#store.autoRefresh();
	}

	/** Rejects every pending call, closes all connections, and refuses later calls. */
	destroy() {
		this.#store.destroy();
	}

	/** `await using store = …`: it is closed at the end of its block. */
	async [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]() {
		this.destroy();
	}
}

function addMethods(object, methods, owner, isStrict) {
	for (const [name, [arity, kind]] of Object.entries(methods)) {
		const method = (...args) =>
			new Promise((resolve, reject) => {
				const opts = args[arity];
				const misspelt = isStrict ? spelling.fault(kind, opts) : undefined;
				const fault = callbackFault(args) ?? optionsFault(opts) ?? misspelt;
				const call = new Pending({ resolve, reject }, placeOf(method), opts);
				const given = argumentsFor(name, args, arity, kind);
				call.run(fault, owner, name, given);
			});
		Object.defineProperty(method, "name", { value: name });
		object[name] = method;
	}
	return object;
}

/** What the method of the store is called with, before its callback. */
function argumentsFor(name, args, arity, kind) {
	// As with nothing but a callback: the root.
	if (args.length === 0 && (name === "get" || name === "del"))
		return ["", null];
	const given = Array.from({ length: arity }, (_, i) => args[i]);
	// A copy: the store leaves in the options what the next call of a callback goes on with.
	return kind === "other" ? given : [...given, { ...args[arity] }];
}

/** A call whose promise has not been settled. */
class Pending {
	ids = [];
	isSettled = false;
	unlisten = () => {};

	constructor({ resolve, reject }, place, opts) {
		const { signal, timeout } = opts ?? {};
		Object.assign(this, { resolve, reject, place, signal, timeout });
	}

	/** Calls a method of a store, or of its stats, unless the arguments are at fault. */
	run(fault, owner, name, args) {
		const { signal, timeout } = this;
		const ofLimits = signalFault(signal) ?? timeoutFault(timeout);
		if (fault ?? ofLimits) return this.fail(invalid(fault ?? ofLimits));
		if (signal?.aborted) return this.fail(new AbortError(signal));
		this.start(owner, name, args);
	}

	start(owner, name, args) {
		const before = calls.latest();
		try {
			this.stop = owner[name](...args, (err, body) => {
				if (err) this.fail(err);
				else this.settle(this.resolve, body);
			});
		} catch (err) {
			return this.fail(err);
		}
		this.ids = calls.since(before);
		if (!this.isSettled) this.limit();
	}

	limit() {
		const { signal, timeout } = this;
		if (signal) {
			const aborted = () => this.giveUp(new AbortError(signal));
			this.unlisten = onAbort(signal, aborted);
		}
		const ms = milliseconds(timeout);
		if (ms !== undefined)
			this.timer = setTimeout(() => this.giveUp(timedOut(timeout)), ms);
	}

	/** Ends the call before its answer: a write may have been applied. */
	giveUp(err) {
		if (calls.cancel(this.ids, err)) err.ambiguous = true;
		// A wait may have gone on with calls of its own.
		if (typeof this.stop === "function") this.stop();
		this.fail(err);
	}

	fail(err) {
		this.settle(this.reject, thrownAt(this.place, from(err)));
	}

	settle(how, what) {
		this.isSettled = true;
		clearTimeout(this.timer);
		this.unlisten();
		how(what);
	}
}

function callbackFault(args) {
	if (!args.some((arg) => typeof arg === "function")) return undefined;
	return "this method takes no callback: it returns a promise";
}

function optionsFault(opts) {
	if (opts === undefined || opts === null) return undefined;
	if (typeof opts === "object") return undefined;
	return `the options must be an object, not ${typeof opts}`;
}

function signalFault(signal) {
	if (signal === undefined || signal === null) return undefined;
	const { aborted, addEventListener } = Object(signal);
	if (typeof aborted === "boolean" && typeof addEventListener === "function")
		return undefined;
	return "signal must be an AbortSignal, such as that of an AbortController";
}

function timeoutFault(timeout) {
	if (timeout === undefined || timeout === null) return undefined;
	if (typeof timeout === "number" && timeout > 0) return undefined;
	return "timeout must be a number of milliseconds above 0";
}

function invalid(message) {
	return from(errors.invalidArgument(message));
}

function timedOut(timeout) {
	return new TimeoutError(`the call has taken ${timeout} ms, its timeout`, {
		code: "ETIMEDOUT",
	});
}

module.exports = { Promises, invalid, optionsFault, signalFault };
