// Raw requests to an etcd 3.4.23 and to a server in front of a store in memory: the answers are the same, byte for byte.
const assert = require("node:assert/strict");
const { before, after, test } = require("node:test");
const { binaryOf } = require("../../scripts/etcd-folder");
const { startEtcd } = require("../support");
const { get: fetchText, until } = require("../support/etcd/member");
const { connection, raw, fieldOf } = require("../support/server/raw");
const { DIFFERENT, SAME } = require("./malformed");
const { normalised } = require("./normalise");
const { Exchanges } = require("./random-exchanges");
const { REFUSED, WRITES, del, get, put, request } = require("./requests");
const { served } = require("./stage");

const VERSION = "3.4.23";
const WRITERS = 50;
const FIXED_SEED = 14;
const SEED = Number(process.env.WIRE_SEED ?? Date.now() % 1_000_000);
const COUNT = Number(process.env.WIRE_REQUESTS ?? 900);

let etcd;
let member;

before(async () => {
	const binary = binaryOf(VERSION, "v2");
	member = await startEtcd({ binary, v2: true });
	etcd = member.port;
	// etcd writes the cluster's version into the store, which raises its index.
	await until(
		async () =>
			/"3\.4\.0"/.test((await fetchText(`${member.url}/version`, {})).body),
		() => new Error("the cluster has no version"),
	);
});

after(() => member.stop());

async function indexOf(port) {
	const { fields } = await raw(port, get("/v2/keys/none"));
	return Number(fieldOf(fields, "X-Etcd-Index"));
}

async function emptyEtcd() {
	const { body } = await raw(etcd, get("/v2/keys/"));
	const text = Buffer.from(body, "latin1").toString();
	const keys = (JSON.parse(text).node.nodes ?? []).map(({ key }) => key);
	for (const key of [...keys, "/_hidden"])
		await raw(etcd, del(`${encodeURI(key)}?recursive=true`));
}

/** Writes a hidden key until a store has an index. */
async function raise(port, index) {
	for (let left = index - (await indexOf(port)); left > 0; left -= WRITERS)
		await Promise.all(
			Array.from({ length: Math.min(left, WRITERS) }, () =>
				raw(port, put("/_level", "value=1")),
			),
		);
}

/** A server whose store has the index and the keys of etcd's. */
async function beside(t) {
	const { port } = await served(t);
	await emptyEtcd();
	await raise(port, (await indexOf(etcd)) + 1);
	await raise(etcd, await indexOf(port));
	return port;
}

async function assertSame(port, requests) {
	for (const text of requests) {
		const [theirs, ours] = [await raw(etcd, text), await raw(port, text)];
		const shown = JSON.stringify(text.slice(0, 300));
		assert.equal(normalised(ours), normalised(theirs), shown);
	}
}

test("requests that are refused, and those for other resources", async (t) => {
	await assertSame(await beside(t), REFUSED);
});

test("requests that write, and what is read afterwards", async (t) => {
	await assertSame(await beside(t), WRITES);
});

test("malformed requests", async (t) => {
	const port = await beside(t);
	await raw(etcd, request("DELETE", "/v2/keys/m"));
	const statusOf = async (to, text) =>
		Number((await raw(to, text)).status?.split(" ")[1] ?? 0);
	const table = [
		...SAME.map(([text, status]) => [text, status, status]),
		...DIFFERENT,
	];
	for (const [text, ...expected] of table) {
		const found = [await statusOf(etcd, text), await statusOf(port, text)];
		assert.deepEqual(found, expected, JSON.stringify(text));
	}
});

for (const seed of new Set([FIXED_SEED, SEED]))
	test(`${COUNT} random requests of the seed ${seed}`, async (t) => {
		t.diagnostic(`WIRE_SEED=${seed} WIRE_REQUESTS=${COUNT}`);
		const ports = [etcd, await beside(t)];
		const exchanges = new Exchanges(ports, seed, await indexOf(etcd));
		for (let count = 0; count < COUNT; ) {
			const { methods, text, theirs, ours, isListed } = await exchanges.next();
			count += methods.length;
			if (isListed) continue;
			const shown = JSON.stringify(text.slice(0, 600));
			const where = `WIRE_SEED=${seed}, up to request ${count}: ${shown}`;
			assert.equal(ours, theirs, where);
		}
	});

test("a form of 10 MiB is taken, and a longer one is not", async (t) => {
	const form = `value=${"x".repeat(10 * 1024 * 1024 - 6)}`;
	const port = await beside(t);
	const answers = [];
	for (const length of [form.length, form.length + 1, form.length + 2 ** 20])
		for (const to of [etcd, port]) {
			const answer = await raw(to, put("/big", form.padEnd(length, "x")));
			// etcd closes the connection only where more than 256 KiB are left.
			answers.push(normalised(answer).replace("Connection: close\n", ""));
		}
	assert.equal(answers[1], answers[0]);
	assert.equal(answers[3], answers[2]);
	assert.match(answers[3], /http: POST too large/);
	assert.equal(answers[5], answers[3]);
});

test("a wait has its header section at once, and its event ends it in one chunk", async (t) => {
	const port = await beside(t);
	const texts = [];
	for (const to of [etcd, port]) {
		const { socket, text, until } = await connection(t, to);
		socket.write(get("/v2/keys/w?wait=true&recursive=true"));
		await until(/\r\n\r\n/);
		await raw(to, put("/w/a", "value=1"));
		await until(/0\r\n\r\n$/);
		socket.write(get("/v2/keys/w/a?wait=true&waitIndex=1"));
		await until(/0\r\n\r\n.*0\r\n\r\n$/s);
		texts.push(
			text()
				.replace(/^(Access|Date|X-Raft|X-Etcd-Cluster).*\r\n/gm, "")
				// The size of a chunk.
				.replace(/^[\dA-F]+(?=\r$)/gm, (size) => size.toLowerCase()),
		);
	}
	assert.deepEqual(...texts.map((text) => text.split("\r\n").sort()));
});
