// A chain of waits without an index: where its first wait never reaches etcd, what its client writes from then on is
// still seen, and where it has lost the history, it says from where.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { FaultProxy } = require("../chaos/fault-proxy");
const { call, cleared, node, prefix, startEtcd } = require("../support");
const { client, hostOf, proceed } = require("../support/lifetime");

function answer(status, body) {
	const length = `Content-Length: ${body.length}\r\nConnection: close`;
	const text = `HTTP/1.1 ${status}\r\n${length}\r\n\r\n${body}`;
	return { kind: "answer", text, forwards: false };
}

let etcd;
let proxy;
before(async () => {
	etcd = await startEtcd();
	proxy = await new FaultProxy({ target: etcd.port }).open();
});
after(async () => {
	proxy.close();
	await etcd.stop();
});

/** The values of the next changes. */
async function values(next, count) {
	const found = [];
	while (found.length < count) {
		const { args } = await proceed(next);
		if (args[0]) throw args[0];
		found.push(args[1].node.value);
		next = args[2];
	}
	return found;
}

for (const [what, fault] of [
	["is refused", { kind: "refuse" }],
	["is hung up on", { kind: "reset" }],
	["is answered with a 503", answer("503 Service Unavailable", "later")],
	["is answered with a page", answer("200 OK", "<p>It works!</p>")],
]) {
	test(`33. a wait that ${what} leaves what its client then writes to the next of its chain`, async (t) => {
		const store = client(t, proxy.url, { timeout: 3000 });
		const key = `${prefix()}key`;
		await call(store, "set", key, "before");
		await proxy.inflict(fault);
		const { args } = await call(store, "wait", key);
		await proxy.heal();
		for (const value of ["1", "2", "3"])
			assert.equal((await call(store, "set", key, value)).args[0], null);
		assert.deepEqual(await values(args[2], 3), ["1", "2", "3"]);
	});
}

test("33. a wait whose discovery fails leaves what its client then writes to the next of its chain", async (t) => {
	const list = { node: { nodes: [{ value: etcd.url }] } };
	const discovery = await hostOf(t, [{ status: 500 }, { body: list }]);
	const store = client(t, { token: `${discovery.url}/token` });
	const key = `${prefix()}key`;
	const { args } = await call(store, "wait", key);
	for (const value of ["1", "2"])
		assert.equal((await call(store, "set", key, value)).args[0], null);
	assert.deepEqual(await values(args[2], 2), ["1", "2"]);
});

test("33. of many waits that fail together and are given up, each still sees by next what its client wrote meanwhile", async (t) => {
	const store = client(t, proxy.url, { timeout: 3000 });
	const key = `${prefix()}key`;
	await proxy.inflict({ kind: "reset" });
	const waits = Array.from({ length: 500 }, () => call(store, "wait", key));
	const nexts = (await Promise.all(waits)).map(({ args }) => args[2]);
	await proxy.heal();
	for (const value of ["1", "2"]) await call(store, "set", key, value);
	for (const next of [nexts[0], nexts.at(-1)])
		assert.deepEqual(await values(next, 2), ["1", "2"]);
});

test("33. a wait that is called anew sees nothing of what another chain has left", async (t) => {
	const store = client(t, proxy.url, { timeout: 3000 });
	const key = `${prefix()}key`;
	await proxy.inflict({ kind: "reset" });
	await call(store, "wait", key);
	await proxy.heal();
	await call(store, "set", key, "old");
	const waited = call(store, "wait", key);
	await call(store, "set", key, "new");
	assert.equal((await waited).args[1].node.value, "new");
});

test("34. onGap says from where a wait without an index has lost the history", async (t) => {
	const host = await hostOf(t, [
		{ fault: "cut", headers: { "x-etcd-index": 10 }, body: "" },
		cleared(50),
		{ body: node("/k", "v", 60, "set") },
	]);
	const gap = await new Promise((resolve) => {
		const onGap = (from, to) => resolve([from, to]);
		client(t, host.url).wait("k", { onGap }, () => {});
	});
	assert.deepEqual(gap, [11, 50]);
});
