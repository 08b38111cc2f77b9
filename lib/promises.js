// The methods of a store as promises. They call the methods of the store, which the caller may have wrapped.
"use strict";

const { onAbort } = require("./abort");
const { Group } = require("./call-group");
const calls = require("./calls");
const { define } = require("./define");
const errors = require("./errors");
const { AbortError, TimeoutError, from } = require("./etcd-error");
const { milliseconds } = require("./options");
const { placeOf, thrownAt } = require("./place");
const spelling = require("./spelling");
const { NATIVE } = require("./submission");

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

	/** `client`: the native one of the store. */
	constructor(store, client, isStrict) {
		this.#store = store;
		define(this, NATIVE, client);
		const settings = { client, isStrict };
		addMethods(this, METHODS, store, settings);
		this.stats = addMethods({}, STATS, store.stats, settings);
		if (store.memory) define(this, "memory", store.memory);
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

function addMethods(object, methods, owner, settings) {
	for (const [name, [arity, kind]] of Object.entries(methods)) {
		const signature = { name, arity, kind };
		const method = (...args) =>
			new Promise((resolve, reject) => {
				const place = placeOf(method);
				const pending = new Pending(settings, kind, { resolve, reject, place });
				pending.run(owner, signature, args);
			});
		Object.defineProperty(method, "name", { value: name });
		object[name] = method;
	}
	return object;
}

/** What the method of the store is called with, before its callback. */
function argumentsFor({ name, arity, kind }, args, opts) {
	// As with nothing but a callback: the root.
	if (args.length === 0 && (name === "get" || name === "del"))
		return ["", opts];
	const given = Array.from({ length: arity }, (_, i) => args[i]);
	return kind === "other" ? given : [...given, opts];
}

/** A call whose promise has not been settled. */
class Pending {
	isSettled = false;
	unlisten = () => {};

	constructor({ client, isStrict }, kind, promise) {
		Object.assign(this, promise);
		this.isStrict = isStrict;
		this.isWrite = kind === "write";
		this.callback = (err, body) => {
			if (err) this.fail(err);
			else this.settle(this.resolve, body);
		};
		this.group = new Group(client, this.callback);
	}

	/** Calls a method of a store, or of its stats, unless the arguments are at fault. */
	run(owner, signature, args) {
		try {
			const { arity, kind } = signature;
			// The store leaves in the options what the next call of a callback goes on with: not in those of the caller.
			const opts = this.group.inOptions(args[arity]);
			const { signal, timeout } = opts;
			Object.assign(this, { signal, timeout });
			const misspelt = this.isStrict ? spelling.fault(kind, opts) : undefined;
			const fault =
				callbackFault(args) ?? optionsFault(args[arity]) ?? misspelt;
			const ofLimits = signalFault(signal) ?? timeoutFault(timeout);
			if (fault ?? ofLimits) return this.fail(invalid(fault ?? ofLimits));
			if (signal?.aborted) return this.fail(new AbortError(signal));
			this.start(owner, signature.name, argumentsFor(signature, args, opts));
		} catch (err) {
			this.fail(errors.ofThrown(err));
		}
	}

	start(owner, name, args) {
		this.stop = owner[name](...args, this.callback);
		if (!this.isSettled) this.limit();
	}

	limit() {
		const { signal, timeout } = this;
		const aborted = () => this.giveUp(new AbortError(signal));
		// By what the method of the store has called.
		if (signal?.aborted) return aborted();
		if (signal) this.unlisten = onAbort(signal, aborted);
		const ms = milliseconds(timeout);
		if (ms !== undefined)
			this.timer = setTimeout(() => this.giveUp(timedOut(timeout)), ms);
	}

	/** Ends the call before its answer. */
	giveUp(err) {
		if (this.mayHaveWritten()) err.ambiguous = true;
		calls.cancel(this.group, err);
		this.fail(err);
		// For the calls that a wrapper has made without the group.
		if (typeof this.stop === "function") this.stop();
	}

	/** Whether a server may have been asked to change something: by a write without a group too, as a wrapper may call it. */
	mayHaveWritten() {
		const { ids, mayHaveWritten } = this.group;
		return mayHaveWritten || (this.isWrite && ids.size === 0);
	}

	fail(err) {
		this.settle(this.reject, this.errorFrom(err));
	}

	errorFrom(err) {
		try {
			return thrownAt(this.place, from(err));
		} catch {
			// A method that the caller has wrapped may give an object that cannot be read.
			return err;
		}
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
