// Another client of a server, in a thread of its own: its calls must be right, whatever is done to the server meanwhile.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const http = require("node:http");
const { text } = require("node:stream/consumers");
const {
	Worker,
	isMainThread,
	parentPort,
	workerData,
} = require("node:worker_threads");

/** A call on a connection of its own. However long it takes: time is not what is tested. */
async function call(port, method, path) {
	const options = { port, host: "127.0.0.1", method, path, agent: false };
	const [answer] = await once(http.request(options).end(), "response");
	return { status: answer.statusCode, body: await text(answer) };
}

async function isRight(port, value) {
	const written = await call(port, "PUT", `/v2/keys/witness?value=${value}`);
	assert.ok(written.status < 300, `${written.status} ${written.body}`);
	const { body } = await call(port, "GET", "/v2/keys/witness");
	assert.equal(JSON.parse(body).node.value, String(value));
}

async function main() {
	let isOver = false;
	parentPort.once("message", () => {
		isOver = true;
	});
	for (let calls = 1; !isOver || calls < 3; calls++)
		await isRight(workerData, calls);
	process.exit();
}

/** Makes calls until the returned function is called, which rejects if one of them was wrong. */
function witness(port) {
	const worker = new Worker(__filename, { workerData: port });
	const ended = once(worker, "exit");
	ended.catch(() => {});
	return async () => {
		worker.postMessage("stop");
		await ended;
	};
}

if (!isMainThread) main();

module.exports = { witness };
