// The options of the store behind a client: which API, and what of it.
"use strict";

const errors = require("./errors");

const APIS = ["auto", "v2", "v3"];
const CREATED_INDEXES = ["revision", "exact"];

/** What the addon needs of it. */
function forNative(opts) {
	const v3 = opts.v3 ?? {};
	if (typeof v3 !== "object" || Array.isArray(v3))
		throw errors.invalidArgument("v3 must be an object");
	const created = oneOf(CREATED_INDEXES, v3.createdIndex, "v3.createdIndex");
	return {
		api: oneOf(APIS, opts.api, "api"),
		exactCreatedIndex: created === "exact",
	};
}

/** The value, or the first of these where none is given. */
function oneOf(values, value, name) {
	if (value === undefined || value === null) return values[0];
	if (values.includes(value)) return value;
	const list = values.map((value) => JSON.stringify(value)).join(", ");
	throw errors.invalidArgument(`${name} must be one of ${list}`);
}

module.exports = { forNative };
