// What a host that sends without end costs in memory, in a process of its own.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inChild } = require("../support/child");
const { rawHost, writeForEver } = require("../support/hosts/raw-host");

const LIMIT = 1024 * 1024;
const OK = "HTTP/1.1 200 OK\r\n";
const BAD = "HTTP/1.1 400 Bad Request\r\n";
const CHUNKS = "transfer-encoding: chunked\r\n\r\n";
const PIECE = "y".repeat(64 * 1024);
const CHUNK = `10000\r\n${PIECE}\r\n`;
const CALLS = 100;
/** Of the whole process, at its peak: far below what 100 answers have sent by then. */
const MOST_MEBIBYTES = 100;

/** Makes calls one after the other; the codes of their errors, and by how many MiB the process has grown at its peak. */
async function peakOf({ subject, call }, url, limit, calls) {
	const store = subject(url, { timeout: 5000, maxResponseSize: limit });
	await call(store, "get", "warm");
	const peak = () => process.resourceUsage().maxRSS / 1024;
	const before = peak();
	const codes = new Set();
	for (let i = 0; i < calls; i++)
		codes.add((await call(store, "push", "k", "v")).args[0].code);
	store.destroy();
	return { codes: [...codes], grown: peak() - before };
}

for (const [what, start, piece, code] of [
	["a body until the end", `${OK}\r\n`, PIECE, "ERR_ETCD_RESPONSE_TOO_LARGE"],
	["chunks", OK + CHUNKS, CHUNK, "ERR_ETCD_RESPONSE_TOO_LARGE"],
	["an error", BAD + CHUNKS, CHUNK, "ERR_ETCD_RESPONSE_TOO_LARGE"],
	[
		"one chunk of 16 EB",
		`${OK}${CHUNKS}ffffffffffffffff\r\n`,
		PIECE,
		"ERR_ETCD_RESPONSE_TOO_LARGE",
	],
	[
		"a length of 5 GB",
		`${OK}content-length: 5368709120\r\n\r\n`,
		PIECE,
		"ERR_ETCD_RESPONSE_TOO_LARGE",
	],
	["headers", OK, `x: ${PIECE.slice(0, 1000)}\r\n`, "HPE_INVALID_CONSTANT"],
	[
		"interim responses",
		"",
		"HTTP/1.1 100 Continue\r\n\r\n".repeat(100),
		"HPE_INVALID_CONSTANT",
	],
	[
		"trailers",
		`${OK}${CHUNKS}0\r\n`,
		`x: ${PIECE.slice(0, 1000)}\r\n`,
		"ECONNRESET",
	],
])
	test(`${what} without end, 100 times, take no memory`, async (t) => {
		const host = await rawHost(t, (socket) => {
			socket.write(start);
			writeForEver(socket, piece);
		});
		const { result, code: exit } = await inChild(peakOf, [
			host.url,
			LIMIT,
			CALLS,
		]);
		assert.equal(exit, 0);
		assert.deepEqual(result.codes, [code]);
		assert.ok(result.grown < MOST_MEBIBYTES, `grown by ${result.grown} MiB`);
	});
