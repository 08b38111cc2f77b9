// The ways into the package: all lead to the same functions.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const etcdjs = require("etcdjs");
const etcd = require("etcdjs/promises");
const { sharedEtcd } = require("../support");

test("import gives what require gives", async () => {
	const imported = await import("etcdjs");
	assert.equal(imported.default, etcdjs);
	assert.equal(require("../../index.js"), etcdjs);
	const promises = await import("etcdjs/promises");
	assert.equal(promises.default, etcd);
	assert.equal(promises.EtcdError, etcd.EtcdError);
});

test("each has itself as its default, for code that is compiled from import", () => {
	assert.equal(etcdjs.default, etcdjs);
	assert.equal(etcd.default, etcd);
});

test("every class of errors can be imported by its name", async () => {
	const { default: _, ...named } = await import("etcdjs/promises");
	const classes = Object.entries(etcd).filter(([name]) => name !== "default");
	assert.deepEqual(named, { ...named, ...Object.fromEntries(classes) });
	assert.equal(Object.keys(named).length, classes.length);
});

test("what etcdjs 2 had for those who look deeper is there", () => {
	assert.equal(require("etcdjs/package.json").name, "etcdjs");
	assert.equal(require("etcdjs/index"), etcdjs);
	assert.equal(require("etcdjs/index.js"), etcdjs);
	assert.throws(() => require("etcdjs/lib/calls"), {
		code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
	});
});

test("a store of promises and one of callbacks share their connections and their end", async () => {
	const store = etcdjs(await sharedEtcd());
	assert.ok(await store.promises.get());
	store.destroy();
	await assert.rejects(store.promises.get(), /store destroyed/);
});
