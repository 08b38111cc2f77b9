// `npx etcdjs migrate` with TLS and users: the options of the command reach both stores, and no password is printed.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const etcd = require("../../promises");
const { startEtcd } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { gateway } = require("../support/etcd/stored");
const { client } = require("../support/lifetime");
const { command, stage } = require("./stage");

const PASSWORD = "s3cret:wörd";

test("TLS with a certificate of the client", async (t) => {
	const { good, ca } = await certificates();
	const tls = { cert: good.certFile, key: good.keyFile, ca: ca.certFile };
	const member = await startEtcd({ v2: true, tls });
	t.after(() => member.stop());
	const options = { ca: ca.pem, ...member.clientOptions };
	delete options.rejectUnauthorized;
	const [v2, v3] = ["v2", "v3"].map((api) =>
		etcd(member.url, { ...options, api }),
	);
	t.after(() => [v2, v3].map((store) => store.destroy()));
	await v2.set("/k", "1");
	const trust = ["--cacert", ca.certFile];
	const refused = await command(t, "migrate", member.url, ...trust);
	assert.equal(refused.code, 1);
	const own = ["--cert", good.certFile, "--key", good.keyFile];
	const args = ["migrate", member.url, ...trust, ...own, "--verify"];
	const { code, stderr } = await command(t, ...args);
	assert.equal(code, 0, stderr);
	assert.equal((await v3.get("/k")).node.value, "1");
});

test("a user of both APIs, and one with a wrong password", async (t) => {
	const { member, v2 } = await stage(t);
	await v2.set("/k", "1");
	const root = { name: "root", password: PASSWORD };
	await gateway(member.url, "auth/user/add", root);
	await gateway(member.url, "auth/role/add", { name: "root" });
	await gateway(member.url, "auth/user/grant", { user: "root", role: "root" });
	await gateway(member.url, "auth/enable", {});
	const run = (pass) =>
		command(t, "migrate", member.url, "--verify", "--user", `root:${pass}`);
	const refused = await run("wrong-s3cret");
	assert.equal(refused.code, 1);
	assert.ok(!refused.stderr.includes("wrong-s3cret"));
	assert.match(refused.stderr, /the user has no permission/);
	const { code, stdout, stderr } = await run(PASSWORD);
	assert.equal(code, 0, stderr);
	assert.ok(!(stdout + stderr).includes(PASSWORD));
	const auth = { user: "root", pass: PASSWORD };
	const v3 = client(t, member.url, { api: "v3", auth });
	assert.equal((await v3.promises.get("/k")).node.value, "1");
});
