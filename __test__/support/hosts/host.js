// A scripted HTTP host: the answers and faults a real etcd does not give on command.
const http = require("node:http");
const https = require("node:https");
const { setTimeout: sleep } = require("node:timers/promises");

const FAULTS = {
	reset: (_answer, response) => response.rawSocket.resetAndDestroy(),
	hangup: (_answer, response) => response.socket.destroy(),
	silence: () => {},
	cut: ({ headers, body = node("/cut", "short", 1) }, response) => {
		const bytes = encode(body);
		const { socket } = response;
		const length = { "content-length": bytes.length };
		response.writeHead(200, { ...typeOf(body), ...headers, ...length });
		const half = bytes.subarray(0, bytes.length >> 1);
		response.write(half, () => socket.destroy());
	},
};

function encode(body) {
	if (Buffer.isBuffer(body)) return body;
	return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function typeOf(body) {
	if (typeof body === "string" || Buffer.isBuffer(body)) return {};
	return { "content-type": "application/json" };
}

function reply({ status = 200, headers, body = "" }, response) {
	response.writeHead(status, { ...typeOf(body), ...headers });
	response.end(encode(body));
}

async function give(answer, response) {
	const chosen = typeof answer === "string" ? { fault: answer } : answer;
	if (chosen.delay) await sleep(chosen.delay, undefined, { ref: false });
	if (response.destroyed || !response.socket) return;
	const act = chosen.fault ? FAULTS[chosen.fault] : reply;
	if (!act) throw new Error(`no such fault: ${chosen.fault}`);
	act(chosen, response);
}

async function readBody(request) {
	const chunks = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}

function inTurn(answers) {
	return (_request, _response, index) =>
		answers[Math.min(index, answers.length - 1)];
}

function handler(answer, requests) {
	const choose = Array.isArray(answer) ? inTurn(answer) : answer;
	return async (request, response) => {
		try {
			request.body = await readBody(request);
		} catch {
			return; // the client went away before its request was whole
		}
		const { method, url, headers, body } = request;
		const index = requests.push({ method, url, headers, body }) - 1;
		const chosen = await choose(request, response, index);
		if (chosen !== undefined) await give(chosen, response);
	};
}

function serverFor(handle, tls) {
	if (!tls) return http.createServer(handle);
	return https.createServer(tls, handle).on("tlsClientError", () => {});
}

function listen(server, port, address) {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, address, () => resolve(server.address().port));
	});
}

// Keeps the accepted sockets, for close() and because only these, not TLS sockets, can be reset.
function acceptInto(accepted, server) {
	server.on("connection", (socket) => {
		accepted.count++;
		accepted.sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => accepted.sockets.delete(socket));
	});
	server.on("request", (_request, response) => {
		const { remotePort } = response.socket;
		const isIts = (socket) => socket.remotePort === remotePort;
		response.rawSocket = [...accepted.sockets].find(isIts);
	});
}

function close(server, { sockets }) {
	return new Promise((resolve) => {
		server.close(() => resolve());
		for (const socket of sockets) socket.destroy();
	});
}

/**
 * `answer`: a function `(request, response, index)` that returns an answer (or a promise of one),
 * or answers by itself and returns nothing; or an array of answers, the last of which repeats.
 * An answer: `{status, headers, body, delay}`, or 'reset' | 'hangup' | 'silence' | 'cut', or such
 * a fault with more to say: `{fault: 'cut', body, delay}`. `tls`: options of https.createServer.
 * `port` and `address`: what to listen on.
 */
async function scriptedHost(answer, options = {}) {
	const { tls, port: wanted = 0, address = "127.0.0.1" } = options;
	const requests = [];
	const accepted = { count: 0, sockets: new Set() };
	const server = serverFor(handler(answer, requests), tls);
	acceptInto(accepted, server);
	const port = await listen(server, wanted, address);
	const host = `${address}:${port}`;
	return {
		url: `${tls ? "https" : "http"}://${host}`,
		host,
		port,
		requests,
		get connections() {
			return accepted.count;
		},
		close: () => close(server, accepted),
	};
}

/** A body as etcd v2 answers it for one key. */
function node(key, value, index, action = "get") {
	return {
		action,
		node: { key, value, modifiedIndex: index, createdIndex: index },
	};
}

/** A body as etcd v2 answers it for an error; the status goes beside it. */
function etcdError(errorCode, message, cause, index) {
	return { errorCode, message, cause, index };
}

/** Answers each poll of a chain of waits with an event of the index that it asks for; 5 where it asks for none. */
function nextEvent({ url }) {
	const asked = new URL(url, "http://host").searchParams.get("waitIndex");
	return { body: node("/k", "v", Number(asked) || 5) };
}

const CLEARED = "The event in requested index is outdated and cleared";

/** etcd's answer to a wait whose index its history no longer has. */
function cleared(index) {
	const cause = `the requested history has been cleared [${index}/1]`;
	return { status: 400, body: etcdError(401, CLEARED, cause, index) };
}

module.exports = {
	CLEARED,
	cleared,
	scriptedHost,
	nextEvent,
	node,
	etcdError,
};
