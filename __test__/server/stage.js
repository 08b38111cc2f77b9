// Servers in front of stores in memory and of clusters, and an etcd beside them.
const { subject } = require("../support");
const { serve } = require("../../server");

/** A server, closed after the test, and the client of its store: `{server, store, port, host}`. */
async function served(t, { hosts = "memory:", client, ...options } = {}) {
	const store = subject(hosts, client);
	const server = await serve(store, { port: 0, ...options });
	t.after(async () => {
		await server.close();
		store.destroy();
	});
	const { port, host } = new URL(server.url);
	return { server, store, port: Number(port), host };
}

module.exports = { served };
