// A TCP proxy before one member, and what it can do to the bytes between a client and it.
//
// A fault is an object `{kind, …}`; it counts for the connections there are and for new ones:
// `delay` {ms}, `drip` {bytes, ms}, `cut` {direction, after}, `reset`, `silence`, `mute` (requests pass,
// answers do not), `answer` {text, forwards}, `refuse`. Directions are `up` (to the member) and `down`.
const net = require("node:net");
const { setTimeout: sleep } = require("node:timers/promises");
const { freePorts } = require("../support/etcd/ports");
const { reset } = require("../support/hosts/reset");

const PASS = { kind: "pass" };

/** One connection: two sockets, and the bytes each has been sent since the fault began. */
class Link {
	constructor(proxy, near) {
		this.proxy = proxy;
		this.near = near;
		this.far = net.connect(proxy.target, "127.0.0.1");
		this.fault = PASS;
		this.passed = { up: 0, down: 0 };
		for (const socket of [this.near, this.far]) {
			socket.setNoDelay(true);
			socket.on("error", () => this.reset());
			socket.on("close", () => this.forget());
		}
		this.carryAll("up", this.near, this.far);
		this.carryAll("down", this.far, this.near);
	}

	async carryAll(direction, from, to) {
		try {
			for await (const chunk of from) await this.carry(direction, chunk, to);
			to.end();
		} catch {
			this.reset();
		}
	}

	async carry(direction, chunk, to) {
		const { fault } = this.proxy;
		if (fault !== this.fault) this.passed = { up: 0, down: 0 };
		this.fault = fault;
		const rest = await CARRIERS[fault.kind](this, { direction, chunk, fault });
		if (rest?.length && !to.destroyed) to.write(rest);
		this.passed[direction] += rest?.length ?? 0;
	}

	forget() {
		if (this.near.destroyed && this.far.destroyed)
			this.proxy.links.delete(this);
	}

	reset() {
		for (const socket of [this.near, this.far]) reset(socket);
	}

	/** Answers in the member's place, and ends the connection. */
	answer(text) {
		this.near.end(text);
		this.far.destroy();
	}
}

/** Each takes what came and returns what goes on; nothing where nothing does. */
const CARRIERS = {
	pass: (_, { chunk }) => chunk,

	async delay(_, { chunk, fault }) {
		await sleep(fault.ms);
		return chunk;
	},

	async drip(link, { direction, chunk, fault }) {
		const to = direction === "up" ? link.far : link.near;
		for (let at = 0; at < chunk.length; at += fault.bytes) {
			if (link.proxy.fault !== fault || to.destroyed) return chunk.subarray(at);
			to.write(chunk.subarray(at, at + fault.bytes));
			await sleep(fault.ms);
		}
	},

	cut(link, { direction, chunk, fault }) {
		const left = fault.after - link.passed[direction];
		if (direction !== fault.direction || chunk.length <= left) return chunk;
		const to = direction === "up" ? link.far : link.near;
		// Flushed before the reset, which would throw it away.
		to.write(chunk.subarray(0, left), () => setImmediate(() => link.reset()));
	},

	reset: (link) => link.reset(),

	async silence(link, { chunk, fault }) {
		await link.proxy.end(fault);
		return fault.late ? chunk : link.reset();
	},

	async mute(link, { direction, chunk, fault }) {
		if (direction === "up") return chunk;
		await link.proxy.end(fault);
		return fault.late ? chunk : link.reset();
	},

	answer(link, { direction, chunk, fault }) {
		if (direction === "up") {
			if (fault.forwards) return chunk;
			return link.answer(fault.text);
		}
		// What does not begin an answer belongs to one whose head has passed.
		if (fault.forwards && !fault.inTheMiddle && !isHead(chunk))
			return link.reset();
		return link.answer(fault.text);
	},

	refuse: (link) => link.reset(),
	closed: (link) => link.reset(),
};

function isHead(chunk) {
	return chunk.subarray(0, 5).toString("latin1") === "HTTP/";
}

class FaultProxy {
	/** A proxy before a member that listens on this port. */
	constructor({ target, tls }) {
		this.target = target;
		this.scheme = tls ? "https" : "http";
		this.fault = PASS;
		this.links = new Set();
		this.connections = 0;
		this.waiting = [];
	}

	async open() {
		[this.port] = await freePorts(1);
		this.url = `${this.scheme}://127.0.0.1:${this.port}`;
		await this.listen();
		return this;
	}

	async listen() {
		this.server = net.createServer({ allowHalfOpen: true }, (socket) =>
			this.accept(socket),
		);
		await new Promise((resolve, reject) => {
			this.server.once("error", reject);
			this.server.listen(this.port, "127.0.0.1", resolve);
		});
	}

	accept(socket) {
		this.connections++;
		const { kind } = this.fault;
		if (kind === "reset" || kind === "closed") return reset(socket);
		this.links.add(new Link(this, socket));
	}

	/** From now on this happens; `heal` ends it. */
	async inflict(fault) {
		await this.heal();
		this.fault = { ...fault };
		if (fault.kind === "refuse") this.server.close();
		if (fault.kind === "refuse" || fault.kind === "reset") this.resetAll();
	}

	async heal() {
		const { kind } = this.fault;
		this.fault = PASS;
		for (const goOn of this.waiting.splice(0)) goOn();
		if (kind === "refuse") await this.listen();
	}

	/** Resolves when this fault has ended. */
	async end(fault) {
		while (this.fault === fault)
			await new Promise((resolve) => this.waiting.push(resolve));
	}

	resetAll() {
		for (const link of this.links) link.reset();
	}

	close() {
		this.server.close();
		this.fault = { kind: "closed" };
		for (const goOn of this.waiting.splice(0)) goOn();
		this.resetAll();
	}
}

/** A proxy before each of these members. */
function proxiesBefore(members, tls) {
	return Promise.all(
		members.map(({ port }) => new FaultProxy({ target: port, tls }).open()),
	);
}

module.exports = { FaultProxy, proxiesBefore };
