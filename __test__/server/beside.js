// An etcd 3.4.23, and servers in front of stores in memory that have its keys and its index.
const { after, before } = require("node:test");
const { binaryOf } = require("../../scripts/etcd-folder");
const { startEtcd } = require("../support");
const { get: fetchText, until } = require("../support/etcd/member");
const { raw, fieldOf } = require("../support/server/raw");
const { del, get, put } = require("./requests");
const { served } = require("./stage");

const VERSION = "3.4.23";
const WRITERS = 50;

async function startWithVersion() {
	const binary = binaryOf(VERSION, "v2");
	const member = await startEtcd({ binary, v2: true });
	// etcd writes the cluster's version into the store, which raises its index.
	await until(
		async () =>
			/"3\.4\.0"/.test((await fetchText(`${member.url}/version`, {})).body),
		() => new Error("the cluster has no version"),
	);
	return member;
}

/** The index of the store behind a port. */
async function indexOf(port) {
	const { fields } = await raw(port, get("/v2/keys/none"));
	return Number(fieldOf(fields, "X-Etcd-Index"));
}

async function empty(port) {
	const { body } = await raw(port, get("/v2/keys/"));
	const text = Buffer.from(body, "latin1").toString();
	const keys = (JSON.parse(text).node.nodes ?? []).map(({ key }) => key);
	const escaped = keys.map((key) =>
		encodeURIComponent(key).replaceAll("%2F", "/"),
	);
	for (const key of [...escaped, "/_hidden"])
		await raw(port, del(`${key}?recursive=true`));
}

/** Writes a hidden key until a store has an index. */
async function raise(port, index) {
	for (let left = index - (await indexOf(port)); left > 0; left -= WRITERS)
		await Promise.all(
			Array.from({ length: Math.min(left, WRITERS) }, () =>
				raw(port, put("/_level", "value=1")),
			),
		);
}

/** Starts an etcd for the tests of a file. `beside.etcd` is its port, `beside(t)` starts a server with its keys and its index. */
function besideEtcd() {
	let member;
	before(async () => {
		member = await startWithVersion();
		beside.etcd = member.port;
	});
	after(() => member.stop());
	const beside = async (t) => {
		const { port } = await served(t);
		await empty(beside.etcd);
		await raise(port, (await indexOf(beside.etcd)) + 1);
		await raise(beside.etcd, await indexOf(port));
		return port;
	};
	return beside;
}

module.exports = { besideEtcd, indexOf };
