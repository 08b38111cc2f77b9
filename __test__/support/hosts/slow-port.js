// A port that hands all bytes on to an etcd, and is slow to do so.
const net = require("node:net");
const { remember } = require("../etcd/api");

/** A port in front of etcd that is slow to hand on all bytes, or to hand them back. */
async function slowPort(t, etcd, where, ms) {
	const pipe = (from, to, delay) => {
		from.on("data", (chunk) => setTimeout(() => to.write(chunk), delay));
		from.on("close", () => to.destroy());
		from.on("error", () => to.destroy());
	};
	const server = net.createServer((near) => {
		const far = net.connect(etcd.port, "127.0.0.1");
		pipe(near, far, where === "request" ? ms : 0);
		pipe(far, near, where === "headers" ? ms : 0);
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	const host = `127.0.0.1:${server.address().port}`;
	remember(host);
	return { url: `http://${host}` };
}

module.exports = { slowPort };
