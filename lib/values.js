// Converts the caller's keys and values into texts for etcd, and values of etcd back.
"use strict";

const errors = require("./errors");

/** A key, condition or index as text, as in etcdjs: `valueOf` counts before `toString`. */
function asText(value) {
	// biome-ignore lint/style/useTemplate: a template would ask toString first
	return wellFormed("" + value);
}

/** The text of a key. From an array that begins with a slash, etcdjs drops that element. */
function keyText(key) {
	const isPath = Array.isArray(key) && key[0] === "/";
	return asText(isPath ? key.slice(1) : key);
}

/** A lone surrogate has no UTF-8 form. */
function wellFormed(text) {
	if (text.isWellFormed()) return text;
	throw errors.invalidArgument(
		"a key or value has a lone surrogate, which UTF-8 cannot encode",
	);
}

/** The text of an optional condition or index. */
function optionalText(value) {
	return value === undefined ? undefined : asText(value);
}

/** A value for a form: a Date in ISO form, a Buffer's text. Other objects are not sent. */
function formText(value) {
	if (value instanceof Date) return value.toISOString();
	if (Buffer.isBuffer(value)) return value.toString();
	const isPlain = ["string", "number", "boolean"].includes(typeof value);
	return isPlain ? asText(value) : undefined;
}

/** A value in strict mode: the text of anything but an object. */
function strictText(value) {
	if (value === undefined) return undefined;
	const isText = value instanceof Date || Buffer.isBuffer(value);
	if (isText) return formText(value);
	if (value !== null && ["object", "function", "symbol"].includes(typeof value))
		throw errors.invalidArgument(
			"strict: a value must be a string, number, boolean, Date or Buffer, or the option json must be set",
		);
	return asText(value);
}

/** The value of a set. Falsy values are not sent, unless strict. */
function valueText(value, { json, strict }) {
	const sent = json ? JSON.stringify(value) : value;
	if (strict) return strictText(sent);
	return sent ? formText(sent) : undefined;
}

/** The value of a push. Falsy values are sent. With json, objects are stringified. */
function pushText(value, { json, strict }) {
	const isObject =
		typeof value === "object" && value !== null && !Buffer.isBuffer(value);
	const sent = json && isObject ? JSON.stringify(value) : value;
	if (strict) return strictText(sent);
	return sent === null ? "" : formText(sent);
}

/** The previous value of a compare. The json option of a call stringifies objects only. */
function prevValueText(value, storeJson, callJson) {
	if (value === undefined) return undefined;
	const isObject = typeof value === "object" && value !== null;
	if (!storeJson && !(callJson && isObject)) return asText(value);
	return JSON.stringify(value);
}

/** The body of an answer, parsed. A body that is not JSON stays text. */
function parseBody(text) {
	if (text === "") return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Parses the values of a node and of every node below it, in place. It has no recursion, so no depth is too great. */
function decodeNode(node) {
	const nodes = [node];
	const downwards = [];
	while (nodes.length > 0) {
		const each = nodes.pop();
		downwards.push(each);
		if (!Array.isArray(each?.nodes)) continue;
		for (const child of each.nodes) nodes.push(child);
	}
	for (const each of downwards.reverse())
		if (each.value !== undefined) each.value = JSON.parse(each.value);
}

/** The index after that of a node, if it has one: a host may answer anything. */
function indexAfter(node) {
	const index = node?.modifiedIndex;
	return typeof index === "number" ? index + 1 : undefined;
}

module.exports = {
	asText,
	decodeNode,
	indexAfter,
	keyText,
	optionalText,
	parseBody,
	prevValueText,
	pushText,
	valueText,
};
