// Clients of the v2 API, two servers `etcdjs serve`, and a cluster of three members that have the v3 API alone. A fault proxy is before
// each server and before each member, and a relay before each member's peer port.
const { startCluster } = require("../../support");
const { PeerRelays } = require("../../support/etcd/peer-relays");
const { certificates } = require("../../support/tls/certificates");
const { FaultProxy, proxiesBefore } = require("../fault-proxy");
const { Stage } = require("../stage");
const { HttpClient } = require("./client");
const { Gateway } = require("./process");

const GATEWAYS = 2;

/** A server and the proxy before it: what a client knows. */
class Entrance {
	static async open(options, tls) {
		const gateway = await Gateway.open(options);
		const proxy = await new FaultProxy({ target: gateway.port, tls }).open();
		return new Entrance(gateway, proxy);
	}

	constructor(gateway, proxy) {
		this.gateway = gateway;
		this.proxy = proxy;
	}

	get url() {
		return this.proxy.url;
	}

	/** Which process of the server it is. */
	get incarnation() {
		return this.gateway.incarnation;
	}

	/** Ends the server; then its proxy refuses connections as its port does. */
	async end(how) {
		const ended = await this.gateway[how]();
		await this.proxy.inflict({ kind: "refuse" });
		return ended;
	}

	async start() {
		await this.gateway.start();
		await this.proxy.heal();
	}
}

class GatewayStage extends Stage {
	static async open({ tls, binary }) {
		const made = tls ? await certificates() : undefined;
		const files = made && {
			...{
				cert: made.good.certFile,
				key: made.good.keyFile,
				ca: made.ca.certFile,
			},
		};
		const relays = new PeerRelays();
		const ofMembers = files && { cert: files.cert, key: files.key };
		const cluster = await startCluster(3, { tls: ofMembers, binary, relays });
		const proxies = await proxiesBefore(cluster.members, tls);
		const stage = new GatewayStage(cluster, proxies, made?.ca.pem);
		stage.relays = relays;
		const hosts = proxies.map(({ url }) => url);
		for (let i = 0; i < GATEWAYS; i++)
			stage.entrances.push(await Entrance.open({ hosts, files }, tls));
		return stage;
	}

	constructor(...args) {
		super(...args);
		this.entrances = [];
		this.violations = [];
		/** The revisions at which etcd's history was compacted. */
		this.compactions = [];
		this.made = 0;
		this.endings = 0;
	}

	/** A client of the servers. Every second one begins at the second server. */
	client(options) {
		const client = new HttpClient({
			...options,
			...{ gateways: this.entrances, first: this.made++, ca: this.ca },
			violate: (what, about) => this.violations.push({ what, about }),
		});
		client.stage = this;
		this.stores.add(client);
		return client;
	}

	destroy(client) {
		this.endings += client.endings;
		super.destroy(client);
	}

	async healthy() {
		await super.healthy();
		await Promise.all(this.entrances.map(({ gateway }) => gateway.healthy()));
	}

	/** Whether the history behind an index was compacted. */
	isCompacted(index) {
		return this.compactions.some((revision) => index < revision);
	}

	async close() {
		for (const { gateway, proxy } of this.entrances) {
			proxy.close();
			await gateway.stop();
		}
		await super.close();
		this.relays.close();
	}
}

module.exports = { GatewayStage };
