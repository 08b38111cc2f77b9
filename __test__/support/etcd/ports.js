// Ports for servers of the tests, below the range from which systems take outgoing ports: so no
// connection can occupy the port of a member that is down, nor one meant to refuse.
const net = require("node:net");

const FIRST = 15000;
const COUNT = 15000;

function isFree(port) {
	return new Promise((resolve) => {
		const server = net.createServer();
		server.once("error", () => resolve(false));
		server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
	});
}

/** Resolves with `count` different ports on which nobody listens. */
async function freePorts(count) {
	const ports = new Set();
	while (ports.size < count) {
		const port = FIRST + Math.floor(Math.random() * COUNT);
		if (await isFree(port)) ports.add(port);
	}
	return [...ports];
}

/** Resolves with a port of 127.0.0.1 that refuses connections. */
async function closedPort() {
	const [port] = await freePorts(1);
	return port;
}

module.exports = { freePorts, closedPort };
