// Many calls in one tick.
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { test } = require("node:test");
const { call, node, prefix, sharedEtcd } = require("../support");
const { client, hostOf } = require("../support/lifetime");

const CALLS = 3000;
const PER_HOST = 512;
const WORK_NS = 200_000n;
const FOUND = { body: node("/k", "v", 5) };

const HOST = `
let connections = 0;
const server = require("node:http").createServer((request, response) =>
	response.end(JSON.stringify({ node: { value: String(connections) } })));
server.on("connection", () => connections++);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;

/** A host in a process of its own, which answers while this one is busy. Each value is how many connections it has had. */
async function forkedHost(t) {
	const child = spawn(process.execPath, ["-e", HOST]);
	t.after(() => child.kill());
	const [port] = await once(child.stdout, "data");
	return { url: `http://127.0.0.1:${Number(port)}` };
}

function burst(store, ...args) {
	return Promise.all(Array.from({ length: CALLS }, () => call(store, ...args)));
}

test("a burst of calls does not open a connection for each, and all of them are answered", async (t) => {
	const host = await hostOf(t, () => FOUND);
	const results = await burst(client(t, host.url), "get", "k");
	for (const { args } of results) assert.deepEqual(args, [null, FOUND.body]);
	assert.equal(host.requests.length, CALLS);
	assert.ok(host.connections <= PER_HOST, `${host.connections}`);
});

test("a burst with work between the calls opens no connection for each", async (t) => {
	const host = await forkedHost(t);
	const store = client(t, host.url);
	const calls = Array.from({ length: CALLS }, () => {
		const until = process.hrtime.bigint() + WORK_NS;
		while (process.hrtime.bigint() < until);
		return call(store, "get", "k");
	});
	for (const { args } of await Promise.all(calls)) assert.equal(args[0], null);
	const { args } = await call(store, "get", "connections");
	const connections = Number(args[1].node.value);
	assert.ok(connections <= PER_HOST, `${connections}`);
});

test("calls that hang on one host hold up none to another", async (t) => {
	const silent = await hostOf(t, ["silence"]);
	const host = await hostOf(t, () => FOUND);
	const store = client(t, [silent.url, host.url]);
	await new Promise((resolve, reject) => {
		let answered = 0;
		const cb = (err) => {
			if (err) return reject(err);
			if (++answered === CALLS / 2) resolve();
		};
		for (let i = 0; i < CALLS; i++) store.get("k", cb);
	});
	assert.ok(silent.connections <= PER_HOST, `${silent.connections}`);
});

test("waits take no place from other calls", async (t) => {
	const store = client(t, await sharedEtcd());
	const key = `${prefix()}key`;
	const waits = Array.from({ length: PER_HOST + 100 }, () =>
		call(store, "wait", key),
	);
	await call(store, "set", key, "v");
	for (const { args } of await Promise.all(waits))
		assert.equal(args[1].node.value, "v");
});
