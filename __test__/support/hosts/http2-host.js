// A host that speaks HTTP/2 in frames of the test's choice, which Node's own server does not send on command.
const tls = require("node:tls");
const { certificates } = require("../tls/certificates");

const TYPE = {
	DATA: 0,
	HEADERS: 1,
	RST_STREAM: 3,
	SETTINGS: 4,
	PING: 6,
	GOAWAY: 7,
	WINDOW_UPDATE: 8,
};
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const MAX_CONCURRENT_STREAMS = 3;
const INITIAL_WINDOW_SIZE = 4;
const PREFACE = 24;
const HEAD = 9;

const uint32 = (...numbers) =>
	Buffer.concat(
		numbers.map((number) => {
			const bytes = Buffer.alloc(4);
			bytes.writeUInt32BE(number);
			return bytes;
		}),
	);

function frame(type, flags, stream, payload = Buffer.alloc(0)) {
	const head = Buffer.alloc(HEAD);
	head.writeUIntBE(payload.length, 0, 3);
	head.writeUInt8(type, 3);
	head.writeUInt8(flags, 4);
	head.writeUInt32BE(stream, 5);
	return Buffer.concat([head, payload]);
}

function setting(id, value) {
	return Buffer.concat([Buffer.of(0, id), uint32(value)]);
}

/** The frames of a connection. Streams are numbers. */
class Frames {
	constructor(socket) {
		this.socket = socket;
	}
	#write(...args) {
		this.socket.write(frame(...args));
	}
	settings({ maxConcurrentStreams, initialWindowSize } = {}) {
		const payload = [];
		if (maxConcurrentStreams !== undefined)
			payload.push(setting(MAX_CONCURRENT_STREAMS, maxConcurrentStreams));
		if (initialWindowSize !== undefined)
			payload.push(setting(INITIAL_WINDOW_SIZE, initialWindowSize));
		this.#write(TYPE.SETTINGS, 0, 0, Buffer.concat(payload));
	}
	/** ":status: 200", without a body yet. */
	headers(stream) {
		this.#write(TYPE.HEADERS, END_HEADERS, stream, Buffer.of(0x88));
	}
	data(stream, text, flags = END_STREAM) {
		this.#write(TYPE.DATA, flags, stream, Buffer.from(text));
	}
	answer(stream, body) {
		this.headers(stream);
		this.data(stream, JSON.stringify(body));
	}
	reset(stream, code) {
		this.#write(TYPE.RST_STREAM, 0, stream, uint32(code));
	}
	goAway(lastStream, code) {
		this.#write(TYPE.GOAWAY, 0, 0, uint32(lastStream, code));
	}
	window(stream, bytes) {
		this.#write(TYPE.WINDOW_UPDATE, 0, stream, uint32(bytes));
	}
	end() {
		this.socket.end();
	}
}

/** Calls `onFrame({type, flags, stream, payload})` for each frame that comes. */
function readFrames(socket, onFrame) {
	let bytes = Buffer.alloc(0);
	let start = PREFACE;
	socket.on("data", (piece) => {
		bytes = Buffer.concat([bytes, piece]);
		while (bytes.length >= start + HEAD) {
			const end = start + HEAD + bytes.readUIntBE(start, 3);
			if (bytes.length < end) return;
			const [type, flags] = [bytes[start + 3], bytes[start + 4]];
			const stream = bytes.readUInt32BE(start + 5);
			const payload = bytes.subarray(start + HEAD, end);
			bytes = bytes.subarray(end);
			start = 0;
			onFrame({ type, flags, stream, payload });
		}
	});
}

/**
 * Speaks HTTP/2 on a connection. `events`: `open(frames)` begins it in place of plain SETTINGS; `request(frames,
 * stream)` has come up to its END_STREAM; `headers(frames, stream)` and `data(frames, stream, bytes)` have come;
 * `acknowledged(frames, count)` counts the acknowledged SETTINGS.
 */
function speakHttp2(socket, events) {
	const frames = new Frames(socket);
	let acknowledged = 0;
	events.open ? events.open(frames) : frames.settings();
	readFrames(socket, ({ type, flags, stream, payload }) => {
		if (type === TYPE.SETTINGS && flags & ACK)
			return events.acknowledged?.(frames, ++acknowledged);
		if (type === TYPE.SETTINGS)
			return socket.write(frame(TYPE.SETTINGS, ACK, 0));
		if (type === TYPE.PING && !(flags & ACK))
			return socket.write(frame(TYPE.PING, ACK, 0, payload));
		if (type !== TYPE.HEADERS && type !== TYPE.DATA) return;
		if (type === TYPE.HEADERS) events.headers?.(frames, stream);
		else events.data?.(frames, stream, payload.length);
		if (flags & END_STREAM) events.request?.(frames, stream);
	});
}

/** Starts a host, closed after the test; `eventsOf(index)` has the events of a connection. */
async function rawHttp2Host(t, eventsOf, { port = 0 } = {}) {
	const { good } = await certificates();
	const sockets = new Set();
	const host = { connections: 0, sockets };
	const options = { ...good.tls, ALPNProtocols: ["h2"] };
	const server = tls.createServer(options, (socket) => {
		sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => sockets.delete(socket));
		speakHttp2(socket, eventsOf(host.connections++));
	});
	server.on("tlsClientError", () => {});
	await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
	t.after(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	const url = `https://127.0.0.1:${server.address().port}`;
	return Object.assign(host, { url });
}

module.exports = { rawHttp2Host, speakHttp2 };
