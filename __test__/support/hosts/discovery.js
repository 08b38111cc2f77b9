// Services that name the hosts of a cluster.
const { certificates } = require("../tls/certificates");
const { hostOf } = require("../lifetime");
const { proxyOf } = require("./proxy");

/** What a discovery service answers for a cluster of these members. */
function cluster(...values) {
	const nodes = values.map((value, i) => ({
		key: `/_etcd/registry/token/${i}`,
		value,
		modifiedIndex: 9 + i,
		createdIndex: 9 + i,
	}));
	const key = "/_etcd/registry/token";
	return { body: { action: "get", node: { key, dir: true, nodes } } };
}

/**
 * A host that answers in the place of discovery.etcd.io: `env` is the environment of a process that asks there, `requests`
 * what it was asked.
 */
async function publicDiscovery(t, answer) {
	const { ca, discovery } = await certificates();
	const { host, requests } = await hostOf(t, [answer], { tls: discovery.tls });
	const proxy = await proxyOf(t, { "discovery.etcd.io:443": host });
	const env = {
		HTTPS_PROXY: proxy.url,
		NO_PROXY: "127.0.0.1",
		NODE_EXTRA_CA_CERTS: ca.certFile,
	};
	return { env, requests };
}

module.exports = { cluster, publicDiscovery };
