// The same bytes to several servers at once, and what each sends back.
const net = require("node:net");
const { setTimeout: sleep } = require("node:timers/promises");

const TICK_MS = 25;
/** Nobody has sent anything for so many ticks: all servers wait for more bytes. Ticks, so that a pause of this process does not count. */
const SILENCE = 60;
/** One server is done: the others are about to be. */
const GRACE = 200;
const LIMIT_MS = 30_000;

/** A connection, `text` that has come on it, whether the server has ended it. */
class Wire {
	text = "";
	hasEnded = false;

	constructor(port) {
		this.socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
		this.socket.on("data", (data) => {
			this.text += data.toString("latin1");
			this.onChange?.();
		});
		// An error is followed by the end.
		this.socket.on("error", () => {});
		this.socket.on("close", () => {
			this.hasEnded = true;
			this.onChange?.();
		});
	}

	/** Writes parts, each as a packet of its own where the system does so. */
	async write(parts) {
		for (const part of parts) {
			if (this.socket.destroyed) return;
			this.socket.write(part, "latin1");
			if (parts.length > 1) await new Promise(setImmediate);
		}
	}
}

/** Whether all is sent, or nobody has sent anything for so many `ticks`. */
function isOver(wires, isDone, ticks) {
	const open = wires.filter((wire) => !wire.hasEnded && !isDone(wire.text));
	if (open.length === 0) return true;
	return ticks > (open.length === wires.length ? SILENCE : GRACE);
}

/** Resolves when each server has sent all or has ended its connection, or no server sends any more. */
async function settle(wires, isDone) {
	const limit = Date.now() + LIMIT_MS;
	for (let ticks = 0; !isOver(wires, isDone, ticks); ) {
		if (Date.now() > limit) throw new Error("the servers send without end");
		const changed = new Promise((resolve) => {
			for (const wire of wires) wire.onChange = () => resolve(true);
		});
		ticks = (await Promise.race([changed, sleep(TICK_MS)])) ? 0 : ticks + 1;
	}
}

/**
 * What servers send to these bytes: a list of `{text, hasEnded}`. `isDone(text)`: nothing more is to come.
 * `meanwhile`: what is done once each server has sent what `hasBegun` asks for.
 */
async function exchange(ports, parts, { isDone, hasBegun, meanwhile }) {
	const wires = ports.map((port) => new Wire(port));
	try {
		await Promise.all(wires.map((wire) => wire.write(parts)));
		if (meanwhile) {
			await settle(wires, hasBegun);
			await meanwhile(() => isOver(wires, isDone, 0));
		}
		await settle(wires, isDone);
		return wires.map(({ text, hasEnded }) => ({ text, hasEnded }));
	} finally {
		for (const wire of wires) wire.socket.destroy();
	}
}

module.exports = { exchange };
