// What the workloads read, written with this package. index.js writes it with plain requests, since it compares clients of the v2 API.

const EVENTS_KEY = "bench/events";
const BATCH = 100;

/** Whether the store of a URL is in the process that makes its client. */
function isInMemory(url) {
	return url.startsWith("memory:");
}

function clientOf({ url, api }) {
	return require("../promises")(url, { api });
}

/** Writes the key and the directory of nodes of the workloads to a store: `{url, api}`. */
async function fill(address) {
	const { KEY, NODES, VALUE } = require("./workloads");
	const client = clientOf(address);
	await client.set(KEY, VALUE);
	for (let i = 0; i < NODES; i += BATCH) {
		const names = Array.from({ length: BATCH }, (_, j) => i + j);
		const set = (at) => client.set(`bench/nodes/${at}`, `value ${at}`);
		await Promise.all(names.map(set));
	}
	client.destroy();
}

/** Makes events of one key in a store; resolves with the index of the first. */
async function makeEvents(address, count) {
	const client = clientOf(address);
	const set = (value) => client.set(EVENTS_KEY, value);
	const values = Array.from({ length: count }, (_, i) => String(i));
	const written = await Promise.all(values.map(set));
	client.destroy();
	return Math.min(...written.map(({ node }) => node.modifiedIndex));
}

module.exports = { fill, isInMemory, makeEvents };
