// The table of what etcd makes of parameters, which the Rust tests hold `judge` to (src/api/parameters.rs): a running etcd gives the
// same answers.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { prefix, sharedEtcd } = require("../support");
const TABLE = require("./judged.json");

/** etcd's codes for parameters that it refuses. */
const REFUSED = new Set([201, 202, 203, 209, 210, 211, 212]);
const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** What etcd refuses of a request; null if it refuses none of its parameters. */
async function refusal(url, { method, parameters }) {
	const text = new URLSearchParams(parameters).toString();
	const isForm = method === "PUT";
	const path = `${url}/v2/keys/${prefix()}${isForm ? "" : `?${text}`}`;
	const sent = isForm ? { body: text, headers: FORM } : {};
	const response = await fetch(path, { method, ...sent });
	const { errorCode, message, cause } = await response.json();
	return REFUSED.has(errorCode) ? { errorCode, message, cause } : null;
}

test(`etcd judges the parameters of ${TABLE.length} requests as the table says`, async () => {
	const url = await sharedEtcd();
	for (const row of TABLE) {
		const shown = JSON.stringify(row);
		assert.deepEqual(await refusal(url, row), row.refused, shown);
	}
});
