// Clients that mean harm, or are slow, or go: they end, and no other client is harmed.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Chance } = require("../differential/prng");
const { until } = require("../support/etcd/member");
const { connection, firstOf, raw } = require("../support/server/raw");
const { REFUSED, WRITES, get, put, random } = require("./requests");
const { served } = require("./stage");

const WAIT = get("/v2/keys/w?wait=true");
const SHORT_MS = 300;
const MUTANTS = 1500;

async function statusOf(port, request = get("/v2/keys/")) {
	return (await raw(port, request)).status;
}

/** Resolves when the server has so many registered waits. */
async function hasWaits({ port }, count) {
	const waits = async () =>
		JSON.parse((await raw(port, get("/v2/stats/store"))).body).watchers;
	await until(
		async () => (await waits()) === count,
		() => new Error("the number of waits is another one"),
	);
}

async function waiting(t, { port }) {
	const opened = await connection(t, port);
	opened.socket.write(WAIT);
	await opened.until(/\r\n\r\n/);
	return opened;
}

test("a header section, a body or a handshake that is slow ends its connection alone", async (t) => {
	const { port } = await served(t, { timeout: SHORT_MS });
	const table = [
		["", /^$/],
		["GET /v2/keys/ HT", /^$/],
		["GET /v2/keys/ HTTP/1.1\r\nHost: localhost\r\nX:", /^$/],
		[put("/a", "value=1").slice(0, -1), /^HTTP\/1.1 408 Request Timeout\r\n/],
	];
	const slow = table.map(async ([text, answer]) => {
		const { socket, text: received } = await connection(t, port);
		socket.write(text);
		await firstOf(socket, "close");
		assert.match(received(), answer);
	});
	assert.equal(await statusOf(port), "HTTP/1.1 200 OK");
	await Promise.all(slow);
	assert.equal(
		await statusOf(port, get("/v2/keys/a")),
		"HTTP/1.1 404 Not Found",
	);
});

test("an answer that is not read is cut", async (t) => {
	const { port } = await served(t, { timeout: SHORT_MS });
	await raw(port, put("/big", `value=${"x".repeat(10_000_000)}`));
	const { socket, text } = await connection(t, port);
	socket.pause();
	socket.write(get("/v2/keys/big"));
	// A slow reader learns of the end only by reading: first the server must have had its time.
	await new Promise((resolve) => setTimeout(resolve, 4 * SHORT_MS));
	socket.resume();
	await firstOf(socket, "close");
	assert.ok(text().length < 10_000_000, `${text().length} bytes`);
});

test("a wait has no time limit, but its end by its client frees it", async (t) => {
	const server = await served(t, { timeout: SHORT_MS, maxWaits: 2 });
	const [one, other] = [await waiting(t, server), await waiting(t, server)];
	assert.equal(
		await statusOf(server.port, WAIT),
		"HTTP/1.1 503 Service Unavailable",
	);
	await new Promise((resolve) => setTimeout(resolve, 3 * SHORT_MS));
	one.socket.destroy();
	await hasWaits(server, 1);
	await waiting(t, server);
	await raw(server.port, put("/w", "value=1"));
	await other.until(/"value":"1"/);
	await hasWaits(server, 0);
});

test("a connection over the limit is closed, until another one ends", async (t) => {
	const server = await served(t, { maxConnections: 2 });
	const [one] = [await waiting(t, server), await waiting(t, server)];
	assert.equal((await raw(server.port, get("/"))).closed, true);
	one.socket.destroy();
	await until(
		async () => !(await raw(server.port, get("/"))).closed,
		() => new Error("the connection has not ended"),
	);
});

/** Sends a request on a connection, and resolves when it is answered. */
async function ask({ socket, text, until }) {
	const answered = text().split("HTTP/1.1 200 OK").length;
	socket.write(get("/v2/keys/"));
	await until(new RegExp(`(HTTP/1.1 200 OK.*){${answered}}}}\n$`, "s"));
}

async function idle(t, { port }) {
	const opened = await connection(t, port);
	await ask(opened);
	return opened;
}

async function closed({ socket }) {
	if (!socket.closed) await firstOf(socket, "close");
}

test("from half of the limit on, each new connection ends the one that has been idle for the longest time", async (t) => {
	const server = await served(t, { maxConnections: 6 });
	const wait = await waiting(t, server);
	const first = await idle(t, server);
	const second = await idle(t, server);
	const third = await idle(t, server);
	await closed(first);
	await ask(second);
	await idle(t, server);
	await closed(third);
	await ask(second);
	const isSet = second.until(/201 Created/);
	second.socket.write(put("/w", "value=1"));
	await Promise.all([wait.until(/"value":"1"/), isSet]);
});

test("a header section or a chunked form without an end is refused", async (t) => {
	const { port } = await served(t);
	const long = `GET /v2/keys/ HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(1_000_000)}\r\n\r\n`;
	assert.match(await statusOf(port, long), /^HTTP\/1.1 431 /);
	const { socket, text } = await connection(t, port);
	socket.write(
		put(
			"/a",
			"",
			"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n",
		).replace(/Content-Length.*\r\n/, ""),
	);
	const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
	for (let sent = 0; sent < 400 && !socket.destroyed; sent++) {
		if (text() !== "") break;
		if (!socket.write(chunk)) await firstOf(socket, "drain", "close");
	}
	await until(
		() => /POST too large/.test(text()) || socket.destroyed,
		() => new Error(`no end: ${text()}`),
	);
	assert.equal(await statusOf(port), "HTTP/1.1 200 OK");
});

/** A request of which some bytes are others, or missing, or there twice. */
function mutant(chance, text) {
	const bytes = [...Buffer.from(text, "latin1")];
	for (let change = chance.below(4); change >= 0; change--) {
		const at = chance.below(bytes.length);
		const inserted = [[], [chance.below(256)], bytes.slice(at, at + 20)];
		bytes.splice(at, chance.below(3), ...chance.one(inserted));
	}
	return Buffer.from(bytes).toString("latin1");
}

test(`${MUTANTS} mutants of requests harm no other client`, async (t) => {
	const { port, store } = await served(t, { timeout: 2000 });
	await store.promises.set("kept", "1");
	const chance = new Chance(7);
	const sources = [...REFUSED, ...WRITES, ...random(100, 3)];
	for (let sent = 0; sent < MUTANTS; sent += 50) {
		const opened = Array.from({ length: 50 }, async () => {
			const { socket } = await connection(t, port);
			socket.end(mutant(chance, chance.one(sources)), "latin1");
			await firstOf(socket, "close", "data");
			socket.destroy();
		});
		await Promise.all(opened);
	}
	assert.equal(
		(await raw(port, get("/v2/keys/kept"))).status,
		"HTTP/1.1 200 OK",
	);
	assert.equal((await store.promises.get("kept")).node.value, "1");
});
