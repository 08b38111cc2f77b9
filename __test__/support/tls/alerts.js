// A TLS 1.3 host that ends connections with alerts of the test's choice, which Node's own API cannot send.
const crypto = require("node:crypto");
const net = require("node:net");
const tls = require("node:tls");
const { certificates } = require("./certificates");
const { writeForEver } = require("../hosts/raw-host");

const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const FATAL = 2;
const NEW_SESSION_TICKET = 4;
const TICKETS = 2;
const TAG = 16;
const HEADER = 5;
const LONG_TICKET = 1000;
const TICKET_HEAD = 15;

/** HKDF-Expand-Label of RFC 8446 §7.1, for outputs of one block. */
function expand(secret, label, length) {
	const name = Buffer.from(`tls13 ${label}`);
	const info = [Buffer.of(0, length, name.length), name, Buffer.of(0, 1)];
	const mac = crypto.createHmac("sha256", secret);
	return mac.update(Buffer.concat(info)).digest().subarray(0, length);
}

/** Reads and writes the records that a server protects with its first application traffic secret. */
class ServerRecords {
	#key;
	#iv;
	#sequence = 0;
	constructor(secret) {
		this.#key = expand(secret, "key", 16);
		this.#iv = expand(secret, "iv", 12);
	}
	#cipher(make, header) {
		const nonce = Buffer.from(this.#iv);
		nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#sequence) >>> 0, 8);
		const cipher = crypto[make]("aes-128-gcm", this.#key, nonce);
		return cipher.setAAD(header);
	}
	/** The content and its type; nothing for a record of the handshake. */
	open(record) {
		const cipher = this.#cipher("createDecipheriv", record.subarray(0, HEADER));
		cipher.setAuthTag(record.subarray(-TAG));
		const inner = cipher.update(record.subarray(HEADER, -TAG));
		try {
			cipher.final();
		} catch {
			return undefined;
		}
		this.#sequence++;
		return { type: inner.at(-1), content: inner.subarray(0, -1) };
	}
	seal(type, content) {
		const header = Buffer.of(APPLICATION_DATA, 3, 3, 0, 0);
		header.writeUInt16BE(content.length + 1 + TAG, 3);
		const cipher = this.#cipher("createCipheriv", header);
		const sealed = cipher.update(Buffer.concat([content, Buffer.of(type)]));
		cipher.final();
		this.#sequence++;
		return Buffer.concat([header, sealed, cipher.getAuthTag()]);
	}
}

/** Hands the records of a server on to its client, and can put an alert behind them. */
class Relay {
	#client;
	#pending = Buffer.alloc(0);
	#records;
	#tickets = 0;
	#alert;
	constructor(client, port) {
		this.#client = client;
		this.server = net.connect(port, "127.0.0.1");
		client.pipe(this.server);
		this.server.on("data", (bytes) => this.#read(bytes));
		this.server.on("end", () => client.end());
		for (const socket of [client, this.server]) socket.on("error", () => {});
		client.on("close", () => this.server.destroy());
	}
	destroy() {
		this.#client.destroy();
		this.server.destroy();
	}
	set secret(secret) {
		this.#records = new ServerRecords(secret);
	}
	#read(bytes) {
		this.#client.write(bytes);
		this.#pending = Buffer.concat([this.#pending, bytes]);
		while (this.#pending.length >= HEADER) {
			const end = HEADER + this.#pending.readUInt16BE(3);
			if (this.#pending.length < end) return;
			this.#note(this.#pending.subarray(0, end));
			this.#pending = this.#pending.subarray(end);
		}
	}
	#note(record) {
		if (record[0] !== APPLICATION_DATA || !this.#records) return;
		const opened = this.#records.open(record);
		if (opened?.type === HANDSHAKE && opened.content[0] === NEW_SESSION_TICKET)
			this.#tickets++;
		this.#sendAlert();
	}
	/** Sends a fatal alert behind all that the server has sent, and nothing after it. */
	alert(number) {
		this.#alert = number;
		this.#sendAlert();
	}
	/** Sends session tickets behind all that the server has sent, for as long as the client reads. */
	sendTickets() {
		this.server.removeAllListeners("data");
		const ticket = Buffer.alloc(LONG_TICKET, 1);
		const head = Buffer.alloc(TICKET_HEAD);
		head.writeUInt8(NEW_SESSION_TICKET, 0);
		head.writeUIntBE(4 + 4 + 1 + 2 + LONG_TICKET + 2, 1, 3);
		head.writeUInt32BE(3600, 4);
		head.writeUInt16BE(LONG_TICKET, 13);
		const message = Buffer.concat([head, ticket, Buffer.alloc(2)]);
		writeForEver(this.#client, () => this.#records.seal(HANDSHAKE, message));
	}
	#sendAlert() {
		if (this.#alert === undefined || this.#tickets < TICKETS) return;
		this.server.removeAllListeners("data");
		const alert = Buffer.of(FATAL, this.#alert);
		this.#client.end(this.#records.seal(ALERT, alert));
		this.#alert = undefined;
	}
}

const listen = (server) =>
	new Promise((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve(server.address().port)),
	);

/**
 * Starts a host, closed after the test. `onConnection(socket, alert, sendTickets)` is called for each connection:
 * `alert(number)` ends it with this fatal alert, `sendTickets()` sends session tickets for ever. `protocols`: what it takes by ALPN.
 */
async function alertingHost(t, protocols, onConnection) {
	const { good } = await certificates();
	const relays = new Map();
	const server = tls.createServer({
		...good.tls,
		ALPNProtocols: protocols,
		ciphers: "TLS_AES_128_GCM_SHA256",
		minVersion: "TLSv1.3",
	});
	server.on("keylog", (line, { remotePort }) => {
		const [label, , secret] = line.toString().trim().split(" ");
		if (label === "SERVER_TRAFFIC_SECRET_0")
			relays.get(remotePort).secret = Buffer.from(secret, "hex");
	});
	server.on("secureConnection", (socket) => {
		socket.on("error", () => {});
		const relay = relays.get(socket.remotePort);
		onConnection(
			socket,
			(number) => relay.alert(number),
			() => relay.sendTickets(),
		);
	});
	const inner = await listen(server);
	const front = net.createServer((client) => {
		const relay = new Relay(client, inner);
		relay.server.on("connect", () => relays.set(relay.server.localPort, relay));
	});
	const port = await listen(front);
	t.after(() => {
		front.close();
		server.close();
		for (const relay of relays.values()) relay.destroy();
	});
	return { url: `https://127.0.0.1:${port}` };
}

module.exports = { alertingHost };
