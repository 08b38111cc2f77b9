// The conditions of a write, and the faults of a compare.
"use strict";

const errors = require("./errors");
const values = require("./values");

/** The conditions of a write, as the caller's text, which the server judges. Undefined if there are none. */
function conditions({ prevExist, prevValue, prevIndex, json }, storeJson) {
	const given = [prevExist, prevValue, prevIndex];
	if (given.every((condition) => condition === undefined)) return undefined;
	return {
		exist: values.optionalText(prevExist),
		value: values.prevValueText(prevValue, storeJson, json),
		index: values.optionalText(prevIndex),
	};
}

let warned = false;

/** Why a compare cannot be sent. One that has nothing to compare with is, unless strict, with one warning. */
function fault(prevValue, opts, strict) {
	if (prevValue !== undefined) return;
	try {
		const given = [opts?.prevIndex, opts?.prevExist];
		if (given.some((condition) => condition !== undefined)) return;
	} catch (err) {
		return err;
	}
	if (strict) return noPrevValue();
	if (!warned)
		process.emitWarning(
			"compareAndSwap or compareAndDelete was called with an undefined previous value and compares nothing; the option strict makes this an error",
			{ code: "ETCDJS_UNCONDITIONAL" },
		);
	warned = true;
}

/** The error of a compare that has nothing to compare with. */
function noPrevValue() {
	return errors.invalidArgument(
		"a compare needs the previous value: compareAndSwap(key, value, prevValue), compareAndDelete(key, prevValue)",
	);
}

module.exports = { conditions, fault, noPrevValue };
