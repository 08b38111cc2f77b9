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
	if (isHead) return { status, fields, body: "", rest };
	const found = bodyOf(fields, rest, hasEnded);
	return found && { status, fields, ...found };
}

/** The complete answers to requests of these methods, and the `rest` behind them. */
function answersOf(text, methods, hasEnded) {
	const answers = [];
	let rest = text;
	for (const method of methods) {
		const answer = parse(rest, method === "HEAD", hasEnded);
		if (!answer) break;
		answers.push(answer);
		rest = answer.rest;
	}
	return { answers, rest };
}

function fieldOf(fields, name) {
	return fields.find(([field]) => field === name)?.[1];
}

/** The body in a text, and the rest behind it; undefined while it is not complete. */
function bodyOf(fields, text, hasEnded) {
	const length = fieldOf(fields, "Content-Length");
	if (length !== undefined && text.length < length) return undefined;
	if (length !== undefined)
		return { body: text.slice(0, length), rest: text.slice(length) };
	if (fieldOf(fields, "Transfer-Encoding") === "chunked") return unchunk(text);
	return hasEnded ? { body: text, rest: "" } : undefined;
}

function unchunk(text) {
	let [body, rest] = ["", text];
	for (;;) {
		const line = rest.indexOf("\r\n");
		if (line < 0) return undefined;
		const size = Number.parseInt(rest.slice(0, line), 16);
		const next = line + 2 + size + 2;
		if (rest.length < next) return undefined;
		if (size === 0) return { body, rest: rest.slice(next) };
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

module.exports = { answersOf, connection, firstOf, raw, fieldOf };
