// Packages that were written for etcdjs run on this one unmodified: the tests and the example that
// they carry, of which only the address of etcd is replaced.
const assert = require("node:assert");
const { after, before, test } = require("node:test");
const { version } = require("../../package.json");
const { startEtcd } = require("../support");
const { consumer } = require("../support/packages/consumer");
const { publishedRegistry } = require("../support/packages/packed");

const THEIR_HOSTS = /127\.0\.0\.1:4001(,127\.0\.0\.1:400\d)*/g;

let member;
let registry;

before(async () => {
	registry = await publishedRegistry();
	member = await startEtcd();
});

after(async () => {
	await member.stop();
	await registry.stop();
});

/** A folder in which packages are installed that get this one for etcdjs. */
async function dependent(t, dependencies) {
	const user = consumer(t, registry);
	user.write("package.json", { dependencies, overrides: { etcdjs: version } });
	await user.npm("install");
	const listed = JSON.parse(await user.npm("ls", "etcdjs", "--json"));
	const [used] = Object.values(listed.dependencies);
	assert.strictEqual(used.dependencies.etcdjs.version, version);
	return user;
}

/** Runs a file that a package carries until its output matches: not all of them end by themselves. */
function runTheirs(user, file, pattern) {
	const source = user.read(file).replace(THEIR_HOSTS, member.host);
	user.write(file, source);
	return user.nodeUntil(pattern, file);
}

test("etcd-registry 2.1.1, its tests", async (t) => {
	const dependencies = { "etcd-registry": "2.1.1", tap: "npm:tape@5.10.2" };
	const user = await dependent(t, dependencies);
	const file = "node_modules/etcd-registry/test.js";
	const output = await runTheirs(user, file, /\n# (ok|fail.*)\n/);
	assert.match(output, /# tests 12\n# pass {2}12\n/);
});

test("etcd-registry 2.1.1, its example", async (t) => {
	const user = await dependent(t, { "etcd-registry": "2.1.1" });
	const file = "node_modules/etcd-registry/example.js";
	const output = await runTheirs(user, file, /service: (null|\{[^}]*\})/);
	assert.match(output, /error: null\nservice: \{\s+port: 8080,/);
});

test("locked 2.4.1, its tests", async (t) => {
	const user = await dependent(t, {
		locked: "2.4.1",
		tape: "2.14.1",
		async: "0.9.2",
	});
	const file = "node_modules/locked/test.js";
	const output = await runTheirs(user, file, /\n# (ok|fail.*)\n/);
	assert.doesNotMatch(output, /^not ok/m);
	assert.match(output, /# ok/);
});
