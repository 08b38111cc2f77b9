// A server in front of an etcd that has the v3 API alone: early header sections, a lost history, a cluster that does not answer.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { binaryOf } = require("../../scripts/etcd-folder");
const { closedPort, prefix, sharedEtcd, startCluster } = require("../support");
const { get: ask, until } = require("../support/etcd/member");
const { connection, fieldOf, raw } = require("../support/server/raw");
const { CTL_VERSION, ctl, enableAuth, v3Etcd } = require("../support/v3/etcd");
const { get, put } = require("./requests");
const { served } = require("./stage");

const WATCH_REQUESTS =
	/^grpc_server_msg_received_total{grpc_method="Watch",.*} (\d+)/m;

async function inFront(t) {
	const member = await v3Etcd(t);
	const client = { api: "v3" };
	const { port } = await served(t, { hosts: member.host, client });
	return { member, port };
}

async function indexAfter(port, request) {
	const { fields } = await raw(port, request);
	return Number(fieldOf(fields, "X-Etcd-Index"));
}

test("a wait has its header section once it is registered: it sees every later write", async (t) => {
	const { port } = await inFront(t);
	for (let i = 0; i < 20; i++) {
		const { socket, until } = await connection(t, port);
		socket.write(get(`/v2/keys/w${i}?wait=true`));
		await until(/\r\n\r\n/);
		await raw(port, put(`/w${i}`, `value=${i}`));
		await until(new RegExp(`"value":"${i}".*0\r\n\r\n$`, "s"));
		socket.destroy();
	}
});

test("a wait from a past index has its event, and from a future index its header section at once", async (t) => {
	const { port } = await inFront(t);
	const index = await indexAfter(port, put("/w", "value=1"));
	const past = await raw(port, get(`/v2/keys/w?wait=true&waitIndex=${index}`));
	assert.match(past.body, /"value":"1"/);
	const { socket, until } = await connection(t, port);
	socket.write(get(`/v2/keys/w?wait=true&waitIndex=${index + 2}`));
	await until(/\r\n\r\n/);
	await raw(port, put("/w", "value=2"));
	await raw(port, put("/w", "value=3"));
	assert.doesNotMatch(await until(/0\r\n\r\n$/), /"node":{[^}]*"value":"2"/);
});

test("a wait from an index that is compacted is the error 401", async (t) => {
	const { member, port } = await inFront(t);
	let index = 0;
	for (const value of [1, 2, 3])
		index = await indexAfter(port, put("/w", `value=${value}`));
	await ctl(member, ["compact", String(index)]);
	const { status, body } = await raw(
		port,
		get("/v2/keys/w?wait=true&waitIndex=2"),
	);
	assert.equal(status, "HTTP/1.1 400 Bad Request");
	assert.match(
		body,
		/^{"errorCode":401,"message":"The event in requested index is outdated and cleared",/,
	);
});

/** Resolves when the server tells that it is healthy, or that it is not. */
async function hasHealth(port, isHealthy) {
	const expected = `${isHealthy ? 200 : 503} {"health":"${isHealthy}"}`;
	const found = async () => {
		const { status, body } = await raw(port, get("/health"));
		return `${status.split(" ")[1]} ${body}`;
	};
	await until(
		async () => (await found()) === expected,
		() => new Error(`the health is not ${expected}`),
	);
}

test("a server is healthy as long as a quorum of its cluster answers", async (t) => {
	const binary = binaryOf(CTL_VERSION, "v3");
	const cluster = await startCluster(3, { binary, v2: false });
	t.after(() => cluster.stop());
	const { port } = await served(t, {
		hosts: cluster.hosts,
		client: { api: "v3" },
	});
	await hasHealth(port, true);
	await cluster.members[2].kill();
	await hasHealth(port, true);
	await cluster.members[1].kill();
	await hasHealth(port, false);
});

test("a user who may not read the keys does not make a server unhealthy", async (t) => {
	const member = await v3Etcd(t);
	const user = { user: "nobody", pass: "secret" };
	await enableAuth(member, { nobody: { pass: user.pass } });
	const client = { api: "v3", auth: user };
	const { port } = await served(t, { hosts: member.host, client });
	await hasHealth(port, true);
	assert.match((await raw(port, get("/v2/keys/a"))).body, /"errorCode":110/);
});

test("a cluster that does not answer is the error 300, and its server is not healthy", async (t) => {
	const hosts = `127.0.0.1:${await closedPort()}`;
	const { port } = await served(t, { hosts, client: { api: "v3" } });
	for (const request of [
		get("/v2/keys/a"),
		put("/a", "value=1"),
		get("/v2/keys/a?wait=true"),
	]) {
		const { status, body } = await raw(port, request);
		assert.equal(status, "HTTP/1.1 500 Internal Server Error");
		assert.match(
			body,
			/^{"errorCode":300,"message":"Raft Internal Error","cause":"[^"]*ECONNREFUSED/,
		);
	}
	await hasHealth(port, false);
});

test("a client that waits from index to index needs one watch for all events", async (t) => {
	const { member, port } = await inFront(t);
	const count = 50;
	for (let i = 0; i < count; i++) await raw(port, put("/d/w", `value=${i}`));
	let index = 1;
	for (let i = 0; i < count; i++) {
		const path = `/v2/keys/d?wait=true&recursive=true&waitIndex=${index + 1}`;
		const { node } = JSON.parse((await raw(port, get(path))).body);
		assert.equal(node.value, `${i}`);
		index = node.modifiedIndex;
	}
	const { body } = await ask(`${member.url}/metrics`);
	const [, requests] = WATCH_REQUESTS.exec(body);
	assert.ok(requests < count / 2, `${requests} requests of watches`);
});

test("a wait from the index behind a transaction of another program brings nothing of that transaction", async (t) => {
	const { member, port } = await inFront(t);
	const index = await indexAfter(port, put("/d/a", "value=1"));
	const set = "put /d/a 2\nput /d/b 2\n";
	await ctl(member, ["txn"], { input: `\n${set}\n\n` });
	await raw(port, put("/d/c", "value=3"));
	const wait = (from) =>
		raw(port, get(`/v2/keys/d?wait=true&recursive=true&waitIndex=${from}`));
	assert.match((await wait(index + 1)).body, /"value":"2"/);
	assert.match((await wait(index + 2)).body, /"key":"\/d\/c"/);
});

test("the cluster's id is the same from each server, however its hosts are written, and members differ", async (t) => {
	const member = await v3Etcd(t);
	const client = { api: "v3" };
	const port = new URL(member.url).port;
	const found = [];
	for (const hosts of [`127.0.0.1:${port}`, `localhost:${port}`]) {
		const { port: own } = await served(t, { hosts, client });
		const { fields } = await raw(own, put("/id", "value=1"));
		const { body } = await raw(own, get("/v2/stats/self"));
		found.push([fieldOf(fields, "X-Etcd-Cluster-Id"), JSON.parse(body).id]);
	}
	const status = await ctl(member, ["endpoint", "status", "-w", "json"]);
	const id = BigInt(/"cluster_id":(\d+)/.exec(status)[1]).toString(16);
	assert.deepEqual([found[0][0], found[1][0]], [id, id]);
	assert.notEqual(found[0][1], found[1][1]);
});

test("an etcd with the v2 API may be behind a server, too", async (t) => {
	const hosts = await sharedEtcd();
	const { port } = await served(t, { hosts, client: { api: "v2" } });
	const key = prefix();
	const { body } = await raw(port, put(`/${key}a`, "value=1"));
	assert.match(body, /^\{"action":"set".*\}\n$/);
	assert.doesNotMatch(body, /\n\n/);
});
