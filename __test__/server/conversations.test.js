// Requests that are sent in steps, each behind an answer, to an etcd 3.4.23 and to a server in front of a store in memory.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { connection } = require("../support/server/raw");
const { besideEtcd } = require("./beside");
const { FORM, get, put } = require("./requests");

const beside = besideEtcd();

/** What comes on a connection, without dates and ids. Each step is sent when the text so far ends in the answer to the one before. */
async function conversation(t, port, steps) {
	const { socket, text, until } = await connection(t, port);
	for (const [sent, answered] of steps) {
		socket.write(sent);
		await until(answered);
	}
	const lines = text().split("\r\n");
	return lines.filter((line) => !/^(Access|Date|X-Raft|X-Etcd-C)/.test(line));
}

const MULTIPART =
	'--X\r\nContent-Disposition: form-data; name="value"\r\n\r\nx\r\n--X--\r\n';
const OLD = "GET /v2/keys/said HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

const CONVERSATIONS = {
	"a form that is sent when the server has asked for it": [
		[
			put("/said", "value=1", `${FORM}Expect: 100-continue\r\n`).slice(0, -7),
			/100 Continue\r\n\r\n$/,
		],
		["value=1", /}}\n$/],
		[get("/v2/keys/said"), /}}\n.*}}\n$/s],
	],
	"a refusal of what waits for the server's permission": [
		[
			"DELETE /v2/keys/none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n",
			/}\n$/,
		],
	],
	"requests of HTTP/1.0 on one connection": [
		[OLD, /}\n$/],
		[OLD, /}\n.*}\n$/s],
	],
	"a form of several parts, which is no form to etcd": [
		[
			put(
				"/parts",
				MULTIPART,
				"Content-Type: multipart/form-data; boundary=X\r\n",
			),
			/}}\n$/,
		],
		[get("/v2/keys/parts"), /}}\n.*}}\n$/s],
	],
};

test("conversations in several steps are the same", async (t) => {
	const ports = [beside.etcd, await beside(t)];
	for (const [name, steps] of Object.entries(CONVERSATIONS)) {
		const [theirs, ours] = await Promise.all(
			ports.map((port) => conversation(t, port, steps)),
		);
		assert.deepEqual(ours.sort(), theirs.sort(), name);
	}
});
