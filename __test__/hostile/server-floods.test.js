// Floods of what a server must keep: waits, forms, answers that nobody reads.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { raw } = require("../support/server/raw");
const {
	MEBI,
	endOf,
	formOf,
	get,
	put,
	serverProcess,
} = require("../support/server/process");

const SHORT_MS = 3000;
const POLL_MS = 20;
const MOST_WAITS = 500;
const BELOW = 1000;
const LARGE = 10 * MEBI - 100;
/** More than the memory for large forms, and that for large answers, allows at once. */
const MANY = 40;
const PIPELINED = 100_000;

const wait = (key) => get(`/v2/keys/${key}?wait=true`);

test("waits over the limit are refused, and those that were abandoned are freed", async (t) => {
	const server = await serverProcess(t, { maxWaits: MOST_WAITS });
	const sockets = [];
	for (let at = 0; at < MOST_WAITS; at++)
		sockets.push(await server.open(t, wait(`w${at % 7}`)));
	await server.hasWaits(MOST_WAITS);
	await server.under(async () => {
		for (let at = 0; at < 200; at++) {
			const { status, body } = await raw(server.port, wait("w"));
			assert.equal(status, "HTTP/1.1 503 Service Unavailable");
			assert.equal(JSON.parse(body).errorCode, 300);
		}
	});
	for (const [at, socket] of sockets.entries())
		socket[["end", "destroy", "resetAndDestroy"][at % 3]]();
	await server.hasWaits(0);
});

test(`the removal of a directory ends ${BELOW} waits below it`, async (t) => {
	const server = await serverProcess(t);
	const ends = [];
	const keys = Array.from({ length: BELOW }, (_, at) => put(`d/${at}`, 1));
	await Promise.all(keys.map((key) => raw(server.port, key)));
	for (let at = 0; at < BELOW; at++) {
		const socket = await server.open(t, wait(`d/${at}`));
		ends.push(
			new Promise((told) =>
				socket.on("data", (data) => /"action":"delete"/.test(data) && told()),
			),
		);
	}
	await server.hasWaits(BELOW);
	await server.under(async () => {
		const removal =
			"DELETE /v2/keys/d?recursive=true HTTP/1.1\r\nHost: localhost\r\n\r\n";
		assert.match((await raw(server.port, removal)).status, / 200 /);
		await Promise.all(ends);
	});
	await server.hasWaits(0);
});

/** Sockets that send a text and read nothing. */
async function unread(t, server, count, text) {
	const sockets = [];
	for (let at = 0; at < count; at++) {
		const socket = await server.open(t);
		socket.pause();
		socket.write(text);
		sockets.push(socket);
	}
	return sockets;
}

/** Resolves when the server has no more descriptors than so many, however long large answers take. */
async function areClosed(server, descriptors) {
	while (server.descriptors() > descriptors) await sleep(POLL_MS);
}

test(`${PIPELINED} requests on a connection that reads nothing take no memory, and it is cut`, async (t) => {
	const server = await serverProcess(t, { timeout: SHORT_MS });
	const descriptors = server.descriptors();
	const grown = await server.under(async () => {
		await unread(t, server, 5, get("/version").repeat(PIPELINED));
		await areClosed(server, descriptors + 2);
	});
	assert.ok(grown < 20, `grown by ${grown} MiB`);
});

test(`${MANY} large answers that nobody reads have a bound together, and are cut`, async (t) => {
	const server = await serverProcess(t, { timeout: SHORT_MS });
	for (let at = 0; at < 10; at++) {
		const form = `value=${"v".repeat(MEBI)}`;
		const head = formOf(`list/${at}`, `Content-Length: ${form.length}`);
		await raw(server.port, head + form);
	}
	const descriptors = server.descriptors();
	// Where no memory becomes free in time, the answer is short: it is sent, and the connection would go on.
	const last = get("/v2/keys/list").replace(
		"\r\n",
		"\r\nConnection: close\r\n",
	);
	const attack = async () => {
		await unread(t, server, MANY, last);
		await areClosed(server, descriptors + 2);
	};
	const first = await server.under(attack);
	assert.ok(first < 400, `grown by ${first} MiB`);
	const again = await server.under(attack);
	assert.ok(again < 150, `grown again by ${again} MiB`);
});

test(`${MANY} large forms at once have a bound together, and all are stored`, async (t) => {
	const server = await serverProcess(t);
	const form = `value=${"v".repeat(LARGE - 6)}`;
	const text = formOf("large", `Content-Length: ${LARGE}`) + form;
	const grown = await server.under(async () => {
		const puts = Array.from({ length: MANY }, async () => {
			const socket = await server.open(
				t,
				text.replace("\r\n", "\r\nConnection: close\r\n"),
			);
			let start = "";
			socket.on("data", (data) => {
				if (start.length < 100) start += data.toString("latin1");
			});
			await new Promise((end) => socket.once("close", end));
			return start;
		});
		for (const start of await Promise.all(puts))
			assert.match(start, /^HTTP\/1.1 (20[01]|503) /);
	});
	assert.ok(grown < 1500, `grown by ${grown} MiB`);
});

test(`${MANY} large forms that are never finished have a bound together, and are cut`, async (t) => {
	const server = await serverProcess(t, { timeout: SHORT_MS });
	const form = "v".repeat(LARGE - 1);
	const text = formOf("large", `Content-Length: ${LARGE}`) + form;
	const chunked = `${formOf("large", "Transfer-Encoding: chunked")}${LARGE.toString(16)}\r\n${form}`;
	const grown = await server.under(async () => {
		const ends = Array.from({ length: MANY }, async (_, at) =>
			endOf(await server.open(t, at % 2 ? text : chunked)),
		);
		for (const answer of await Promise.all(ends))
			assert.match(answer, /^(HTTP\/1.1 (408|503) |$)/);
	});
	assert.ok(grown < 400, `grown by ${grown} MiB`);
});

test("bytes behind a wait do not hide that its client has gone", async (t) => {
	const server = await serverProcess(t);
	const behind = get("/version").repeat(100);
	for (const go of ["end", "destroy", "resetAndDestroy"]) {
		const socket = await server.open(t, wait("w") + behind);
		await server.hasWaits(1);
		socket[go]();
		await server.hasWaits(0);
	}
});
