// Users that may do only a part of what this package asks for: keys below one prefix, records, reads alone.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { generateKeyPairSync } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { call } = require("../support");
const { rejection } = require("../support/lifetime");
const {
	ROOT,
	VERSIONS,
	ctl,
	enableAuth,
	handled,
	v3Client,
	v3Etcd,
} = require("../support/v3/etcd");

const APP = { user: "app", pass: "a" };
const BELOW_APP = ["--prefix=true", "readwrite", "/app/"];
const RECORDS = ["--prefix=true", "readwrite", "etcdjs/"];

const KEYS = ["app/x", "app/deep/er/y"];

async function limited(t, grants, version) {
	const member = await v3Etcd(t, { version });
	await enableAuth(member, { app: { ...APP, grants } });
	const store = v3Client(t, member.url, { auth: APP });
	return { member, store, promises: store.promises };
}

/** Makes each call below a directory; resolves with the actions and values that a wait has seen. */
async function everyCall({ promises }, key) {
	const seen = [];
	const first = promises.wait(key);
	assert.equal((await promises.set(key, "1")).node.value, "1");
	assert.equal((await first).node.value, "1");
	assert.equal((await promises.get(key)).node.value, "1");
	await promises.set(key, "2", { prevExist: true });
	await promises.compareAndSwap(key, "3", "2");
	const below = await promises.get(path.dirname(key), { quorum: true });
	seen.push(...below.node.nodes.map(({ value }) => value).filter(Boolean));
	await promises.del(key);
	assert.equal(await promises.get(key), undefined);
	return seen;
}

for (const version of VERSIONS)
	for (const [what, grants] of [
		["its prefix alone", [BELOW_APP]],
		["its prefix and the records", [BELOW_APP, RECORDS]],
	])
		test(`a user of etcd ${version} who may read and write ${what} has each call`, async (t) => {
			const { store, promises } = await limited(t, grants, version);
			const [, deep] = KEYS;
			assert.deepEqual(await everyCall(store, deep), ["3"]);
			await promises.mkdir("app/dir");
			const error = await rejection(promises.mkdir("app/dir"));
			assert.equal(error.code, 102);
			const names = [];
			for (const value of ["a", "b"])
				names.push((await promises.push("app/queue", value)).node.key);
			assert.deepEqual(names, [...names].sort());
			const { node } = await promises.get("app/queue", { sorted: true });
			const values = node.nodes.map(({ value }) => value);
			assert.deepEqual(values, ["a", "b"]);
			await promises.set("app/ttl", "v", { ttl: 100 });
			assert.ok((await promises.get("app/ttl")).node.ttl > 90);
			await promises.del("app/queue", { recursive: true });
		});

test("what a user may not do is error 110, also after calls that were granted", async (t) => {
	const { store } = await limited(t, [BELOW_APP]);
	await store.promises.set("app/x", "1");
	for (const [method, ...args] of [
		["get", "other"],
		["set", "other/x", "v"],
		["set", "application", "v"],
		["del", "other/x"],
		["push", "other", "v"],
		["mkdir", "other"],
		["wait", "other"],
		["get", "/"],
	]) {
		const [error] = (await call(store, method, ...args)).args;
		assert.equal(error?.code, 110, `${method} ${args}`);
		assert.equal(error.status, 401);
		assert.equal(error.ambiguous, undefined);
	}
	assert.equal((await store.promises.get("app/x")).node.value, "1");
});

test("a user who may only read reads and waits, and a write is error 110", async (t) => {
	const reads = ["--prefix=true", "read", "/app/"];
	const { member, promises } = await limited(t, [reads]);
	const root = v3Client(t, member.url, { auth: ROOT });
	const waited = promises.wait("app/x");
	await member.watched();
	await root.promises.set("app/x", "1");
	assert.equal((await waited).node.value, "1");
	assert.equal((await promises.get("app/x")).node.value, "1");
	const error = await rejection(promises.set("app/x", "2"));
	assert.equal(error.code, 110);
	assert.equal((await promises.get("app/x")).node.value, "1");
});

test("a right that is granted or revoked while the client runs counts from the next call", async (t) => {
	const { member, promises } = await limited(t, [BELOW_APP]);
	const asRoot = (...args) => ctl(member, args, { user: ROOT });
	assert.equal((await rejection(promises.set("more/x", "1"))).code, 110);
	const grant = ["--prefix=true", "readwrite", "/more/"];
	await asRoot("role", "grant-permission", "app", ...grant);
	await promises.set("more/x", "1");
	await asRoot("role", "revoke-permission", "app", "/more/", "--prefix=true");
	assert.equal((await rejection(promises.get("more/x"))).code, 110);
	await promises.set("app/x", "1");
});

/** Flags for tokens that a member signs with a key of its own. */
function jwt(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-jwt-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const { publicKey, privateKey } = generateKeyPairSync("rsa", {
		modulusLength: 2048,
		publicKeyEncoding: { type: "spki", format: "pem" },
		privateKeyEncoding: { type: "pkcs1", format: "pem" },
	});
	const files = [path.join(folder, "public"), path.join(folder, "private")];
	fs.writeFileSync(files[0], publicKey);
	fs.writeFileSync(files[1], privateKey);
	const keys = `pub-key=${files[0]},priv-key=${files[1]}`;
	return ["--auth-token", `jwt,${keys},sign-method=RS256,ttl=5m`];
}

test("a JWT of before a change of users is renewed once, also for waits", async (t) => {
	const member = await v3Etcd(t, { args: jwt(t) });
	await enableAuth(member, { app: { ...APP, grants: [BELOW_APP] } });
	const { promises } = v3Client(t, member.url, { auth: APP });
	await promises.set("app/x", "1");
	const live = promises.wait("app/live");
	await member.watched();
	await ctl(member, ["user", "add", "other:o"], { user: ROOT });
	const before = await handled(member, "Authenticate");
	const late = promises.wait("app/late");
	await Promise.all(["live", "late"].map((k) => promises.set(`app/${k}`, k)));
	assert.equal((await live).node.value, "live");
	assert.equal((await late).node.value, "late");
	assert.equal((await handled(member, "Authenticate")) - before, 1);
});

test("what a user may not read above one key says nothing of the directories above others", async (t) => {
	const flag = "shared/config/global/flag";
	const read = ["read", `/${flag}`, `/${flag}0`];
	const root = ["readwrite", "/app", "/app0"];
	const grants = [root, RECORDS, read];
	const { promises } = await limited(t, grants);
	assert.equal(await promises.get(flag), undefined);
	await promises.set("app/f", "1");
	const error = await rejection(promises.set("app/f/below", "2"));
	assert.equal(error.code, 104);
	await promises.set("app/d/x", "1");
	await promises.del("app/d/x");
	assert.equal((await promises.get("app/d")).node.dir, true);
	await promises.mkdir("app/t", { ttl: 100 });
	await promises.set("app/t/x", "1");
	assert.ok((await promises.get("app/t/x")).node.ttl > 0);
});
