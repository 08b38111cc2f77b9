// Without the option `api`, a client finds out which store has the keys: decided once, and never an empty store by mistake.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { binaryOf } = require("../../scripts/etcd-folder");
const { call, startEtcd } = require("../support");
const { get } = require("../support/etcd/member");
const { freePorts } = require("../support/etcd/ports");
const { client, rejection, silentHost } = require("../support/lifetime");
const { grpcHost } = require("../support/v3/grpc-host");
const { ctl, handled, v3Client, v3Etcd } = require("../support/v3/etcd");
const { certificates } = require("../support/tls/certificates");

// Longer than a test may take: nothing waits for a silent host to time out.
const SILENCE = { timeout: 120_000 };

async function v2Etcd(t, version, options) {
	const binary = binaryOf(version);
	const member = await startEtcd({ binary, v2: true, ...options });
	t.after(() => member.stop());
	return member;
}

async function inV2({ url, clientOptions }, key) {
	const { body } = await get(`${url}/v2/keys/${key}`, clientOptions);
	return JSON.parse(body).node?.value;
}

for (const version of ["3.4.23", "3.5.1"])
	test(`etcd ${version} with the v2 API keeps the keys there, though it has the v3 API`, async (t) => {
		const member = await v2Etcd(t, version);
		const { promises } = client(t, member.url);
		await promises.set("a", "1");
		assert.equal((await promises.get("a")).node.value, "1");
		assert.equal(await inV2(member, "a"), "1");
		assert.equal(await handled(member, "Txn"), 0);
	});

for (const version of ["3.6.16", "3.7.3"])
	test(`etcd ${version} keeps the keys in its v3 store, whatever call is the first`, async (t) => {
		const member = await v3Etcd(t, { version });
		const fresh = () => client(t, member.url).promises;
		await fresh().set("a", "1");
		assert.equal((await fresh().get("a")).node.value, "1");
		assert.equal(await fresh().get("missing"), undefined);
		assert.match((await fresh().push("queue", "v")).node.key, /^.queue.\d+$/);
		const waited = fresh().wait("b");
		await member.watched();
		await fresh().set("b", "2");
		assert.equal((await waited).node.value, "2");
		assert.deepEqual(await fresh().machines(), [member.url]);
		assert.match(await ctl(member, ["get", "/a"]), /1/);
	});

test("etcd 3.5.30 without the v2 API is an error that names both ways out, for each call", async (t) => {
	const member = await v3Etcd(t, { version: "3.5.30" });
	const store = client(t, member.url);
	for (const [method, ...args] of [
		["get", "a"],
		["set", "a", "v"],
		["del", "a"],
		["push", "a", "v"],
		["wait", "a"],
		["get", "a"],
	]) {
		const [error] = (await call(store, method, ...args)).args;
		assert.equal(error?.code, "ERR_ETCD_NO_V2_API", method);
		assert.match(error.message, /--enable-v2/);
		assert.match(error.message, /api: "v3"/);
	}
	assert.equal(await handled(member, "Txn"), 0);
	const { promises } = v3Client(t, member.url);
	await promises.set("a", "1");
	assert.equal((await promises.get("a")).node.value, "1");
});

/** An etcd whose ports for gRPC and for HTTP are two: `url` and `httpUrl`. */
async function splitEtcd(t, version) {
	const [port] = await freePorts(1);
	const httpUrl = `http://127.0.0.1:${port}`;
	const binary = binaryOf(version, "v3");
	const member = await startEtcd({ binary, v2: false, httpUrl });
	t.after(() => member.stop());
	return member;
}

for (const version of ["3.5.30", "3.6.16", "3.7.3"])
	test(`a port of etcd ${version} for gRPC alone is recognised, and one for HTTP alone is told`, async (t) => {
		const { url, httpUrl } = await splitEtcd(t, version);
		const { promises } = client(t, url);
		await promises.set("a", "1");
		assert.equal((await promises.get("a")).node.value, "1");
		const explicit = v3Client(t, url);
		assert.equal((await explicit.promises.get("a")).node.value, "1");
		for (const method of ["get", "wait"]) {
			const error = await rejection(v3Client(t, httpUrl).promises[method]("a"));
			assert.equal(error.code, "ECONNRESET");
			assert.match(
				error.message,
				/the port speaks no HTTP\/2, which gRPC needs/,
			);
		}
		const error = await rejection(client(t, httpUrl).promises.get("a"));
		assert.match(error.message, /api: "v3"|which gRPC needs/);
	});

for (const options of [{}, { api: "v2" }])
	test(`a member without the v2 API in a cluster that has it is passed over, with ${JSON.stringify(options)}`, async (t) => {
		const without = await v3Etcd(t, { version: "3.5.30" });
		const having = await v2Etcd(t, "3.5.1");
		for (const urls of [
			[without.url, having.url],
			[having.url, without.url],
		]) {
			const { promises } = client(t, urls, options);
			for (let i = 0; i < 3; i++) {
				await promises.set("a", `${i}`);
				assert.equal((await promises.get("a")).node.value, `${i}`);
				const waited = promises.wait("b");
				await having.watched();
				await promises.set("b", `${i}`);
				assert.equal((await waited).node.value, `${i}`);
			}
			assert.equal(await inV2(having, "a"), "2");
		}
		assert.equal(await handled(without, "Txn"), 0);
	});

test("calls at one time pass over a member without the v2 API, and so does a watch", async (t) => {
	const without = await v3Etcd(t, { version: "3.5.30" });
	const having = await v2Etcd(t, "3.5.1");
	const store = client(t, [without.url, having.url]);
	const sets = Array.from({ length: 50 }, (_, i) =>
		store.promises.set(`k${i}`, "v"),
	);
	await Promise.all(sets);
	for (let i = 0; i < 3; i++) {
		const watch = store.watch("w");
		const first = watch.next();
		await watch.ready;
		await store.promises.set("w", `${i}`);
		assert.equal((await first).value.node.value, `${i}`);
		await watch.return();
	}
});

test("the choice is made once for all first calls", async (t) => {
	const member = await v3Etcd(t);
	const { promises } = client(t, member.url);
	const sets = Array.from({ length: 20 }, (_, i) => promises.set(`k${i}`, "v"));
	await Promise.all(sets);
	const { node } = await promises.get("/");
	assert.equal(node.nodes.length, 20);
	assert.equal(await handled(member, "Status"), 0);
});

test("a server of gRPC that is not etcd is an error, not an empty store", async (t) => {
	const host = await grpcHost(t, (x) => x.refuse(12, "unknown service"));
	for (const options of [{}, { api: "v3" }]) {
		const { promises } = client(t, host.url, options);
		const error = await rejection(promises.get("a"));
		assert.ok(error.code, error.message);
		assert.notEqual(error.code, 100);
	}
});

test("behind TLS the choice is the same", async (t) => {
	const { good, ca } = await certificates();
	const tls = { cert: good.certFile, key: good.keyFile };
	const old = await v2Etcd(t, "3.5.1", { tls });
	const current = await v3Etcd(t, { tls });
	for (const member of [old, current]) {
		const { promises } = client(t, member.url, { ca: ca.pem });
		await promises.set("a", "1");
		assert.equal((await promises.get("a")).node.value, "1");
	}
	assert.equal(await inV2(old, "a"), "1");
	assert.equal((await handled(current, "Txn")) > 0, true);
});

test("etcd 3.6 is recognised by its first answer: a host that is silent holds up no call", async (t) => {
	const [member, silent] = [await v3Etcd(t), await silentHost(t)];
	const { promises } = client(t, [member.url, silent.url], SILENCE);
	await promises.set("a", "1");
	assert.equal(await handled(member, "Txn"), 1);
});

test("a wait at a silent host goes over to etcd 3.6 when another call has found it", async (t) => {
	const [member, silent] = [await v3Etcd(t), await silentHost(t)];
	const { promises } = client(t, [silent.url, member.url], SILENCE);
	const waited = promises.wait("a");
	await silent.asked;
	await promises.set("a", "1");
	const { action, node } = await waited;
	assert.deepEqual([action, node.value], ["set", "1"]);
});
