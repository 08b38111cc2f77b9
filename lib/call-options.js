// The options of a call. A caller's object may be of any kind: a class instance, frozen, a Proxy. It is read by
// name, as `opts.name`, so that inherited options and getters count; only `amend` writes to it.
"use strict";

const { isProxy } = require("node:util/types");

/** The options of a read, each read once. */
function ofRead(opts) {
	const { recursive, sorted, consistent, quorum, wait, waitIndex, json } = opts;
	return { recursive, sorted, consistent, quorum, wait, waitIndex, json };
}

/** The options of a set, each read once. */
function ofSet(opts) {
	const { ttl, dir, json, refresh, noValueOnSuccess } = opts;
	const { prevExist, prevValue, prevIndex } = opts;
	const conditions = { prevExist, prevValue, prevIndex };
	return { ttl, dir, json, refresh, noValueOnSuccess, ...conditions };
}

/** The options of a delete, each read once. */
function ofDelete(opts) {
	const { recursive, dir, json, prevExist, prevValue, prevIndex } = opts;
	return { recursive, dir, json, prevExist, prevValue, prevIndex };
}

/** The options of a push, each read once. */
function ofPush(opts) {
	const { ttl, json } = opts;
	return { ttl, json };
}

/** The value of an option of this package, whose name is a symbol. A Proxy of the caller may throw. */
function internal(opts, symbol) {
	try {
		return opts?.[symbol];
	} catch {
		return undefined;
	}
}

function isObject(opts) {
	const type = typeof opts;
	return (type === "object" && opts !== null) || type === "function";
}

/** Whether a spread copies every option that reading by name finds. */
function isPlain(opts) {
	if (!isObject(opts)) return true;
	if (isProxy(opts)) return false;
	const prototype = Object.getPrototypeOf(opts);
	if (prototype !== Object.prototype && prototype !== null) return false;
	const { length } = Object.getOwnPropertyNames(opts);
	return Object.keys(opts).length === length;
}

/** The caller's options with the options of `own` replaced. The caller's object is not changed. */
function withOwn(opts, own) {
	return isPlain(opts) ? { ...opts, ...own } : viewOf(opts, own);
}

/**
 * An object that reads what it does not have itself from `base`, with `base` as the receiver: a getter of a class finds its
 * private fields. What is written to it stays in it.
 */
function viewOf(base, properties) {
	// The target is not `base`: a Proxy must report the properties of a frozen target as they are.
	const own = Object.create(null, Object.getOwnPropertyDescriptors(properties));
	const describe = (name) => {
		const found = Reflect.getOwnPropertyDescriptor(base, name);
		if (!found) return undefined;
		const { enumerable } = found;
		const value = base[name];
		return { value, enumerable, configurable: true, writable: true };
	};
	return new Proxy(own, {
		get: (_, name) => (name in own ? own[name] : base[name]),
		has: (_, name) => name in own || name in base,
		set: (_, name, value) => Reflect.set(own, name, value),
		deleteProperty: (_, name) => {
			own[name] = undefined;
			return true;
		},
		ownKeys: () => [
			...new Set([...Reflect.ownKeys(own), ...Reflect.ownKeys(base)]),
		],
		getOwnPropertyDescriptor: (_, name) =>
			Reflect.getOwnPropertyDescriptor(own, name) ?? describe(name),
		getPrototypeOf: () => Object.getPrototypeOf(base),
	});
}

/**
 * The options with one more set: the caller's own object, which public code uses again, or a view of an object that
 * does not take it. What a setter or a Proxy throws is thrown when the option is read, which is where a call can report it.
 */
function amend(opts, name, value) {
	if (!isObject(opts)) return { [name]: value };
	try {
		if (takes(opts, name, value)) return opts;
	} catch (err) {
		return viewOf(opts, unreadable(name, err));
	}
	return viewOf(opts, { [name]: value });
}

/** Sets an option of a caller's object. False if it has another value afterwards, as a setter may cause. */
function takes(opts, name, value) {
	return Reflect.set(opts, name, value) && Object.is(opts[name], value);
}

function unreadable(name, err) {
	const get = () => {
		throw err;
	};
	return Object.defineProperty({}, name, {
		get,
		configurable: true,
		enumerable: true,
	});
}

module.exports = {
	amend,
	internal,
	isPlain,
	ofDelete,
	ofPush,
	ofRead,
	ofSet,
	withOwn,
};
