// etcd's v2 auth: users and roles that may and may not, by the option auth and by the URL, over https and in the clear.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { call, prefix, startEtcd } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { client } = require("../support/lifetime");
const { secureEtcd } = require("../support/tls/secure");

const ROOT = { user: "root", pass: "s3cret:with/odd@characters" };
const READER = { user: "reader", pass: "r" };
const WRITER = { user: "writer", pass: "wörd" };

let ca;
before(async () => {
	ca = (await certificates()).ca.pem;
});

function basic({ user, pass }) {
	return `Basic ${Buffer.from(`${user}:${pass}`).toString("base64")}`;
}

/** Sends to etcd's auth API with Node's own clients. */
async function administer(url, path, body) {
	const { request } = require(
		url.startsWith("https") ? "node:https" : "node:http",
	);
	const headers = { authorization: basic(ROOT) };
	const status = await new Promise((resolve, reject) => {
		const options = { ca, method: "PUT", headers, agent: false };
		request(`${url}/v2/auth/${path}`, options, (response) => {
			response.resume().on("end", () => resolve(response.statusCode));
		})
			.on("error", reject)
			.end(body && JSON.stringify(body));
	});
	assert.ok(status === 200 || status === 201, `${path}: ${status}`);
}

/** Switches auth on: `reader` may read, `writer` may do both, under `open/`; guests may do nothing. */
async function enable(url) {
	const kv = (read, write) => ({ kv: { read, write } });
	const all = ["/open/*"];
	const put = (path, body) => administer(url, path, body);
	await put("users/root", { user: "root", password: ROOT.pass });
	await put("roles/reads", { role: "reads", permissions: kv(all, []) });
	await put("roles/writes", { role: "writes", permissions: kv(all, all) });
	for (const [{ user, pass: password }, role] of [
		[READER, "reads"],
		[WRITER, "writes"],
	])
		await put(`users/${user}`, { user, password, roles: [role] });
	await put("enable");
	await put("roles/guest", { role: "guest", revoke: kv(["/*"], ["/*"]) });
}

function assertRefused({ args }) {
	const [err, result] = args;
	assert.equal(result ?? null, null);
	assert.equal(err.code, 110);
	assert.equal(err.message, "The request requires user authentication");
	assert.equal(err.status, 401);
	assert.equal(err.ambiguous, undefined);
}

test("each role may do what it may, and what it may not is etcd's error 110", async (t) => {
	const member = await secureEtcd(t);
	await enable(member.url);
	const as = (auth) => client(t, member.url, { ca, auth });
	const key = `open/${prefix()}key`;
	const writer = as(WRITER);
	assert.equal((await call(writer, "set", key, "v")).args[0], null);
	assert.equal((await call(writer, "del", key)).args[0], null);
	const waited = call(as(READER), "wait", key);
	await call(as(READER), "get", key);
	assert.equal((await call(writer, "set", key, "w")).args[0], null);
	const { args } = await call(as(READER), "get", key);
	assert.equal(args[1].node.value, "w");
	assert.match((await waited).args[1].action, /^(set|delete)$/);
	assertRefused(await call(as(READER), "set", key, "x"));
	assertRefused(await call(as(READER), "del", key));
	assertRefused(await call(as(READER), "push", "open/queue", "x"));
	assertRefused(await call(writer, "set", "closed", "x"));
	assertRefused(await call(writer, "get", "closed"));
	assertRefused(await call(writer, "wait", "closed"));
	assertRefused(await call(as(undefined), "get", key));
	assertRefused(await call(as({ ...READER, pass: "x" }), "get", key));
	assert.equal((await call(as(ROOT), "set", "closed", "x")).args[0], null);
	const other = { username: WRITER.user, password: WRITER.pass };
	assert.equal((await call(as(other), "set", key, "y")).args[0], null);
	// What is not of the keys needs no credentials.
	assert.ok(Array.isArray((await call(as(undefined), "machines")).args[1]));
});

for (const [how, start] of [
	["over https", (t) => secureEtcd(t)],
	[
		"in the clear",
		async (t) => {
			const member = await startEtcd();
			t.after(() => member.stop());
			return member;
		},
	],
]) {
	test(`what a URL says of the user goes before the option, ${how}`, async (t) => {
		const member = await start(t);
		await enable(member.url);
		const { protocol, host } = new URL(member.url);
		const named = `${protocol}//root:${encodeURIComponent(ROOT.pass)}@${host}`;
		const store = client(t, named, { ca, auth: READER });
		assert.equal((await call(store, "set", "closed", "v")).args[0], null);
		const wrong = `${protocol}//root:wrong@${host}`;
		const refused = client(t, wrong, { ca, auth: ROOT });
		assertRefused(await call(refused, "get", "closed"));
	});
}
