// Raw HTTP/1.1 on one connection after the other: what a server answers to bytes.
const { once } = require("node:events");
const net = require("node:net");

const LIMIT_MS = 10_000;

/** `{status, fields, body, rest}` of the first answer in a text of bytes; undefined while it is not complete. */
function parse(text, isHead, hasEnded) {
	const end = text.indexOf("\r\n\r\n");
	if (end < 0) return undefined;
	const [status, ...lines] = text.slice(0, end).split("\r\n");
	if (status === "HTTP/1.1 100 Continue")
		return parse(text.slice(end + 4), isHead, hasEnded);
	const fields = lines.map((line) => line.split(": "));
	const rest = text.slice(end + 4);
	const body = isHead ? "" : bodyOf(fields, rest, hasEnded);
	return body === undefined ? undefined : { status, fields, body };
}

function fieldOf(fields, name) {
	return fields.find(([field]) => field === name)?.[1];
}

function bodyOf(fields, rest, hasEnded) {
	const length = fieldOf(fields, "Content-Length");
	if (length !== undefined)
		return rest.length < length ? undefined : rest.slice(0, length);
	if (fieldOf(fields, "Transfer-Encoding") === "chunked") return unchunk(rest);
	return hasEnded ? rest : undefined;
}

function unchunk(text) {
	let [body, rest] = ["", text];
	for (;;) {
		const line = rest.indexOf("\r\n");
		if (line < 0) return undefined;
		const size = Number.parseInt(rest.slice(0, line), 16);
		const next = line + 2 + size + 2;
		if (rest.length < next) return undefined;
		if (size === 0) return body;
		body += rest.slice(line + 2, next - 2);
		rest = rest.slice(next);
	}
}

/** What a port answers to a request: see `parse`. `{closed: true}` if it closes the connection without an answer. */
function raw(port, request) {
	const isHead = request.startsWith("HEAD");
	return new Promise((resolve, reject) => {
		const socket = net.connect(port, "127.0.0.1");
		let text = "";
		const settle = (hasEnded) => {
			const answer = parse(text, isHead, hasEnded);
			if (answer || hasEnded) resolve(answer ?? { closed: true, text });
			if (answer) socket.destroy();
		};
		socket.setTimeout(LIMIT_MS, () => {
			socket.destroy();
			reject(new Error(`no answer to ${request.slice(0, 200)}: ${text}`));
		});
		socket.on("data", (data) => {
			text += data.toString("latin1");
			settle(false);
		});
		socket.on("error", () => {});
		socket.on("close", () => settle(true));
		socket.write(request, "latin1");
	});
}

/** Resolves with the first of these events. An error is followed by the end. */
function firstOf(socket, ...names) {
	return new Promise((resolve) => {
		for (const name of names) socket.once(name, resolve);
	});
}

/** A connection on which bytes are written and read by hand: `{socket, text(), until(pattern)}`. */
async function connection(t, port) {
	const socket = net.connect(port, "127.0.0.1");
	t.after(() => socket.destroy());
	let text = "";
	socket.on("data", (data) => {
		text += data.toString("latin1");
	});
	socket.on("error", () => {});
	await once(socket, "connect");
	const until = async (pattern) => {
		while (!pattern.test(text)) {
			if (socket.closed) throw new Error(`closed after ${text}`);
			await firstOf(socket, "data", "close");
		}
		return text;
	};
	return { socket, text: () => text, until };
}

module.exports = { connection, firstOf, raw, fieldOf };
