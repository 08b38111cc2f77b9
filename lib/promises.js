// The methods of a store as promises. They call those of the store, which the caller may have wrapped.
"use strict";

const calls = require("./calls");
const { define } = require("./define");
const errors = require("./errors");
const { AbortError, TimeoutError, from } = require("./etcd-error");
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
		const method = (...args) => {
			const opts = args[arity];
			const given = argumentsFor(name, args, arity, kind);
			const fault = isStrict ? spelling.fault(kind, opts) : undefined;
			return new Pending(method, opts, fault).run(owner, name, given);
		};
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
	return kind === "other" ? given : [...given, args[arity]];
}

/** A call whose promise has not been settled. */
class Pending {
	/** Where the call was made: what its error has as its stack. */
	where = {};
	ids = [];

	constructor(method, opts, fault) {
		Error.captureStackTrace(this.where, method);
		const { signal, timeout } = opts ?? {};
		this.signal = signal;
		this.timeout = timeout;
		this.fault = fault ?? signalFault(signal) ?? timeoutFault(timeout);
	}

	/** Calls a method of a store, or of its stats. */
	run(owner, name, args) {
		return new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
			if (this.fault) return this.fail(invalid(this.fault));
			if (this.signal?.aborted) return this.fail(new AbortError(this.signal));
			this.start(owner, name, args);
		});
	}

	start(owner, name, args) {
		const before = calls.latest();
		try {
			owner[name](...args, (err, body) => {
				if (err) this.fail(err);
				else this.settle(this.resolve, body);
			});
		} catch (err) {
			return this.fail(err);
		}
		this.ids = calls.since(before);
		this.limit();
	}

	limit() {
		if (this.signal) {
			this.onabort = () => this.giveUp(new AbortError(this.signal));
			this.signal.addEventListener("abort", this.onabort, { once: true });
		}
		if (this.timeout) {
			const expired = () => this.giveUp(timedOut(this.timeout));
			this.timer = setTimeout(expired, this.timeout);
		}
	}

	/** Ends the call before its answer: a write may have been applied. */
	giveUp(err) {
		if (calls.cancel(this.ids)) err.ambiguous = true;
		this.fail(err);
	}

	fail(err) {
		const error = from(err);
		const [, ...lines] = this.where.stack.split("\n");
		const stack = [`${error}`, ...lines].join("\n");
		define(error, "stack", stack);
		this.settle(this.reject, error);
	}

	settle(how, what) {
		clearTimeout(this.timer);
		if (this.onabort) this.signal.removeEventListener("abort", this.onabort);
		how(what);
	}
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

module.exports = { Promises, invalid, signalFault };
