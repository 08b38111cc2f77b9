// A small HTTP proxy: absolute-form for http, CONNECT for https. It notes what it was asked for.
const http = require("node:http");
const https = require("node:https");
const net = require("node:net");

function forward(request, response) {
	const { method, url, headers } = request;
	const onward = http.request(url, { method, headers, agent: false }, (got) => {
		response.writeHead(got.statusCode, got.headers);
		got.pipe(response);
	});
	onward.on("error", () => response.destroy());
	request.pipe(onward);
}

function tunnel(target, socket, head) {
	const [host, port] = target.split(":");
	const onward = net.connect(Number(port), host, () => {
		socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
		onward.write(head);
		onward.pipe(socket).pipe(onward);
	});
	onward.on("error", () => socket.destroy());
	socket.on("error", () => onward.destroy());
}

/**
 * Starts a proxy, stopped after the test, or before with `stop()`, which cuts its connections. `requests` has `{method, url, headers}` of each (`url` is
 * the target of a CONNECT), `connections` counts those to it. `routes` maps targets of CONNECT to where they really are.
 * `listen`: the port and the address to listen on. `tls`: options of https.createServer, for a proxy behind TLS. `connect`: what it
 * does with a target and the socket of a CONNECT, instead of a tunnel.
 */
async function proxyOf(
	t,
	routes = {},
	{ tls, listen = [0, "127.0.0.1"], connect = tunnel } = {},
) {
	const requests = [];
	const note = ({ method, url, headers }) =>
		requests.push({ method, url, headers });
	const answer = (request, response) => {
		note(request);
		forward(request, response);
	};
	const server = tls
		? https.createServer(tls, answer)
		: http.createServer(answer);
	server.on("connect", (request, socket, head) => {
		note(request);
		connect(routes[request.url] ?? request.url, socket, head);
	});
	const sockets = new Set();
	const proxy = { requests, connections: 0 };
	server.on("connection", (socket) => {
		proxy.connections++;
		sockets.add(socket);
	});
	await new Promise((resolve) => server.listen(...listen, resolve));
	const stop = () => {
		server.close();
		for (const socket of sockets) socket.destroy();
	};
	t.after(stop);
	const { port } = server.address();
	const host = `${listen[1]}:${port}`;
	return Object.assign(proxy, {
		url: `http${tls ? "s" : ""}://${host}`,
		host,
		port,
		stop,
	});
}

module.exports = { proxyOf };
