// A server of sockets: what it writes is its test's to say, byte by byte.
const net = require("node:net");
const tls = require("node:tls");

const REQUEST = /^(?:GET|PUT|POST|DELETE) (\S+) /;

function closeAfter(t, server, sockets) {
	t.after(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
}

/**
 * Starts a server, closed after the test: `onRequest(socket, count, path)` is called when the request numbered
 * `count` has begun. `connections` counts what it has accepted. `options`: of tls.createServer, for `https`.
 */
async function rawHost(t, onRequest, options) {
	const sockets = new Set();
	let count = 0;
	const host = { connections: 0, sockets };
	const accept = (socket) => {
		host.connections++;
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
		socket.on("error", () => {});
		socket.on("data", (data) => {
			const request = REQUEST.exec(data.toString("latin1"));
			if (request) onRequest(socket, count++, request[1]);
		});
	};
	const server = options
		? tls.createServer(options, accept).on("tlsClientError", () => {})
		: net.createServer(accept);
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	closeAfter(t, server, sockets);
	const scheme = options ? "https" : "http";
	const { port } = server.address();
	return Object.assign(host, { url: `${scheme}://127.0.0.1:${port}` });
}

/** Writes `piece`, or what it returns, again and again, for as long as there is somebody who reads it. */
function writeForEver(socket, piece) {
	const next = typeof piece === "function" ? piece : () => piece;
	const more = () => {
		while (!socket.destroyed && socket.write(next()));
	};
	socket.on("drain", more);
	more();
}

module.exports = { rawHost, writeForEver };
