// A host that floods an idle connection below HTTP.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { alertingHost } = require("../support/tls/alerts");
const { certificates } = require("../support/tls/certificates");
const { client } = require("../support/lifetime");
const { rawHost } = require("../support/hosts/raw-host");

const BODY = JSON.stringify(node("/k", "v", 5));
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

test("a host that sends session tickets for ever holds up neither another host nor the next call to it", async (t) => {
	const { ca, good } = await certificates();
	const floods = [];
	const hostile = await alertingHost(
		t,
		["http/1.1"],
		(socket, _alert, sendTickets) => {
			floods.push(sendTickets);
			socket.on("data", () => socket.write(ANSWER));
		},
	);
	const harmless = await rawHost(t, (socket) => socket.write(ANSWER), good.tls);
	const options = { ca: ca.pem, timeout: 2000 };
	const stores = [hostile, harmless].map(({ url }) => client(t, url, options));
	const found = [null, JSON.parse(BODY)];
	for (const store of stores)
		assert.deepEqual((await call(store, "get", "k")).args, found);
	floods[0]();
	// A push is not repeated: it must not go over the connection that is flooded.
	const calls = stores.map((store) => call(store, "push", "k", "v"));
	for (const { args } of await Promise.all(calls))
		assert.deepEqual(args, found);
	assert.equal(floods.length, 2);
});
