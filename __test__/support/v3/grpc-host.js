// A scripted host that speaks gRPC: what it answers to a call is its test's to say.
const http2 = require("node:http2");
const { framed } = require("./messages");

const OK = { "grpc-status": "0" };
const GRPC = { ":status": 200, "content-type": "application/grpc" };

/** A call that a client has sent to a scripted host. */
class Exchange {
	constructor(stream, path, fields, body) {
		Object.assign(this, { stream, path, fields, body });
		this.method = path.split("/").pop();
	}

	/** Answers with bytes as they are, and then with the trailers. */
	raw(bytes, trailers = OK, fields = {}) {
		const { stream } = this;
		if (stream.destroyed) return;
		stream.respond({ ...GRPC, ...fields }, { waitForTrailers: true });
		stream.on("wantTrailers", () =>
			trailers ? stream.sendTrailers(trailers) : stream.close(),
		);
		stream.end(bytes);
	}

	/** Answers with a message. */
	answer(message) {
		this.raw(framed(message));
	}

	/** Refuses with a status: in the trailers alone, as etcd does. */
	refuse(code, text = "") {
		if (this.stream.destroyed) return;
		const status = { "grpc-status": String(code), "grpc-message": text };
		this.stream.respond({ ...GRPC, ...status }, { endStream: true });
	}

	reset(code) {
		this.stream.close(code);
	}

	/** Begins an answer that goes on with `write`. */
	begin(fields = {}) {
		this.stream.respond({ ...GRPC, ...fields }, { waitForTrailers: true });
		return this.stream;
	}
}

function listen(server, t) {
	const sessions = new Set();
	server.on("session", (session) => {
		sessions.add(session);
		session.on("error", () => {});
		session.on("close", () => sessions.delete(session));
	});
	server.on("sessionError", () => {});
	t.after(() => {
		server.close();
		for (const session of sessions) session.destroy();
	});
	const host = { calls: [], sessions };
	return new Promise((resolve) =>
		server.listen(0, "127.0.0.1", () => {
			const scheme = server instanceof require("node:tls").Server ? "s" : "";
			const { port } = server.address();
			const url = `http${scheme}://127.0.0.1:${port}`;
			resolve(Object.assign(host, { url }));
		}),
	);
}

function onStream(host, onCall) {
	return (stream, fields) => {
		stream.on("error", () => {});
		const path = fields[":path"];
		const parts = [];
		let isTold = false;
		const tell = () => {
			if (isTold) return;
			isTold = true;
			const body = Buffer.concat(parts);
			const exchange = new Exchange(stream, path, fields, body);
			host.calls.push(exchange);
			onCall(exchange, host);
		};
		stream.on("data", (part) => {
			parts.push(part);
			// A stream of watches has no end: its first message is told.
			if (path.endsWith("/Watch")) tell();
		});
		stream.on("end", tell);
	};
}

/**
 * Starts a host in cleartext, closed after the test. `onCall(exchange, host)` is called with each call that has come whole; of a
 * stream of watches, with its first bytes. `calls` has them all. `tls`: options of http2.createSecureServer, for https.
 */
async function grpcHost(t, onCall, { tls, settings } = {}) {
	const server = tls
		? http2.createSecureServer({ ...tls, settings })
		: http2.createServer({ settings });
	const host = await listen(server, t);
	server.on("stream", onStream(host, onCall));
	return host;
}

module.exports = { grpcHost };
