// A port of the loopback on which connecting never ends, for what a client does about that.
const net = require("node:net");
const { Worker } = require("node:worker_threads");

// The listening thread blocks for good, so nothing is ever taken out of its queue of connections.
const NEVER_ACCEPTS = `
const { parentPort, workerData: host } = require("node:worker_threads");
const server = require("node:net").createServer();
server.listen({ port: 0, host, backlog: 1 }, () => {
	parentPort.postMessage(server.address().port);
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
`;
const PROBE_MS = 300;
const MOST_FILLERS = 200;

// A socket that does not connect is destroyed at once: it would hold the process for two minutes.
function connects(port, fillers) {
	return new Promise((resolve) => {
		const socket = net.connect(port, "127.0.0.1").unref();
		fillers.push(socket);
		const timer = setTimeout(() => socket.destroy(), PROBE_MS);
		socket.on("error", () => {});
		socket.once("connect", () => {
			clearTimeout(timer);
			resolve(true);
		});
		socket.once("close", () => resolve(false));
	});
}

/**
 * A port on which connecting never ends: the queue of its listener is full, so the kernel drops
 * what comes. Resolves with `{url, host, port, close()}` once that has been seen to be so. `address`: where it listens;
 * `0.0.0.0` is each address of the loopback.
 */
async function blackHole(address = "127.0.0.1") {
	const options = { eval: true, workerData: address };
	const worker = new Worker(NEVER_ACCEPTS, options);
	const port = await new Promise((resolve) => worker.once("message", resolve));
	worker.unref();
	const fillers = [];
	const close = async () => {
		for (const socket of fillers) socket.destroy();
		await worker.terminate();
	};
	while (await connects(port, fillers)) {
		if (fillers.length < MOST_FILLERS) continue;
		await close();
		throw new Error("this system has no black hole on the loopback");
	}
	const host = `127.0.0.1:${port}`;
	return { url: `http://${host}`, host, port, close };
}

module.exports = { blackHole };
