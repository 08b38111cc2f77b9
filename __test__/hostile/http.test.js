// Hosts that do not keep to HTTP, in the clear and through TLS: each answer is an error of its own call, within the
// timeout, and nothing else notices.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { call, node } = require("../support");
const {
	certificates,
	trustCertificates,
} = require("../support/tls/certificates");
const { client } = require("../support/lifetime");
const { rawHost, writeForEver } = require("../support/hosts/raw-host");

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKS = `${OK}transfer-encoding: chunked\r\n\r\n`;
const BODY = JSON.stringify(node("/k", "v", 5));
const WHOLE = withLength(BODY);
const KILOBYTE = "y".repeat(1024);

const PROTOCOL = "HPE_INVALID_CONSTANT";
const BROKEN = "ECONNRESET";
const LARGE = "ERR_ETCD_RESPONSE_TOO_LARGE";
const SILENT = "ESOCKETTIMEDOUT";

function withLength(body, headers = "") {
	const length = `content-length: ${Buffer.byteLength(body)}`;
	return `${OK}${headers}${length}\r\n\r\n${body}`;
}

const once = (bytes) => (socket) => socket.write(bytes);
const last = (bytes) => (socket) => socket.end(bytes);
const endless = (start, piece) => (socket) => {
	socket.write(start);
	writeForEver(socket, piece);
};

/** What a host does, and the code of the error. */
const ANSWERS = {
	"nothing but the end": [last(""), BROKEN],
	"text without a head, as of HTTP/0.9": [last(BODY), PROTOCOL],
	"a head of bytes that are no text": [
		last(Buffer.from("ff00fe01".repeat(99), "hex")),
		PROTOCOL,
	],
	"a version that there is not": [last("HTTP/7.7 200 OK\r\n\r\n"), PROTOCOL],
	"a status that is no number": [last("HTTP/1.1 abc OK\r\n\r\n"), PROTOCOL],
	"a status of one digit": [last("HTTP/1.1 2 OK\r\n\r\n"), PROTOCOL],
	"a head that breaks off": [last(`${OK}content-le`), BROKEN],
	"a header without a colon": [last(`${OK}nonsense\r\n\r\n`), PROTOCOL],
	"a header with a null byte": [last(`${OK}x: a\0b\r\n\r\n`), PROTOCOL],
	"a length below zero": [last(`${OK}content-length: -5\r\n\r\n`), PROTOCOL],
	"a length beyond 64 bits": [
		last(`${OK}content-length: 18446744073709551617\r\n\r\n`),
		PROTOCOL,
	],
	"two lengths": [
		last(`${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef`),
		PROTOCOL,
	],
	"a length of 5 GB": [once(`${OK}content-length: 5368709120\r\n\r\n{`), LARGE],
	"a length of 8 EB": [
		once(`${OK}content-length: 9223372036854775808\r\n\r\n{`),
		LARGE,
	],
	"a body shorter than its length": [last(WHOLE.slice(0, -3)), BROKEN],
	"a body that stops short of its length": [once(WHOLE.slice(0, -3)), SILENT],
	"a head that stops": [once(`${OK}content-length: 5`), SILENT],
	"a chunk that breaks off": [last(`${CHUNKS}ff\r\n{`), BROKEN],
	"a chunk that stops": [once(`${CHUNKS}ff\r\n{`), SILENT],
	"no last chunk": [last(`${CHUNKS}1\r\n{\r\n`), BROKEN],
	"a chunk whose size is no number": [once(`${CHUNKS}zz\r\n{`), BROKEN],
	"a chunk whose size is below zero": [once(`${CHUNKS}-1\r\n{`), BROKEN],
	"a chunk whose size has no digits": [once(`${CHUNKS}\r\n{`), BROKEN],
	"a chunk of 16 EB": [
		endless(`${CHUNKS}fffffffffffffffe\r\n`, KILOBYTE),
		LARGE,
	],
	"a chunk beyond 64 bits": [once(`${CHUNKS}fffffffffffffffff\r\n{`), BROKEN],
	"a chunk that is longer than its size": [
		once(`${CHUNKS}1\r\n{}}\r\n`),
		BROKEN,
	],
	"a trailer that is none": [once(`${CHUNKS}0\r\nnonsense\r\n\r\n`), BROKEN],
	"a chunk without end": [endless(CHUNKS, `400\r\n${KILOBYTE}\r\n`), LARGE],
	"a body without end": [endless(`${OK}\r\n`, KILOBYTE), LARGE],
	"headers without end": [endless(OK, `x: ${KILOBYTE}\r\n`), PROTOCOL],
	"short headers without end": [endless(OK, "x:\r\n"), PROTOCOL],
	"a header without end": [endless(`${OK}x: `, KILOBYTE), PROTOCOL],
	"a reason without end": [endless("HTTP/1.1 200 ", KILOBYTE), PROTOCOL],
	"empty lines without end": [endless("", "\r\n".repeat(512)), PROTOCOL],
	"a size of a chunk without end": [endless(CHUNKS, "0".repeat(1024)), BROKEN],
	"an extension of a chunk without end": [
		endless(`${CHUNKS}1;`, KILOBYTE),
		BROKEN,
	],
	"chunks of nearly nothing but extensions": [
		endless(CHUNKS, `1;${KILOBYTE}\r\ny\r\n`),
		BROKEN,
	],
	"trailers without end": [
		endless(`${CHUNKS}0\r\n`, `x: ${KILOBYTE}\r\n`),
		BROKEN,
	],
	"a trailer without end": [endless(`${CHUNKS}0\r\nx: `, KILOBYTE), BROKEN],
	"interim responses without end": [
		endless("", `HTTP/1.1 103 Hints\r\nlink: ${KILOBYTE}\r\n\r\n`),
		PROTOCOL,
	],
	"short interim responses without end": [
		endless("", "HTTP/1.1 100 Continue\r\n\r\n"),
		PROTOCOL,
	],
	"a switch of protocols": [
		once(
			"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
		),
		PROTOCOL,
	],
};

let tls;
before(async () => {
	tls = (await certificates()).good.tls;
});
trustCertificates();

/** A host that answers so below /bad, and well elsewhere; and a client of it. */
async function hostile(t, send, isSecure, timeout) {
	const answer = (socket, _count, path) =>
		path.includes("/bad") ? send(socket) : socket.write(WHOLE);
	const host = await rawHost(t, answer, isSecure ? tls : undefined);
	const options = { timeout, maxResponseSize: 1024 * 1024 };
	return { host, store: client(t, host.url, options) };
}

for (const [way, isSecure] of [
	["in the clear", false],
	["through TLS", true],
])
	for (const [what, [send, code]] of Object.entries(ANSWERS))
		test(`${what}, ${way}, is an error of that call alone`, async (t) => {
			const timeout = code === SILENT ? 1000 : 20_000;
			const { host, store } = await hostile(t, send, isSecure, timeout);
			const [read, write, ...others] = await Promise.all([
				call(store, "get", "bad"),
				call(store, "push", "bad", "v"),
				call(store, "get", "good"),
				call(store, "set", "good", "v"),
			]);
			assert.equal(read.args[0].code, code);
			assert.equal(read.args[0].ambiguous, undefined);
			assert.equal(read.args[0].attempts.length, 2);
			assert.equal(write.args[0].code, code);
			assert.equal(write.args[0].ambiguous, true);
			assert.equal(write.args[0].endpoint, host.url);
			others.push(await call(store, "get", "good"));
			for (const { args } of others)
				assert.deepEqual(args, [null, JSON.parse(BODY)]);
		});
