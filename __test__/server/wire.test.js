// Raw requests to an etcd 3.4.23 and to a server in front of a store in memory: the answers are the same, byte for byte.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const { test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { promisify } = require("node:util");
const { until } = require("../support/etcd/member");
const { connection, raw } = require("../support/server/raw");
const { besideEtcd, indexOf } = require("./beside");
const { normalised } = require("./normalise");
const { Exchanges } = require("./random-exchanges");
const { REFUSED, WRITES, get, put, random, request } = require("./requests");

const FIXED_SEED = 14;
const SEED = Number(process.env.WIRE_SEED ?? 5);
const COUNT = Number(process.env.WIRE_REQUESTS ?? 900);

const beside = besideEtcd();

async function assertSame(port, requests) {
	for (const text of requests) {
		const [theirs, ours] = [
			await raw(beside.etcd, text),
			await raw(port, text),
		];
		const shown = JSON.stringify(text.slice(0, 300));
		assert.equal(normalised(ours), normalised(theirs), shown);
	}
}

test("requests that are refused, and those for other resources", async (t) => {
	await assertSame(await beside(t), REFUSED);
});

/** Resources that describe the server itself. */
const OF_SERVER = [
	...["/version", "/health", "/v2/machines", "/v2/members", "/v2/members/"],
	...["/v2/members/leader", "/v2/stats/self", "/v2/stats/leader"],
	"/v2/stats/store",
];

/** An answer without names, ids, addresses, times and counts. A server of this package has no URL for peers. */
function withoutIdentity(answer) {
	return answer
		.replace(/"name":"[^"]*"/g, '"name":"N"')
		.replace(/"peerURLs":\[[^\]]*\]/g, '"peerURLs":[]')
		.replace(/http:\/\/127\.0\.0\.1:\d+/g, "URL")
		.replace(/"[0-9a-f]{16}"/g, '"ID"')
		.replace(
			/"startTime":"[\d-]{10}T[\d:]{8}\.\d{1,9}(Z|[+-][\d:]{5})"/g,
			'"startTime":"T"',
		)
		.replace(/"uptime":"[\dhm.]+s"/g, '"uptime":"T"')
		.replace(/:\d+(?=[,}])/g, ":0");
}

test("what describes the server is the same, but for names, ids, addresses, times and counts", async (t) => {
	const ports = [beside.etcd, await beside(t)];
	for (const path of OF_SERVER) {
		const [theirs, ours] = await Promise.all(
			ports.map(async (port) =>
				withoutIdentity(normalised(await raw(port, get(path)))),
			),
		);
		assert.equal(ours, theirs, path);
		assert.match(ours, /^Content-Length: true$/m);
	}
});

test("requests that write, and what is read afterwards", async (t) => {
	await assertSame(await beside(t), WRITES);
});

test("requests of a client that has closed its side are answered, and its wait ends", async (t) => {
	const port = await beside(t);
	for (const to of [beside.etcd, port]) {
		const { socket, text } = await connection(t, to);
		socket.end(put("/half", "value=1") + put("/half", "value=2"));
		await once(socket, "close");
		assert.deepEqual(text().match(/^HTTP\/1.1 \d+/gm), [
			"HTTP/1.1 201",
			"HTTP/1.1 200",
		]);
		const wait = await connection(t, to);
		wait.socket.end(get("/v2/keys/half?wait=true"));
		await once(wait.socket, "close");
		const { body } = await raw(to, get("/v2/keys/half"));
		assert.equal(JSON.parse(body).node.value, "2");
	}
});

test("a write is done, also if its client goes without its answer", async (t) => {
	const port = await beside(t);
	for (const to of [beside.etcd, port]) {
		const { socket } = await connection(t, to);
		const isWritten = promisify(socket.write.bind(socket));
		await isWritten(put("/left", "value=1"));
		socket.resetAndDestroy();
		await until(
			async () => (await raw(to, get("/v2/keys/left"))).status.includes("200"),
			() => new Error("the write is lost"),
		);
		await raw(to, request("DELETE", "/v2/keys/left"));
	}
});

/** The counters of `/v2/stats/store`, in its order. */
async function countersOf(port) {
	const { body } = await raw(port, get("/v2/stats/store"));
	const { watchers, ...counters } = JSON.parse(body);
	return counters;
}

/** How much each counter has grown meanwhile. */
async function countedBy(port, work) {
	const before = await countersOf(port);
	await work();
	const after = Object.entries(await countersOf(port));
	const grown = after.map(([name, count]) => [name, count - before[name]]);
	return Object.fromEntries(grown);
}

/**
 * Counters without etcd's defects: each request is one more failed read, for the users; a create below a file is also a failed set; a
 * compare that fails is a success of compareAndDelete.
 */
function withoutDefects({ getsFail, setsFail, ...counters }) {
	const { compareAndDeleteSuccess, compareAndDeleteFail, ...rest } = counters;
	const compared = compareAndDeleteSuccess + compareAndDeleteFail;
	return { ...rest, compared };
}

/** Waits, and what reads the store in etcd alone. */
const NOT_COUNTED = /wait=|\/health/;

test("the same calls count the same in the statistics of the store", async (t) => {
	const ports = [beside.etcd, await beside(t)];
	const [theirs, ours] = await Promise.all(
		ports.map((port) =>
			countedBy(port, async () => {
				for (const text of [...WRITES, ...random(300, FIXED_SEED)])
					if (!NOT_COUNTED.test(text)) await raw(port, text);
			}),
		),
	);
	assert.deepEqual(withoutDefects(ours), withoutDefects(theirs));
	const [{ getsFail, ...counted }, { getsFail: all }] = [ours, theirs];
	const calls = Object.values(counted).reduce((sum, count) => sum + count, 0);
	// A create below a file counts twice in etcd.
	const twice = theirs.setsFail - ours.setsFail;
	assert.ok(twice > 0 && twice < theirs.createFail);
	assert.equal(all - getsFail, calls + getsFail);
});

test("what has expired is counted, a directory once with all below it", async (t) => {
	const ports = [beside.etcd, await beside(t)];
	const counted = ports.map((port) =>
		countedBy(port, async () => {
			await raw(port, put("/x/a", "value=1&ttl=1"));
			await raw(port, put("/x/d", "dir=true&ttl=1"));
			await raw(port, put("/x/d/a", "value=1&ttl=1000"));
			const isThere = async (key) =>
				(await raw(port, get(`/v2/keys/x/${key}`))).status.includes("200");
			while ((await isThere("a")) || (await isThere("d"))) await sleep(50);
		}),
	);
	const found = await Promise.all(counted);
	assert.deepEqual(
		found.map(({ setsSuccess, expireCount }) => [setsSuccess, expireCount]),
		[
			[3, 2],
			[3, 2],
		],
	);
});

for (const seed of new Set([FIXED_SEED, SEED]))
	test(`${COUNT} random requests of the seed ${seed}`, async (t) => {
		t.diagnostic(`WIRE_SEED=${seed} WIRE_REQUESTS=${COUNT}`);
		const ports = [beside.etcd, await beside(t)];
		const exchanges = new Exchanges(ports, seed, await indexOf(ports[0]));
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
		for (const to of [beside.etcd, port]) {
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
	for (const to of [beside.etcd, port]) {
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
