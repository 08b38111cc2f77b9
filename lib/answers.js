// The arguments of callbacks: for each kind of answer, those of a body and those of a missing key.
"use strict";

const values = require("./values");

/** A key's node; its value as text. */
const node = {
	body: (body) => [null, values.parseBody(body)],
	nothing: () => [null, undefined],
};

/** A key's node, with its values parsed. A value that is not JSON is an error. */
const nodeAsJson = {
	body(text) {
		const body = values.parseBody(text);
		try {
			if (body?.node) values.decodeNode(body.node);
		} catch (err) {
			return [err];
		}
		return [null, body];
	},
	nothing: node.nothing,
};

/** The answer of a write: where its value cannot be read, it has been applied all the same. */
const writtenAsJson = {
	body(text) {
		const [err, body] = nodeAsJson.body(text);
		return err ? [Object.assign(err, { ambiguous: true })] : [null, body];
	},
	nothing: node.nothing,
};

const ofRead = (json) => (json ? nodeAsJson : node);

const ofWrite = (json) => (json ? writtenAsJson : node);

const stats = { body: node.body, nothing: () => [] };

const text = { body: (body) => [null, body], nothing: () => [] };

/** More than any cluster has. */
const MOST_MACHINES = 2 ** 16;

/** URLs. No regular expression: the time that one takes to split many spaces grows with their square. */
const machines = {
	body(body) {
		const urls = body.split(",", MOST_MACHINES);
		return [null, urls.map((url) => url.trim())];
	},
};

module.exports = { machines, ofRead, ofWrite, stats, text };
