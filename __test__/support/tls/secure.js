// What the tests of https share: etcd behind TLS, what Node's own https says, and a proxy that counts connections.
const https = require("node:https");
const net = require("node:net");
const { text } = require("node:stream/consumers");
const { certificates } = require("./certificates");
const { startEtcd } = require("../etcd/etcd");
const { reset } = require("../hosts/reset");

/** A real etcd on https, stopped after the test. `needsCertificate`: to clients with a certificate of `ca` alone. */
async function secureEtcd(t, { needsCertificate = false } = {}) {
	const { good, ca } = await certificates();
	const tls = { cert: good.certFile, key: good.keyFile };
	if (needsCertificate) tls.ca = ca.certFile;
	const member = await startEtcd({ tls });
	t.after(() => member.stop());
	return member;
}

/** What Node's own https gets from a URL: `{body}` or `{error}`. */
async function askedByNode(url, options) {
	try {
		const response = await new Promise((resolve, reject) => {
			https.get(url, { agent: false, ...options }, resolve).on("error", reject);
		});
		return { body: await text(response) };
	} catch (error) {
		return { error };
	}
}

/** A TCP proxy in front of a port, closed after the test. `opened` counts its connections, `resetAll()` cuts them. */
async function countingProxy(t, port) {
	const sockets = new Set();
	const proxy = { opened: 0, closed: 0 };
	const server = net.createServer((socket) => {
		proxy.opened++;
		sockets.add(socket);
		const onward = net.connect(port, "127.0.0.1").unref();
		socket.unref();
		socket.pipe(onward).pipe(socket);
		socket.on("error", () => {});
		onward.on("error", () => reset(socket));
		socket.on("close", () => {
			proxy.closed++;
			sockets.delete(socket);
			onward.destroy();
		});
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	// Nothing that a test has in front of etcd holds its process, as etcd itself does not.
	server.unref();
	const resetAll = () => {
		for (const socket of sockets) reset(socket);
	};
	t.after(() => {
		server.close();
		resetAll();
	});
	const host = `127.0.0.1:${server.address().port}`;
	return Object.assign(proxy, { url: `https://${host}`, host, resetAll });
}

module.exports = { askedByNode, countingProxy, secureEtcd };
