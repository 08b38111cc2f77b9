// Makes the errors that callbacks get.
"use strict";

const { getSystemErrorMap } = require("node:util");
const alertNames = require("./alert-names");
const { define } = require("./define");

let numbers = null;

/** The number that Node.js gives a system error on this platform. */
function errno(code) {
	numbers ??= new Map(
		Array.from(getSystemErrorMap(), ([number, [name]]) => [name, number]),
	);
	return numbers.get(code === "ENOTFOUND" ? "EAI_NONAME" : code);
}

function hide(err, fields) {
	for (const [name, value] of Object.entries(fields))
		if (value !== null && value !== undefined) define(err, name, value);
}

function ofClass(Class, { message, fields }) {
	const err = new Class(message);
	if (fields.syscall) err.errno = errno(fields.code);
	return Object.assign(err, fields);
}

/** The error of a text of the addon, with `repoll` and `gap`: see src/binding/error_json.rs and continuation.js. */
function fromNative(text) {
	const { openssl } = process.versions;
	const described = alertNames.named(JSON.parse(text), openssl);
	const { type, api, hidden, repoll, gap } = described;
	const err = ofClass(type === "TypeError" ? TypeError : Error, described);
	if (api) {
		err.code = api.errorCode;
		err.cause = api.cause;
		err.index = api.index;
	}
	const errors = hidden.errors?.map((one) => ofClass(Error, one));
	hide(err, { ...hidden, errors });
	return { err, repoll, gap };
}

/** An argument that cannot be used. */
function invalidArgument(message) {
	return Object.assign(new TypeError(message), {
		code: "ERR_INVALID_ARG_VALUE",
	});
}

/** What code of the caller has thrown, as an error: it may be any value, and none of them must look like a success. */
function ofThrown(thrown) {
	if (typeof thrown === "object" && thrown !== null) return thrown;
	const message = `an argument or an option threw ${String(thrown)}`;
	return new Error(message, { cause: thrown });
}

module.exports = { fromNative, invalidArgument, ofThrown };
