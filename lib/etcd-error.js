// The errors that promises are rejected with.
"use strict";

const { define } = require("./define");

/** Any error of a call, with what its callback would have got: `code`, `ambiguous`, `status`, `endpoint`, … */
class EtcdError extends Error {
	constructor(message, fields) {
		super(message);
		if (fields) Object.assign(this, fields);
	}
}

/** etcd refused: `code` is its number, `cause` what it concerns, `index` the store's. */
class ApiError extends EtcdError {}

/** No host answered. */
class NetworkError extends EtcdError {}

/** Time ran out: that of the store for connecting or for a silence, or that of the call. */
class TimeoutError extends NetworkError {}

/** An argument or an option cannot be used. */
class ArgumentError extends EtcdError {}

/** The call's signal was aborted: `cause` is the signal's reason. */
class AbortError extends EtcdError {
	constructor(signal) {
		super("the call was aborted by its signal", { code: "ABORT_ERR" });
		define(this, "cause", signal.reason);
	}
}

/** A watch has lost events: at most those from `fromIndex` to `toIndex`, or any events if etcd's index has not risen. */
class HistoryGapError extends EtcdError {
	constructor(fromIndex, toIndex) {
		const lost = lossOf(fromIndex, toIndex);
		super(`${lost}; read the key again, or watch with resync`, {
			code: "ERR_ETCD_HISTORY_GAP",
			fromIndex,
			toIndex,
		});
	}
}

/** `fromIndex`: that of the next event. */
function lossOf(fromIndex, toIndex) {
	if (toIndex >= fromIndex)
		return `etcd has forgotten the events from index ${fromIndex} to ${toIndex}`;
	if (toIndex === fromIndex - 1)
		return `the event history was cleared at index ${toIndex}`;
	return `etcd was wiped or restored: its index was ${fromIndex - 1} and is ${toIndex}`;
}

const CLASSES = {
	ApiError,
	NetworkError,
	TimeoutError,
	ArgumentError,
	AbortError,
	HistoryGapError,
};

// Not enumerable, as the names of JavaScript's own errors.
for (const [name, of] of Object.entries({ EtcdError, ...CLASSES }))
	define(of.prototype, "name", name);

function classOf(err) {
	const { code } = err;
	if (typeof code === "number") return ApiError;
	if (err instanceof TypeError) return ArgumentError;
	if (code === "ETIMEDOUT" || code === "ESOCKETTIMEDOUT") return TimeoutError;
	if (typeof code !== "string" || code.startsWith("ERR_ETCD")) return EtcdError;
	return NetworkError;
}

/** What a callback gets, or a method throws, as an error of these classes. A method that a caller has wrapped may give any value. */
function from(err) {
	if (err instanceof EtcdError) return err;
	if (typeof err !== "object" || err === null)
		return new EtcdError(String(err), { cause: err });
	const made = new (classOf(err))(err.message);
	for (const name of Reflect.ownKeys(err)) {
		if (name === "stack" || name === "message") continue;
		Object.defineProperty(
			made,
			name,
			Object.getOwnPropertyDescriptor(err, name),
		);
	}
	return made;
}

module.exports = { EtcdError, ...CLASSES, from };
