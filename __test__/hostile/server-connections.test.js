// Connections to a server that are many, slow, or no HTTP. HOSTILE_CONNECTIONS: how many in turn.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const https = require("node:https");
const { test } = require("node:test");
const { until } = require("../support/etcd/member");
const { raw } = require("../support/server/raw");
const {
	endOf,
	formOf,
	get,
	put,
	serverProcess,
} = require("../support/server/process");
const { certificates } = require("../support/tls/certificates");

const CONNECTIONS = Number(process.env.HOSTILE_CONNECTIONS) || 2000;
const AT_ONCE = 20;
const LORISES = 100;
const SHORT_MS = 1000;
const WAIT = get("/v2/keys/w?wait=true");
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/** What a client sends, how it then goes, and whether it goes only after the first bytes of an answer. */
const CLIENTS = [
	[get("/v2/keys/"), "end", true],
	[put("a", "1"), "destroy", true],
	[put("a", "1"), "destroy"],
	["", "destroy"],
	["GET /v2/ke", "resetAndDestroy"],
	[WAIT, "destroy", true],
	[WAIT, "resetAndDestroy", true],
	[WAIT, "end"],
	[`${WAIT}${get("/version")}`, "destroy", true],
	[formOf("a", "Content-Length: 5"), "resetAndDestroy"],
	[`${formOf("a", "Transfer-Encoding: chunked")}ffff\r\nx`, "destroy"],
	["\0\xff\x16\x03\x01\r\n\r\n", "end", true],
	[PREFACE, "end", true],
];

async function comeAndGo(t, server, [text, go, isPatient]) {
	const socket = await server.open(t, text);
	const ended = endOf(socket);
	if (isPatient) await Promise.race([once(socket, "data"), ended]);
	socket[go]();
	await ended;
}

async function inTurn(t, server, count) {
	for (let begun = 0; begun < count; begun += AT_ONCE) {
		const batch = Array.from({ length: AT_ONCE }, (_, at) =>
			comeAndGo(t, server, CLIENTS[(begun + at) % CLIENTS.length]),
		);
		await Promise.all(batch);
	}
}

test(`${CONNECTIONS} connections in turn leave no memory, no descriptor and no wait`, async (t) => {
	const server = await serverProcess(t);
	await inTurn(t, server, 500);
	await server.hasWaits(0);
	const descriptors = server.descriptors();
	const grown = await server.under(() => inTurn(t, server, CONNECTIONS));
	await server.hasWaits(0);
	await until(
		() => server.descriptors() <= descriptors,
		() => new Error(`${server.descriptors()} descriptors, not ${descriptors}`),
	);
	assert.ok(grown < 30, `grown by ${grown} MiB`);
});

/** What a slow client has sent, and what it then sends again and again. */
const SLOW = [
	["", "G"],
	["GET /", "x"],
	["GET / HTTP/1.1\r\nX: ", "y"],
	["GET / HTTP/1.1\r\n", "X: y\r\n"],
	[formOf("a", "Content-Length: 1000"), "v"],
	[formOf("a", "Transfer-Encoding: chunked"), "1\r\nv\r\n"],
	[`${formOf("a", "Transfer-Encoding: chunked")}1;`, "x"],
	[`${formOf("a", "Transfer-Encoding: chunked")}0\r\n`, "X: y\r\n"],
];

async function loris(t, server, at) {
	const [text, more] = SLOW[at % SLOW.length];
	const socket = await server.open(t, text);
	const timer = setInterval(() => socket.write(more), SHORT_MS / 10);
	await endOf(socket);
	clearInterval(timer);
}

test(`${LORISES} clients that send a byte now and then are cut, and harm no other`, async (t) => {
	const server = await serverProcess(t, { timeout: SHORT_MS });
	const all = Array.from({ length: LORISES }, (_, at) => at);
	await server.under(() => Promise.all(all.map((at) => loris(t, server, at))));
});

test("connections over the limit are closed at once, and those within it are served", async (t) => {
	const server = await serverProcess(t, { maxConnections: 50 });
	const kept = [];
	for (let at = 0; at < 40; at++) kept.push(await server.open(t, WAIT));
	await server.hasWaits(40);
	await server.under(async () => {
		for (let round = 0; round < 20; round++) {
			const over = [];
			for (let at = 0; at < 8; at++) over.push(await server.open(t));
			for (const socket of over) socket.destroy();
		}
	});
	const closed = [];
	for (let at = 0; at < 200; at++) closed.push(server.open(t));
	const ended = (await Promise.all(closed)).map(endOf);
	await Promise.race(ended);
	for (const socket of kept) socket.destroy();
	await until(
		async () => !(await raw(server.port, get("/"))).closed,
		() => new Error("no connection has ended"),
	);
});

test("a TLS handshake that does not end, garbage, and plain HTTP harm no client that speaks TLS", async (t) => {
	const { good, ca: authority } = await certificates();
	const server = await serverProcess(t, { timeout: SHORT_MS, tls: good.tls });
	const ask = async () => {
		const url = `https://127.0.0.1:${server.port}/version`;
		const [answer] = await once(
			https.get(url, { ca: authority.tls.cert, agent: false }),
			"response",
		);
		answer.resume();
		return answer.statusCode;
	};
	const texts = [
		"",
		"\x16\x03\x01\x02\0",
		"\x16\x03\x01\x40\0\x01\0\x3f\xfc",
		get("/version"),
		"\xff".repeat(10_000),
		PREFACE,
	];
	const ended = texts.map(async (text) => endOf(await server.open(t, text)));
	assert.equal(await ask(), 200);
	for (const text of await Promise.all(ended)) assert.doesNotMatch(text, /200/);
	assert.equal(await ask(), 200);
});
