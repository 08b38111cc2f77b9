// The overloads of generated calls: which arguments they have, and whether a callback.
const { SITUATIONS } = require("./situations");

// The callback where a value would be, for the methods where that can be told.
const EARLY = {
	set: ["key"],
	update: ["key"],
	push: ["key"],
	compareAndSwap: ["key", "value"],
	compareAndDelete: ["key"],
	get: [],
	del: [],
	delete: [],
};
const SENDABLE = ["string", "number", "boolean", "undefined"];

/** The same call in an overload: `isShort` leaves the options out where there is no callback. */
function overloaded(call, { kind, isShort }) {
	const early = EARLY[call.method];
	if (kind === "early" && early && !(call.client in SITUATIONS))
		return call.with({ names: early });
	const short = call.names.filter((name) => name !== "opts");
	if (kind === "no opts") return call.with({ names: short });
	if (kind !== "no callback" || needsCallback(call)) return call;
	const names = isShort ? short : call.names;
	const client = call.client === "json" ? "silent, json" : "silent";
	return call.with({ names, client, callback: false });
}

// Only what is sent and stored alike by both goes without a callback, so that its end is known; a
// function without a callback after it would be the callback.
function needsCallback({ method, key, value, client, ...rest }) {
	if (client in SITUATIONS) return true;
	if (!key) return rest.names.includes("machine");
	if (method === "push" && client === "json") return true;
	const { prevValue = value, opts } = rest;
	if (method === "get" && opts.fields.json) return true;
	const values = [value, prevValue, opts.fields.prevValue];
	return !key.isTame || !values.every(isSendable);
}

function isSendable(value) {
	return (
		SENDABLE.includes(typeof (value ?? undefined)) &&
		String(value).isWellFormed()
	);
}

module.exports = { overloaded };
