// Checks that the package installed in a folder works on this platform: sets and gets a key on a scripted host. The release
// workflow runs it on platforms without etcd.
const assert = require("node:assert");
const { once } = require("node:events");
const http = require("node:http");
const path = require("node:path");
const { text } = require("node:stream/consumers");
const { promisify } = require("node:util");

/** Answers as etcd does, with the value that was written last. */
async function startHost() {
	let value;
	const server = http.createServer(async (request, response) => {
		const isWrite = request.method === "PUT";
		if (isWrite) value = new URLSearchParams(await text(request)).get("value");
		const action = isWrite ? "set" : "get";
		response.end(JSON.stringify({ action, node: { key: "/hello", value } }));
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return server;
}

async function main([folder]) {
	const etcdjs = require(path.resolve(folder, "node_modules", "etcdjs"));
	const server = await startHost();
	const store = etcdjs(`127.0.0.1:${server.address().port}`);
	await promisify(store.set).call(store, "hello", "world");
	const { node } = await promisify(store.get).call(store, "hello");
	assert.strictEqual(node.value, "world");
	store.destroy();
	server.close();
	console.log(
		`works on ${process.platform} ${process.arch} ${process.version}`,
	);
}

main(process.argv.slice(2));
