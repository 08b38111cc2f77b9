// The option maxResponseSize: what is larger is an error, whatever asked for it, and none of it is kept.
const assert = require("node:assert/strict");
const { constants } = require("node:buffer");
const { before, test } = require("node:test");
const { call, node } = require("../support");
const {
	certificates,
	trustCertificates,
} = require("../support/tls/certificates");
const { client, deferred, hostOf, proceed } = require("../support/lifetime");
const { rawHost, writeForEver } = require("../support/hosts/raw-host");

const CODE = "ERR_ETCD_RESPONSE_TOO_LARGE";
const OK = "HTTP/1.1 200 OK\r\n";
const SMALL = JSON.stringify(node("/k", "v", 5));
const LIMIT = 1000;
const DEFAULT = 256 * 1024 * 1024;
const FULL = constants.MAX_STRING_LENGTH - 1024 * 1024;

/** A body of so many bytes. */
function bodyOf(bytes) {
	const empty = JSON.stringify(node("/k", "", 5));
	return JSON.stringify(node("/k", "v".repeat(bytes - empty.length), 5));
}

const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** An answer with this body, framed in each way there is. */
const FRAMES = {
	"with its length": (body) =>
		`${OK}content-length: ${body.length}\r\n\r\n${body}`,
	"in chunks": (body) =>
		`${OK}transfer-encoding: chunked\r\n\r\n${chunk(body.slice(0, 99))}${chunk(body.slice(99))}0\r\n\r\n`,
	"until the connection closes": (body) =>
		`${OK}connection: close\r\n\r\n${body}`,
};

let tls;
before(async () => {
	tls = (await certificates()).good.tls;
});
trustCertificates();

function limited(t, hosts, options) {
	return client(t, hosts, {
		timeout: 10_000,
		maxResponseSize: LIMIT,
		...options,
	});
}

for (const [way, isSecure] of [
	["in the clear", false],
	["through TLS", true],
])
	for (const [how, frame] of Object.entries(FRAMES))
		test(`an answer ${how}, ${way}, may have as many bytes as the limit, and no more`, async (t) => {
			const send = (socket, _count, path) => {
				const answer = frame(bodyOf(LIMIT + (path.includes("large") ? 1 : 0)));
				if (how.startsWith("until")) socket.end(answer);
				else socket.write(answer);
			};
			const host = await rawHost(t, send, isSecure ? tls : undefined);
			const store = limited(t, host.url);
			const [whole, large] = [
				await call(store, "get", "k"),
				await call(store, "get", "large"),
			];
			assert.equal(whole.args[0], null);
			assert.equal(JSON.stringify(whole.args[1]).length, LIMIT);
			assert.equal(large.args[0].code, CODE);
		});

test("the error names the limit, the option and the host, and a read says nothing of doubt", async (t) => {
	const host = await hostOf(t, [{ body: bodyOf(LIMIT + 1) }]);
	const { args } = await call(limited(t, host.url), "get", "k");
	const [err] = args;
	assert.equal(args.length, 1);
	assert.match(err.message, /\b1000 bytes\b.*\bmaxResponseSize\b/);
	assert.deepEqual(Object.keys(err), ["code"]);
	assert.equal(err.endpoint, host.url);
	assert.equal(err.attempts.length, 2);
	assert.equal(host.requests.length, 2);
});

test("a read whose answer is too large is tried on the next host", async (t) => {
	const large = await hostOf(t, [{ body: bodyOf(LIMIT + 1) }]);
	const small = await hostOf(t, [{ body: SMALL }]);
	const { args } = await call(limited(t, [large.url, small.url]), "get", "k");
	assert.deepEqual(args, [null, JSON.parse(SMALL)]);
	assert.equal(large.requests.length, 1);
});

for (const [method, ...args] of [
	["set", "k", "v"],
	["del", "k"],
	["push", "k", "v"],
	["compareAndSwap", "k", "v", "u"],
])
	test(`a ${method} whose answer is too large may have been applied`, async (t) => {
		const host = await hostOf(t, [{ body: bodyOf(LIMIT + 1) }]);
		const { args: results } = await call(limited(t, host.url), method, ...args);
		assert.equal(results[0].code, CODE);
		assert.equal(results[0].ambiguous, true);
	});

for (const method of [
	"machines",
	"leader",
	"stats.self",
	"stats.store",
	"stats.leader",
])
	test(`the limit holds for ${method}`, async (t) => {
		const host = await hostOf(t, [{ body: bodyOf(LIMIT + 1) }]);
		const { args } = await call(limited(t, host.url), method);
		assert.equal(args[0].code, CODE);
	});

test("the limit holds for errors", async (t) => {
	const body = { errorCode: 101, message: "no".repeat(LIMIT) };
	const host = await hostOf(t, [{ status: 412, body }]);
	const { args } = await call(limited(t, host.url), "set", "k", "v");
	assert.equal(args[0].code, CODE);
});

test("the limit holds for waits, and the next one goes on from the same index", async (t) => {
	const host = await hostOf(t, [
		{ body: bodyOf(LIMIT + 1) },
		{ body: bodyOf(LIMIT + 1) },
		{ body: SMALL },
	]);
	const store = limited(t, host.url);
	const { args } = await call(store, "wait", "k", { waitIndex: 3 });
	assert.equal(args[0].code, CODE);
	const { args: after } = await proceed(args[2]);
	assert.deepEqual(after.slice(0, 2), [null, JSON.parse(SMALL)]);
	for (const { url } of host.requests) assert.match(url, /waitIndex=3$/);
});

test("the limit holds for discovery, and the next call asks again", async (t) => {
	const members = (value, key) => ({ node: { nodes: [{ key, value }] } });
	const host = await hostOf(t, [{ body: SMALL }]);
	const service = await hostOf(t, [
		{ body: members(host.url, "k".repeat(LIMIT)) },
		{ body: members(host.url, "k") },
	]);
	const store = limited(t, null, { token: `${service.url}/token` });
	const { args } = await call(store, "get", "k");
	assert.equal(args[0].code, CODE);
	assert.equal(args[0].endpoint, service.url);
	assert.deepEqual((await call(store, "get", "k")).args, [
		null,
		JSON.parse(SMALL),
	]);
});

test("the limit holds for refresh, and the hosts stay", async (t) => {
	const host = await hostOf(t, [
		{ body: "http://127.0.0.1:1, ".repeat(LIMIT) },
	]);
	const store = limited(t, host.url, { refresh: true });
	const { args } = await call(store, "machines");
	assert.equal(args[0].code, CODE);
	assert.deepEqual(store._hosts, [host.url]);
});

for (const [way, isSecure] of [
	["in the clear", false],
	["through TLS", true],
])
	for (const [what, head] of [
		["a length above the limit", "content-length: 5368709120"],
		["no end", "transfer-encoding: chunked"],
	])
		test(`a connection whose answer has ${what} is closed, ${way}`, async (t) => {
			const closed = deferred();
			const send = (socket, count) => {
				if (count > 0) return socket.write(FRAMES["with its length"](SMALL));
				socket.on("close", closed.resolve);
				socket.write(`${OK}${head}\r\n\r\n`);
				if (head.startsWith("transfer")) writeForEver(socket, chunk(SMALL));
			};
			const host = await rawHost(t, send, isSecure ? tls : undefined);
			const store = limited(t, host.url);
			const { args } = await call(store, "get", "k");
			assert.deepEqual(args, [null, JSON.parse(SMALL)]);
			await closed.promise;
			assert.equal(host.connections, 2);
		});

test("a length above the limit is an error before any of it has come", async (t) => {
	const host = await rawHost(t, (socket) => {
		socket.write(`${OK}content-length: ${LIMIT + 1}\r\n\r\n`);
	});
	const { args } = await call(
		limited(t, host.url, { timeout: 0 }),
		"push",
		"k",
		"v",
	);
	assert.equal(args[0].code, CODE);
});

for (const [what, maxResponseSize, most] of [
	["is a whole number", 2000, 2000],
	["is no whole number", 2000.9, 2000],
	["is below 0: an answer has a byte at most", -5, 1],
	["is left out", undefined, DEFAULT],
	["is 0", 0, DEFAULT],
	["is NaN", Number.NaN, DEFAULT],
	["is no finite number: an answer may fill a string", Infinity, FULL],
	["is greater than any string", 1e300, FULL],
])
	test(`an option maxResponseSize that ${what}`, async (t) => {
		// The body does not come: where its length is not too large, that is another error.
		const host = await rawHost(t, (socket, _count, path) => {
			const length = path.split("/").at(-1);
			socket.end(`${OK}content-length: ${length}\r\n\r\n`);
		});
		const store = client(t, host.url, { maxResponseSize });
		const codes = [];
		for (const length of [most, most + 1])
			codes.push((await call(store, "push", length, "v")).args[0].code);
		assert.deepEqual(codes, ["ECONNRESET", CODE]);
	});
