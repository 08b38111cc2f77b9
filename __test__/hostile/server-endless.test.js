// Requests to a server that do not end: they are refused, and take no memory.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { writeForEver } = require("../support/hosts/raw-host");
const { raw } = require("../support/server/raw");
const {
	MEBI,
	endOf,
	formOf,
	get,
	serverProcess,
} = require("../support/server/process");

const PIECE = "x".repeat(64 * 1024);
const SHORT_MS = 3000;
const CHUNKED = "Transfer-Encoding: chunked";
// What is sent before, and again and again, and the answer, which a reset of the connection may overtake.
const ENDLESS = [
	["a method", "", PIECE, /^(HTTP\/1.1 4\d\d |$)/],
	["a request line", "GET /", PIECE, /^(HTTP\/1.1 4(14|31) |$)/],
	[
		"a query",
		"GET /v2/keys/?",
		"a=1&".repeat(10_000),
		/^(HTTP\/1.1 4(14|31) |$)/,
	],
	["a field", "GET / HTTP/1.1\r\nX: ", PIECE, /^(HTTP\/1.1 431 |$)/],
	[
		"a header section",
		"GET / HTTP/1.1\r\n",
		"X: y\r\n".repeat(1000),
		/^(HTTP\/1.1 431 |$)/,
	],
	["empty lines", "", "\r\n".repeat(10_000), /^(HTTP\/1.1 4\d\d |$)/],
	[
		"chunks",
		formOf("a", CHUNKED),
		`10000\r\n${PIECE}\r\n`,
		/POST too large|408|^$/,
	],
	[
		"chunks of a byte",
		formOf("a", CHUNKED),
		"1\r\na\r\n".repeat(10_000),
		/POST too large|408|^$/,
	],
	[
		"a chunk extension",
		`${formOf("a", CHUNKED)}1;`,
		PIECE,
		/^(HTTP\/1.1 40[08] |$)/,
	],
	[
		"chunk extensions",
		formOf("a", CHUNKED),
		"1;a=b\r\nx\r\n".repeat(1000),
		/^(HTTP\/1.1 40[08] |$)/,
	],
	[
		"a chunk size",
		`${formOf("a", CHUNKED)}`,
		"0".repeat(65_536),
		/^(HTTP\/1.1 40[08] |$)/,
	],
	[
		"trailers",
		`${formOf("a", CHUNKED)}0\r\n`,
		"X: y\r\n".repeat(1000),
		/^(HTTP\/1.1 40[08] |$)/,
	],
	[
		"a trailer",
		`${formOf("a", CHUNKED)}0\r\nX: `,
		PIECE,
		/^(HTTP\/1.1 40[08] |$)/,
	],
	[
		"a form",
		formOf("a", "Content-Length: 9007199254740993"),
		PIECE,
		/POST too large|408|^$/,
	],
	[
		"a body that is no form",
		`PUT /v2/keys/a HTTP/1.1\r\nHost: localhost\r\n${CHUNKED}\r\n\r\n`,
		`10000\r\n${PIECE}\r\n`,
		/^(HTTP\/1.1 |$)/,
	],
];

test("what does not end is refused, ten times at once, and takes no memory", async (t) => {
	const server = await serverProcess(t, { timeout: SHORT_MS });
	for (const [what, start, piece, expected] of ENDLESS) {
		const grown = await server.under(async () => {
			const ends = Array.from({ length: 10 }, async () => {
				const socket = await server.open(t, start);
				const ended = endOf(socket);
				writeForEver(socket, piece);
				return ended;
			});
			for (const text of await Promise.all(ends))
				assert.match(text.slice(0, 1000), expected, what);
		});
		assert.ok(grown < 150, `${what}: grown by ${grown} MiB`);
	}
});

test("a form of five million parameters takes little more memory than its text", async (t) => {
	const server = await serverProcess(t);
	const form = "a&".repeat(5 * MEBI - 10);
	const text = `${formOf("a", `Content-Length: ${form.length}`)}${form}`;
	const grown = await server.under(async () => {
		const { status } = await raw(server.port, text);
		assert.equal(status, "HTTP/1.1 201 Created");
	});
	assert.ok(grown < 60, `grown by ${grown} MiB`);
});

test("a key of many names is refused, and a tree of the deepest keys is listed and removed", async (t) => {
	const server = await serverProcess(t);
	const path = (names) => `/v2/keys${"/a".repeat(names)}`;
	const put = (names) =>
		`PUT ${path(names)}?value=1 HTTP/1.1\r\nHost: localhost\r\n\r\n`;
	await server.under(async () => {
		for (const names of [61, 1000, 20_000])
			assert.match((await raw(server.port, put(names))).status, / 4\d\d /);
		assert.match((await raw(server.port, put(60))).status, / 201 /);
		const { body } = await raw(server.port, get("/v2/keys/?recursive=true"));
		const keys = JSON.parse(body).node.nodes.map(({ key }) => key);
		assert.ok(keys.includes("/a"), body);
		const removal =
			"DELETE /v2/keys/a?recursive=true HTTP/1.1\r\nHost: localhost\r\n\r\n";
		assert.match((await raw(server.port, removal)).status, / 200 /);
	});
});
