// Reads and writes a store without the package under test, over either API: the judge of what really happened.
const { isMemory, isV3, memoryOf } = require("./api");

const base64 = (text) => Buffer.from(text).toString("base64");
const absolute = (key) => `/${key.replace(/^\/+/, "")}`;

/** A call of etcd's JSON gateway to the v3 API. */
async function gateway(url, path, body) {
	const sent = { method: "POST", body: JSON.stringify(body) };
	const response = await fetch(`${url}/v3/${path}`, sent);
	const text = await response.text();
	if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
	return JSON.parse(text);
}

async function request(url, key, options) {
	const response = await fetch(`${url}/v2/keys${absolute(key)}`, options);
	const body = await response.json();
	if (response.ok || body.errorCode === 100) return body;
	throw new Error(`${key}: ${response.status} ${JSON.stringify(body)}`);
}

/** A client of the store in memory that takes the place of an etcd. */
function memory(url) {
	return require("../../..")(memoryOf(url)).promises;
}

/** Sets a key to a text. */
async function store(url, key, value) {
	if (isMemory()) return memory(url).set(key, value);
	const body = { key: base64(absolute(key)), value: base64(value) };
	if (isV3()) return gateway(url, "kv/put", body);
	const form = new URLSearchParams({ value });
	return request(url, key, { method: "PUT", body: form });
}

/** Resolves with the text of a key, or undefined if there is none. */
async function stored(url, key) {
	if (isMemory()) return (await memory(url).get(key))?.node.value;
	if (!isV3()) return (await request(url, key)).node?.value;
	const body = { key: base64(absolute(key)) };
	const { kvs } = await gateway(url, "kv/range", body);
	return kvs && Buffer.from(kvs[0].value ?? "", "base64").toString();
}

module.exports = { gateway, store, stored };
