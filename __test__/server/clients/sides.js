// The stores that a server stands in front of, for clients of other projects; and an etcd 3.4.23 beside them, with indexes that
// count from the same start.
const assert = require("node:assert/strict");
const { binaryOf } = require("../../../scripts/etcd-folder");
const { startEtcd } = require("../../support");
const { get, until } = require("../../support/etcd/member");
const { v3Etcd } = require("../../support/v3/etcd");
const { fieldOf, raw } = require("../../support/server/raw");
const { get: request } = require("../requests");
const { served } = require("../stage");

const VERSION = "3.4.23";

const V3 = "an etcd with the v3 API alone";

const STORES = {
	"a store in memory": (t) => served(t),
	[V3]: async (t) => {
		const { host } = await v3Etcd(t);
		return served(t, { hosts: host, client: { api: "v3" } });
	},
};

async function realEtcd(t) {
	const binary = binaryOf(VERSION, "v2");
	const member = await startEtcd({ binary, v2: true });
	t.after(() => member.stop());
	// etcd writes the cluster's version into the store, which raises its index.
	await until(
		async () => /"3\.4\.0"/.test((await get(`${member.url}/version`, {})).body),
		() => new Error("the cluster has no version"),
	);
	return member;
}

async function sideOf(name, { port, host }) {
	const { fields } = await raw(port, request("/v2/keys/none"));
	const base = Number(fieldOf(fields, "X-Etcd-Index"));
	return { name, url: `http://${host}`, base };
}

/** etcd 3.4.23 and a server in front of each store: `[{name, url, base}]`, `base` the index at the start. */
async function sides(t) {
	const all = { [`etcd ${VERSION}`]: realEtcd, ...STORES };
	const started = Object.entries(all).map(async ([name, start]) =>
		sideOf(name, await start(t)),
	);
	return Promise.all(started);
}

/**
 * The same without what differs in front of a v3 API: `createdIndex`, where a key is set again (docs/v3.md), and the cause of the
 * error 100 for a read (docs/server.md).
 */
function withoutDifferences(value) {
	if (Array.isArray(value)) return value.map(withoutDifferences);
	if (typeof value !== "object" || value === null) return value;
	const { createdIndex, ...rest } = value;
	if (rest.errorCode === 100) delete rest.cause;
	const entries = Object.entries(rest);
	return Object.fromEntries(
		entries.map(([name, one]) => [name, withoutDifferences(one)]),
	);
}

/** Asserts that a server gave what etcd gave. */
function assertSame({ name }, found, expected, shown) {
	const select = name === V3 ? withoutDifferences : (value) => value;
	const message = `${shown}, ${name}`;
	assert.deepEqual(select(found), select(expected), message);
}

/** How many waits are open at a server. */
async function watchers({ url }) {
	return JSON.parse((await get(`${url}/v2/stats/store`, {})).body).watchers;
}

/** Resolves when more waits are open at a server than there were `before`. */
async function untilWatched(side, before) {
	await until(
		async () => (await watchers(side)) > before,
		() => new Error(`${side.name} has no wait`),
	);
}

/** Puts indexes of one side into arguments: `@3` is the third index after the start. */
function withIndexes(text, { base }) {
	return text.replace(/@(\d+)/g, (_, index) => String(base + Number(index)));
}

module.exports = {
	STORES,
	assertSame,
	sides,
	untilWatched,
	watchers,
	withIndexes,
};
