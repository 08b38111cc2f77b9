// Answers at the edges of HTTP/1.1, beside Node's own parser: where Node refuses an answer, so does this package, and where both
// accept it, they read the same. PARSER_CASES: how many answers; PARSER_SEED and PARSER_PATH: a failure again.
const assert = require("node:assert/strict");
const http = require("node:http");
const { test } = require("node:test");
const fc = require("fast-check");
const { call } = require("../support");
const { client } = require("../support/lifetime");
const { rawHost } = require("../support/hosts/raw-host");

const CASES = Number(process.env.PARSER_CASES) || 500;
const SEED = Number(process.env.PARSER_SEED) || undefined;
const PATH = process.env.PARSER_PATH;
const TIMEOUT_MS = 5000;

/** Answers that Node accepts and this package refuses, each with the reason. */
const STRICTER = [
	[/HTTP\/1\.1 101 /, "a switch of protocols that no request has asked for"],
	[
		/^HTTP\/1\.[01] 200 [^\P{Cc}\r\n]/mu,
		"a control character in the reason phrase",
	],
	[/HTTP\/(?!1\.[01] )/, "a version other than 1.0 and 1.1"],
	[
		/\n[^\n]*transfer-encoding:(?!\s*chunked\s*\r?\n)/i,
		"a coding of the body that no request has asked for",
	],
];

const one = (...texts) => fc.constantFrom(...texts);

/** Mostly the first text: an answer with many faults would show none of them. */
const mostly = (usual, ...others) =>
	fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, one(...others));

const statusLines = mostly(
	"HTTP/1.1 200 OK",
	"HTTP/1.0 200 OK",
	"HTTP/1.1 200",
	"HTTP/1.1 200 ",
	"HTTP/1.1  200 OK",
	"HTTP/1.1 0200 OK",
	"HTTP/1.1 20 OK",
	"HTTP/1.1 99 OK",
	"HTTP/1.1 204 No",
	"HTTP/1.1 304 No",
	"HTTP/1.1 404 No",
	"HTTP/1.1 500 No",
	"HTTP/1.1 200 \x01",
	"HTTP/1.1 200 \xe9",
	"HTTP/1.2 200 OK",
	"HTTP/2.0 200 OK",
	"HTTP/0.9 200 OK",
	"http/1.1 200 OK",
	" HTTP/1.1 200 OK",
	"HTTP/1.1\t200 OK",
);

const lineEnds = mostly("\r\n", "\n", "\r", "\r\r\n", "\n\r");

const fields = one(
	"content-length: 5",
	"Content-Length: 5",
	"content-length:5",
	"content-length: 05",
	"content-length: +5",
	"content-length: -5",
	"content-length: 5,5",
	"content-length: 5, 5",
	"content-length: 4",
	"content-length: 0",
	"content-length: ",
	"content-length: 5 ",
	"content-length: 0x5",
	"content-length: 99999999999999999999",
	"content-length : 5",
	" content-length: 5",
	"transfer-encoding: chunked",
	"Transfer-Encoding: Chunked",
	"transfer-encoding: chunked, chunked",
	"transfer-encoding: gzip, chunked",
	"transfer-encoding: chunked, gzip",
	"transfer-encoding: identity",
	"transfer-encoding: xchunked",
	"transfer-encoding:\tchunked",
	"transfer-encoding: chunked ;a=b",
	"connection: close",
	"connection: keep-alive",
	"connection: keep-alive, close",
	"keep-alive: timeout=5",
	"x-etcd-index: 7",
	"x: \x00",
	"x: \x7f",
	"x: \xff",
	"x: a\tb",
	"x:",
	"x",
	": x",
	"x y: z",
	"x\x01: z",
	"x: a\r b",
	"\tfolded",
);

const bodies = one(
	"hello",
	"",
	"hell",
	"helloo",
	"5\r\nhello\r\n0\r\n\r\n",
	"5;x=y\r\nhello\r\n0\r\n\r\n",
	'5;x="\r\n"\r\nhello\r\n0\r\n\r\n',
	"05\r\nhello\r\n00\r\n\r\n",
	"5 \r\nhello\r\n0\r\n\r\n",
	"+5\r\nhello\r\n0\r\n\r\n",
	"0x5\r\nhello\r\n0\r\n\r\n",
	"5\nhello\n0\n\n",
	"5\r\nhello0\r\n\r\n",
	"4\r\nhello\r\n0\r\n\r\n",
	"5\r\nhello\r\n0\r\n",
	"5\r\nhello\r\n0\r\nx: y\r\n\r\n",
	"5\r\nhello\r\n0\r\nx\r\n\r\n",
	"5\r\nhello\r\n0\r\ncontent-length: 3\r\n\r\n",
	"5\r\nhello\r\n0\r\ntransfer-encoding: chunked\r\n\r\n",
	"5\r\nhello\r\n0\r\nconnection: close\r\n\r\n",
	"ffffffffffffffff1\r\nhello\r\n",
	"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
	"\r\n5\r\nhello\r\n0\r\n\r\n",
);

const interim = mostly(
	"",
	"HTTP/1.1 100 Continue\r\n\r\n",
	"HTTP/1.1 103 Hints\r\nlink: x\r\n\r\n",
	"HTTP/1.1 101 Switching\r\n\r\n",
	"\r\n",
	"x\r\n",
);

const answers = fc
	.record({
		interim,
		status: statusLines,
		fields: fc.array(fc.tuple(fields, lineEnds), { maxLength: 4 }),
		end: lineEnds,
		blank: mostly("\r\n", "\n", "\r", ""),
		body: bodies,
		cut: mostly(undefined, 1, 2, 7, 20),
	})
	.map(({ interim, status, fields, end, blank, body, cut }) => {
		const lines = fields.map(([field, end]) => field + end).join("");
		const whole = `${interim}${status}${end}${lines}${blank}${body}`;
		return { bytes: Buffer.from(whole, "latin1"), cut };
	});

/** Writes an answer in one piece, or in pieces of `cut` bytes, and closes the connection. */
async function write(socket, { bytes, cut = bytes.length }) {
	for (let at = 0; at < bytes.length; at += cut) {
		if (socket.destroyed) return;
		socket.write(bytes.subarray(at, at + cut));
		if (at + cut < bytes.length) await new Promise(setImmediate);
	}
	socket.end();
}

function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/**
 * What Node's parser makes of an answer: its status and body, or that it refuses it. Bytes after a complete answer are an error of
 * Node's too, if they arrive together with it. They are no part of the answer, which is accepted.
 */
function byNode(url, key) {
	return new Promise((resolve) => {
		const pieces = [];
		let answer;
		const settle = () => {
			if (!answer?.complete) return resolve("refused");
			const body = parsed(Buffer.concat(pieces).toString());
			resolve({ status: answer.statusCode, body });
		};
		const options = { agent: false, timeout: TIMEOUT_MS };
		const request = http.get(`${url}/v2/keys/${key}`, options, (response) => {
			answer = response;
			response.on("data", (piece) => pieces.push(piece));
			response.on("error", () => {});
			response.on("close", settle);
		});
		request.on("error", () => {
			if (!answer) settle();
		});
		request.on("timeout", () => request.destroy(new Error("timeout")));
	});
}

/** What this package makes of it. The body of an answer that is no success is not told. */
async function byThis(store, key) {
	const { args } = await call(store, "get", key);
	const [err, body] = args;
	if (!err) return { status: 200, body: body ?? "" };
	return err.status === undefined ? "refused" : { status: err.status };
}

function compare(node, own, text) {
	if (node === "refused") return assert.equal(own, "refused");
	const isStricter = STRICTER.some(([pattern]) => pattern.test(text));
	if (own === "refused" && isStricter) return;
	assert.notEqual(own, "refused", "Node accepts it");
	const isSuccess = node.status >= 200 && node.status < 300;
	assert.equal(own.status, isSuccess ? 200 : node.status);
	if (isSuccess) assert.deepEqual(own.body, node.body);
}

test(`${CASES} answers at the edges of HTTP are refused where Node's parser refuses them, and read as it reads them`, async (t) => {
	const byKey = new Map();
	const host = await rawHost(t, (socket, _count, path) =>
		write(socket, byKey.get(path.split("/").at(-1))),
	);
	const store = client(t, host.url, { timeout: TIMEOUT_MS });
	let last = 0;
	const property = fc.asyncProperty(answers, async (answer) => {
		const key = `c${++last}`;
		byKey.set(key, answer);
		const [node, own] = await Promise.all([
			byNode(host.url, key),
			byThis(store, key),
		]);
		compare(node, own, answer.bytes.toString("latin1"));
	});
	const replay = { seed: SEED, path: PATH };
	const shown = { includeErrorInReport: true };
	await fc.assert(property, { numRuns: CASES, ...replay, ...shown });
});
