// TCP relays before the peer ports of a cluster's members. They cut one member off from the others: its process goes on, and
// its clients reach it.
//
// Members connect to each other's relays. A member that connects names itself in the headers of its requests, so a relay knows
// both ends of a connection. What is sent over a cut connection is lost.
const net = require("node:net");
const { freePorts } = require("./ports");

const SENDER = /^X-Server-From: (\w+)\r$/im;

/** A connection of one member to another. */
class Link {
	constructor(relays, to, near) {
		this.relays = relays;
		this.to = to.name;
		this.from = undefined;
		this.near = near;
		this.far = net.connect(to.peerPort, "127.0.0.1");
		this.carry(near, this.far);
		this.carry(this.far, near);
	}

	carry(from, to) {
		from.on("data", (chunk) => {
			if (from === this.near) this.identify(chunk);
			if (!this.relays.areCut(this)) to.write(chunk);
		});
		from.on("error", () => {});
		// Who is cut off is not told of the end either.
		from.on("close", () => this.relays.areCut(this) || this.end());
	}

	identify(chunk) {
		this.from ??= SENDER.exec(chunk.toString("latin1"))?.[1];
	}

	end() {
		this.near.destroy();
		this.far.destroy();
		this.relays.links.delete(this);
	}
}

class PeerRelays {
	constructor() {
		this.servers = [];
		this.links = new Set();
		this.away = undefined;
	}

	/** Resolves with the port of a relay before the peer port of a member. */
	async before(seat) {
		const [port] = await freePorts(1);
		const server = net.createServer((near) =>
			this.links.add(new Link(this, seat, near)),
		);
		this.servers.push(server);
		await new Promise((resolve, reject) => {
			server.once("error", reject);
			server.listen(port, "127.0.0.1", resolve);
		});
		return port;
	}

	/** Cuts off a member: `{name}`, and its `id` in etcd's hexadecimal form if it runs. */
	cut(away) {
		this.away = away;
	}

	areCut({ from, to }) {
		if (!this.away) return false;
		return to === this.away.name || (from && from === this.away.id);
	}

	/** The cut connections end, as bytes of them are lost. The members connect again. */
	heal() {
		const cut = [...this.links].filter((link) => this.areCut(link));
		this.away = undefined;
		for (const link of cut) link.end();
	}

	close() {
		for (const server of this.servers) server.close();
		this.away = undefined;
		for (const link of this.links) link.end();
	}
}

module.exports = { PeerRelays };
