// A host of TLS 1.2 (RFC 5246 §7.4) up to the point where its client has verified the certificate and the key exchange: it
// sends any bytes as certificates, as no library does.
const { createECDH, randomBytes, sign } = require("node:crypto");
const net = require("node:net");

const HANDSHAKE = 22;
const TLS12 = [3, 3];
const CLIENT_KEY_EXCHANGE = 16;
/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, without compression. */
const CIPHER = [0xc0, 0x2b, 0];
/** A named curve: secp256r1. */
const CURVE = [3, 0, 23];
const ECDSA_SHA256 = [4, 3];

function long(length, size) {
	const bytes = Buffer.alloc(size);
	bytes.writeUIntBE(length, 0, size);
	return bytes;
}

/** Bytes with their length before them, in so many bytes. */
const sized = (size, ...parts) => {
	const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
	return Buffer.concat([long(bytes.length, size), bytes]);
};
const message = (type, ...parts) =>
	Buffer.concat([Buffer.from([type]), sized(3, ...parts)]);
const record = (bytes) =>
	Buffer.concat([Buffer.from([HANDSHAKE, ...TLS12]), sized(2, bytes)]);

function keyExchange(key, clientRandom, random) {
	const point = createECDH("prime256v1").generateKeys();
	const params = Buffer.concat([Buffer.from(CURVE), sized(1, point)]);
	const signed = Buffer.concat([clientRandom, random, params]);
	const signature = sized(2, sign("sha256", signed, key));
	return message(12, params, ECDSA_SHA256, signature);
}

function answer(hello, chain, key) {
	const random = randomBytes(32);
	const clientRandom = hello.subarray(11, 43);
	const ders = chain.map((der) => sized(3, der));
	return [
		message(2, TLS12, random, [0], CIPHER),
		message(11, sized(3, ...ders)),
		keyExchange(key, clientRandom, random),
		message(14),
	];
}

/** The answer in records of less than 16 KiB. */
function records(messages) {
	const bytes = Buffer.concat(messages);
	const parts = [];
	for (let at = 0; at < bytes.length; at += 16000)
		parts.push(record(bytes.subarray(at, at + 16000)));
	return Buffer.concat(parts);
}

/**
 * Starts a host, closed after the test, that sends these certificates (DER) and signs with a P-256 key. `isTaken()`:
 * whether a client has gone on with its own key exchange.
 */
async function tls12Host(t, chain, key) {
	let isTaken = false;
	const server = net.createServer((socket) => {
		socket.on("error", () => {});
		socket.once("data", (hello) => {
			socket.write(records(answer(hello, chain, key)));
			socket.once("data", (data) => {
				isTaken ||= data[0] === HANDSHAKE && data[5] === CLIENT_KEY_EXCHANGE;
				socket.destroy();
			});
		});
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const close = () => new Promise((resolve) => server.close(resolve));
	t.after(close);
	const url = `https://127.0.0.1:${server.address().port}`;
	return { url, close, isTaken: () => isTaken };
}

module.exports = { tls12Host };
