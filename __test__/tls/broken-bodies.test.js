// An answer to a push that breaks off behind its header section leaves the push ambiguous, whatever the way it came.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { call, node } = require("../support");
const { alertingHost } = require("../support/tls/alerts");
const { certificates } = require("../support/tls/certificates");
const { client } = require("../support/lifetime");
const { proxyOf } = require("../support/hosts/proxy");
const { rawHost } = require("../support/hosts/raw-host");

const BODY = JSON.stringify(node("/k", "v", 5));
const OK = "HTTP/1.1 200 OK\r\n";
const ANSWER = `${OK}content-length: ${BODY.length}\r\n\r\n${BODY}`;
const BROKEN = `${OK}content-length: 100\r\n\r\nabc`;
const HANDSHAKE_FAILURE = 40;
/** The client reads the header section meanwhile. */
const DELAY = 100;

let made;
before(async () => {
	made = await certificates();
});

/** Makes clients go through a proxy until the test ends. */
async function goThroughProxy(t) {
	process.env.HTTPS_PROXY = (await proxyOf(t)).url;
	t.after(() => delete process.env.HTTPS_PROXY);
}

/** What a push fails with, after a get that was answered. */
async function failedPush(t, url) {
	const store = client(t, url, { ca: made.ca.pem, timeout: 5000 });
	assert.equal((await call(store, "get", "k")).args[0], null);
	const { args } = await call(store, "push", "k", "v");
	assert.equal(args[0].ambiguous, true);
	assert.equal(args[0].attempts.length, 1);
	return args[0];
}

for (const [way, isProxied] of [
	["over HTTP/1.1", false],
	["through a proxy", true],
]) {
	test(`an alert within the body ${way} is named`, async (t) => {
		const host = await alertingHost(t, ["http/1.1"], (socket, alert) => {
			socket.on("data", (data) => {
				if (/^GET/.test(data)) return socket.write(ANSWER);
				socket.write(BROKEN);
				setTimeout(alert, DELAY, HANDSHAKE_FAILURE).unref();
			});
		});
		if (isProxied) await goThroughProxy(t);
		const error = await failedPush(t, host.url);
		assert.equal(error.code, "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
	});

	for (const [what, answer, code] of [
		["a body that breaks off", BROKEN, /^ECONNRESET$/],
		[
			"a switch of protocols",
			"HTTP/1.1 101 Switching Protocols\r\n\r\n",
			/^HPE_/,
		],
	])
		test(`a push that is answered with ${what} ${way} is ambiguous`, async (t) => {
			const host = await rawHost(
				t,
				(socket, count) => (count ? socket.end(answer) : socket.write(ANSWER)),
				made.good.tls,
			);
			if (isProxied) await goThroughProxy(t);
			assert.match((await failedPush(t, host.url)).code, code);
		});

	test(`a header section of 500 fields is read ${way}`, async (t) => {
		const fields = "x: y\r\n".repeat(499);
		const answer = `${OK}${fields}${ANSWER.slice(OK.length)}`;
		const host = await rawHost(
			t,
			(socket) => socket.write(answer),
			made.good.tls,
		);
		if (isProxied) await goThroughProxy(t);
		const store = client(t, host.url, { ca: made.ca.pem, timeout: 5000 });
		const { args } = await call(store, "get", "k");
		assert.deepEqual(args, [null, JSON.parse(BODY)]);
	});
}
