// Makes the errors that callbacks get.
"use strict";

const { getSystemErrorMap } = require("node:util");
const { define } = require("./define");

/** On an error of a wait: the index from which it goes on without missing an event. */
const WAIT_INDEX = Symbol("etcdjs.waitIndex");

/** On an error of a wait: the index from which it looked, where it had one. */
const WAIT_FROM = Symbol("etcdjs.waitFrom");

/** On an error of a wait: etcd's index has gone back, and the one to go on from with it. */
const GONE_BACK = Symbol("etcdjs.goneBack");

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

/** The error that the addon describes: see `Error::to_json` in src/error.rs. */
function fromNative(text) {
	const described = JSON.parse(text);
	const { type, api, hidden, waitIndex } = described;
	const err = ofClass(type === "TypeError" ? TypeError : Error, described);
	if (api) {
		err.code = api.errorCode;
		err.cause = api.cause;
		err.index = api.index;
	}
	const errors = hidden.errors?.map((one) => ofClass(Error, one));
	hide(err, { ...hidden, errors });
	if (waitIndex !== null) setWaitIndex(err, waitIndex);
	if (described.waitFrom !== null) define(err, WAIT_FROM, described.waitFrom);
	if (described.goneBack) define(err, GONE_BACK, true);
	return err;
}

function setWaitIndex(err, index) {
	define(err, WAIT_INDEX, index);
}

/** The index from which a wait goes on that has failed like this, if it is known. */
function waitIndexOf(err) {
	return err[WAIT_INDEX];
}

/** The index from which a wait looked that has failed, if it had come to have one. */
function waitFromOf(err) {
	return err[WAIT_FROM];
}

/** Whether a wait has failed and etcd's index has gone back: it was wiped, or restored. */
function hasGoneBack(err) {
	return err[GONE_BACK] === true;
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

module.exports = {
	fromNative,
	hasGoneBack,
	invalidArgument,
	ofThrown,
	setWaitIndex,
	waitFromOf,
	waitIndexOf,
};
