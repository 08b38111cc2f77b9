// The code blocks of docs/v3.md, on an etcd that serves only the v3 API.
const assert = require("node:assert/strict");
const path = require("node:path");
const { test } = require("node:test");
const { binaryOf, installedVersions } = require("../../scripts/etcd-folder");
const { ROOT, capture } = require("../../scripts/run");
const { startEtcd, subject } = require("../support");
const { gateway } = require("../support/etcd/stored");
const { codeBlocks } = require("../support/packages/pages");

const PAGE = "docs/v3.md";
const ROOT_ROLE = { name: "root", password: "root" };
const base64 = (text) => Buffer.from(text).toString("base64");
const text = (bytes) => Buffer.from(bytes ?? "", "base64").toString();

function block(mark) {
	const found = codeBlocks(PAGE).filter((code) => code.includes(mark));
	assert.equal(found.length, 1, mark);
	return found[0];
}

async function v3Etcd(t) {
	const { ETCD_API, ETCD_BIN } = process.env;
	const own = ETCD_API === "v3" ? ETCD_BIN : undefined;
	const version = installedVersions("v3").at(-1);
	assert.ok(
		own ?? version,
		"no etcd for the v3 API: run node scripts/setup.js",
	);
	const binary = own ?? binaryOf(version, "v3");
	const etcd = await startEtcd({ binary, v2: false });
	t.after(() => etcd.stop());
	return etcd.url;
}

/** The first key after those that begin with this text: its last byte is one more. */
function endOf(prefix) {
	const last = prefix.charCodeAt(prefix.length - 1);
	return prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

/** What `etcdctl get --prefix` prints. */
async function printed(url, prefix) {
	const range = { key: base64(prefix), range_end: base64(endOf(prefix)) };
	const { kvs } = await gateway(url, "kv/range", range);
	return kvs.map(({ key, value }) => `${text(key)}\n${text(value)}`).join("\n");
}

/** Does what a line `etcdctl role grant-permission` does. */
function grant(url, line) {
	const [, , command, ...given] = line.split(" ");
	assert.equal(command, "grant-permission");
	const isPrefix = given.includes("--prefix=true");
	const [name, type, key, end] = given.filter((word) => !word.startsWith("--"));
	const rangeEnd = isPrefix ? endOf(key) : end;
	const range = { key: base64(key), range_end: base64(rangeEnd) };
	const perm = { permType: type.toUpperCase(), ...range };
	return gateway(url, "auth/role/grant", { name, perm });
}

/** Switches authentication on, with the user `app` who has the role `app` with these grants. */
async function protect(url, grants) {
	await gateway(url, "auth/user/add", ROOT_ROLE);
	await gateway(url, "auth/role/add", { name: "root" });
	await gateway(url, "auth/user/grant", { user: "root", role: "root" });
	await gateway(url, "auth/user/add", { name: "app", password: "secret" });
	await gateway(url, "auth/role/add", { name: "app" });
	for (const line of grants) await grant(url, line);
	await gateway(url, "auth/user/grant", { user: "app", role: "app" });
	await gateway(url, "auth/enable", {});
}

function appClient(t, url) {
	const auth = { user: "app", pass: "secret" };
	const client = subject(url, { api: "v3", auth, strict: true });
	t.after(() => client.destroy());
	return client;
}

/** The actions that a watch of /app sees of a create, an update and a refresh, and a delete of a key with a TTL. */
async function actions(client) {
	const store = client.promises;
	const events = client.watch("app", { recursive: true });
	await events.ready;
	await store.set("app/key", "1", { prevExist: false, ttl: 60 });
	await store.update("app/key", "2", { ttl: 60 });
	await store.set("app/key", "", { refresh: true, ttl: 90 });
	await store.del("app/key");
	await store.set("app/end", "1");
	const seen = [];
	for await (const { action, node } of events) {
		if (node.key === "/app/end") break;
		seen.push(action);
	}
	return seen;
}

test("the program of the page stores the keys that the page shows", async (t) => {
	const url = await v3Etcd(t);
	const { host } = new URL(url);
	const program = block("async function main()")
		.replace('"etcdjs/promises"', JSON.stringify(path.join(ROOT, "promises")))
		.replace("127.0.0.1:2379", host);
	assert.equal(await capture(process.execPath, ["-e", program]), "10.0.0.2\n");
	assert.equal(await printed(url, "/"), block("/services/web\n"));
	assert.match(await printed(url, "etcdjs/"), /^etcdjs\/act\n/);
});

test("a role with the grants of the page lists, watches and sees each action", async (t) => {
	const url = await v3Etcd(t);
	await protect(url, block("grant-permission").split("\n"));
	const client = appClient(t, url);
	const seen = await actions(client);
	assert.deepEqual(seen, ["create", "update", "delete"]);
	const { node } = await client.promises.get("app");
	assert.deepEqual(
		node.nodes.map(({ key }) => key),
		["/app/end"],
	);
	await assert.rejects(client.promises.get("other"), { code: 110 });
});

test("without the grant of the records the calls work, and the actions of events degrade", async (t) => {
	const url = await v3Etcd(t);
	await protect(url, block("grant-permission").split("\n").slice(0, 1));
	const client = appClient(t, url);
	const seen = await actions(client);
	assert.deepEqual(seen, ["set", "set", "set", "expire"]);
});

test("the prefix /app/ alone is not enough to list and to watch", async (t) => {
	const url = await v3Etcd(t);
	const grants = ["/app/", "etcdjs/"].map(
		(prefix) =>
			`etcdctl role grant-permission app --prefix=true readwrite ${prefix}`,
	);
	await protect(url, grants);
	const client = appClient(t, url);
	await client.promises.set("app/key", "1");
	const watch = client.watch("app", { recursive: true });
	await assert.rejects(client.promises.get("app"), { code: 110 });
	await assert.rejects(watch.next(), { code: 110 });
});
