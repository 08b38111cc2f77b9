// A request that was handed to a connection is repeated only where the protocol says that it was not processed: what
// ends a connection or a stream after that leaves a push ambiguous, over HTTP/1.1, HTTP/2 and through a proxy.
const assert = require("node:assert/strict");
const { before, describe, test } = require("node:test");
const { call } = require("../support");
const { alertingHost } = require("../support/tls/alerts");
const { certificates } = require("../support/tls/certificates");
const { rawHttp2Host, speakHttp2 } = require("../support/hosts/http2-host");
const { client } = require("../support/lifetime");
const { proxyOf } = require("../support/hosts/proxy");
const { rawHost } = require("../support/hosts/raw-host");

const ALERTS = {
	"handshake failure": 40,
	"bad certificate": 42,
	"certificate expired": 45,
	"access denied": 49,
	"internal error": 80,
};

let ca;
before(async () => {
	ca = (await certificates()).ca.pem;
});

/** A client that has made a call on its connection. */
async function connected(t, url) {
	const store = client(t, url, { ca, timeout: 5000 });
	assert.equal((await call(store, "get", "k")).args[0], null);
	return store;
}

/** A host that answers gets, and ends the connection of each push that it has read with an alert. */
async function alerting(t, protocol, number) {
	const pushes = [];
	const host = await alertingHost(t, [protocol], (socket, alert) => {
		const onPush = (push) => {
			pushes.push(push);
			alert(number);
		};
		protocol === "h2"
			? answerHttp2(socket, onPush)
			: answerHttp1(socket, onPush);
	});
	return { ...host, pushes };
}

function answerHttp1(socket, onPush) {
	const body = '{"node":{"value":"v"}}';
	socket.on("data", (data) => {
		const request = data.toString();
		if (/^POST/.test(request)) return onPush(request);
		socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n${body}`);
	});
}

function answerHttp2(socket, onPush) {
	speakHttp2(socket, {
		request: (frames, stream) =>
			stream === 1
				? frames.answer(stream, { node: { value: "v" } })
				: onPush(stream),
	});
}

/** Makes clients go through a proxy until the test ends. */
async function goThroughProxy(t) {
	const proxy = await proxyOf(t);
	process.env.HTTPS_PROXY = proxy.url;
	t.after(() => delete process.env.HTTPS_PROXY);
	return proxy;
}

for (const [name, number] of Object.entries(ALERTS))
	for (const [way, protocol, isProxied] of [
		["over HTTP/1.1", "http/1.1", false],
		["over HTTP/2", "h2", false],
		["through a proxy", "http/1.1", true],
	])
		test(`a push that is answered with the alert '${name}' ${way} is sent once and ambiguous`, async (t) => {
			const host = await alerting(t, protocol, number);
			if (isProxied) await goThroughProxy(t);
			const store = await connected(t, host.url);
			const { args } = await call(store, "push", "k", "v");
			assert.equal(host.pushes.length, 1);
			assert.equal(args[0].ambiguous, true);
			assert.match(args[0].message, new RegExp(`SSL alert number ${number}$`));
			assert.equal(args[0].attempts.length, 1);
		});

test("a push of which a part was read before the connection was reset is sent once and ambiguous", async (t) => {
	let pushes = 0;
	const { good } = await certificates();
	const host = await rawHost(
		t,
		(socket) => {
			pushes++;
			socket.on("data", () => {
				if (socket.bytesRead > 64 * 1024) socket.destroy();
			});
		},
		good.tls,
	);
	const store = client(t, host.url, { ca });
	const value = "v".repeat(8 * 1024 * 1024);
	const { args } = await call(store, "push", "k", value);
	assert.equal(pushes, 1);
	assert.equal(args[0].ambiguous, true);
	assert.equal(args[0].attempts.length, 1);
});

const NO_ERROR = 0;
const INTERNAL_ERROR = 2;
const REFUSED_STREAM = 7;
const CANCEL = 8;
const ENHANCE_YOUR_CALM = 11;
const HTTP_1_1_REQUIRED = 13;

const endsWithGoAway = (isBelow, code) => (frames, stream) => {
	frames.goAway(isBelow ? stream - 2 : stream, code);
	frames.end();
};

/** What a host does to a push, and whether the protocol says that it was not processed. */
const ENDINGS = {
	"GOAWAY below the stream": [endsWithGoAway(true, NO_ERROR), true],
	"GOAWAY below the stream, with an error": [
		endsWithGoAway(true, ENHANCE_YOUR_CALM),
		true,
	],
	"GOAWAY at the stream": [endsWithGoAway(false, NO_ERROR), false],
	"GOAWAY at the stream, with an error": [
		endsWithGoAway(false, INTERNAL_ERROR),
		false,
	],
	"GOAWAY above every stream, then GOAWAY at the stream": [
		(frames, stream) => {
			frames.goAway(0x7fffffff, NO_ERROR);
			endsWithGoAway(false, NO_ERROR)(frames, stream);
		},
		false,
	],
	REFUSED_STREAM: [
		(frames, stream) => frames.reset(stream, REFUSED_STREAM),
		true,
	],
	CANCEL: [(frames, stream) => frames.reset(stream, CANCEL), false],
	INTERNAL_ERROR: [
		(frames, stream) => frames.reset(stream, INTERNAL_ERROR),
		false,
	],
	HTTP_1_1_REQUIRED: [
		(frames, stream) => frames.reset(stream, HTTP_1_1_REQUIRED),
		false,
	],
	"the end of the connection": [(frames) => frames.end(), false],
	"the end of the connection behind the header section": [
		(frames, stream) => {
			frames.headers(stream);
			frames.end();
		},
		false,
	],
	"REFUSED_STREAM behind the header section": [
		(frames, stream) => {
			frames.headers(stream);
			frames.reset(stream, REFUSED_STREAM);
		},
		false,
	],
};

describe("over HTTP/2, a push that is answered with", () => {
	for (const [how, [end, isUnprocessed]] of Object.entries(ENDINGS))
		test(`${how} is ${isUnprocessed ? "sent again" : "sent once and ambiguous"}`, async (t) => {
			let pushes = 0;
			const request = (frames, stream) => {
				const isFirstPush = stream > 1 && ++pushes === 1;
				if (isFirstPush) return end(frames, stream);
				frames.answer(stream, { node: { value: "v" } });
			};
			const host = await rawHttp2Host(t, () => ({ request }));
			const store = await connected(t, host.url);
			const { args } = await call(store, "push", "k", "v");
			if (isUnprocessed) assert.deepEqual(args[1], { node: { value: "v" } });
			else {
				assert.equal(pushes, 1);
				assert.equal(args[0].code, "ECONNRESET");
				assert.equal(args[0].ambiguous, true);
			}
		});
});
