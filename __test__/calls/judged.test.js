// The table of what etcd makes of parameters, which the Rust tests hold `judge` to (src/api/parameters.rs): a running etcd gives the
// same answers. Over the v3 API the package gives them in etcd's place.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, prefix, sharedEtcd } = require("../support");
const { isMemory, isV3 } = require("../support/etcd/api");
const { client } = require("../support/lifetime");
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

const METHODS = { GET: "get", PUT: "set", DELETE: "del" };

/** The same for a call with these parameters in the query of its key. */
async function refusalOfCall(store, { method, parameters }) {
	const key = `${prefix()}?${new URLSearchParams(parameters)}`;
	const { value = "" } = Object.fromEntries(parameters);
	const args = method === "PUT" ? [key, value] : [key];
	const [error] = (await call(store, METHODS[method], ...args)).args;
	if (!REFUSED.has(error?.code)) return null;
	return { errorCode: error.code, message: error.message, cause: error.cause };
}

test(`etcd judges the parameters of ${TABLE.length} requests as the table says`, async (t) => {
	const url = await sharedEtcd();
	const store = client(t, url);
	for (const row of TABLE) {
		const shown = JSON.stringify(row);
		const refused =
			isV3() || isMemory()
				? await refusalOfCall(store, row)
				: await refusal(url, row);
		assert.deepEqual(refused, row.refused, shown);
	}
});
