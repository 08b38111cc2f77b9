// A cluster of three members, a fault proxy before each, and clients that know only the proxies.
const { startCluster, subject } = require("../support");
const { isV3, remember } = require("../support/etcd/api");
const { certificates } = require("../support/tls/certificates");
const { proxiesBefore } = require("./fault-proxy");

/** A member and the proxy before it. */
class Seat {
	constructor(member, proxy) {
		this.member = member;
		this.proxy = proxy;
	}
}

class Stage {
	static async open({ tls, binary }) {
		const made = tls ? await certificates() : undefined;
		const files = made && { cert: made.good.certFile, key: made.good.keyFile };
		const cluster = await startCluster(3, { tls: files, binary });
		const proxies = await proxiesBefore(cluster.members, tls);
		if (isV3()) for (const { url } of proxies) remember(url);
		return new Stage(cluster, proxies, made?.ca.pem);
	}

	constructor(cluster, proxies, ca) {
		this.cluster = cluster;
		this.proxies = proxies;
		this.ca = ca;
		this.stores = new Set();
		this.seats = cluster.members.map((m, i) => new Seat(m, proxies[i]));
	}

	get members() {
		return this.cluster.members;
	}

	/** A client whose hosts are the proxies. */
	client(options) {
		return this.clientOf(
			this.proxies.map((proxy) => proxy.url),
			options,
		);
	}

	/** A client of the members themselves. */
	directClient(options) {
		return this.clientOf(this.cluster.urls, options);
	}

	clientOf(urls, options) {
		const store = subject(urls, { ca: this.ca, ...options });
		this.stores.add(store);
		return store;
	}

	destroy(store) {
		this.stores.delete(store);
		store.destroy();
	}

	async leader() {
		const member = await this.cluster.leader();
		return this.seats.find((seat) => seat.member === member);
	}

	/** Ends a member; then its proxy refuses connections as its port does. */
	async end({ member, proxy }, how) {
		await member[how]();
		await proxy.inflict({ kind: "refuse" });
	}

	async start({ member, proxy }) {
		member.spawn();
		await proxy.heal();
	}

	async healthy() {
		await Promise.all(this.members.map((member) => member.healthy()));
		await this.cluster.leader();
	}

	async close() {
		for (const store of this.stores) store.destroy();
		for (const proxy of this.proxies) proxy.close();
		await this.cluster.stop();
	}
}

module.exports = { Stage };
