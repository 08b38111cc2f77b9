// A wait whose header section a host holds back, and which a write of its own client overtakes: the poll in flight may hold
// an event of another client that came before that write.
const assert = require("node:assert/strict");
const http = require("node:http");
const { test } = require("node:test");
const { call, node, prefix, sharedEtcd } = require("../support");
const { client, deferred, hostOf, proceed } = require("../support/lifetime");

/** How much later than it comes the answer to a wait is handed on. */
const LATE_MS = 20;

const headers = (index) => ({ "x-etcd-index": `${index}` });
const isFirst = ({ url }) => url.endsWith("wait=true");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A host whose answer to the first poll of a wait is `first()`; others give the event of the index asked for. */
async function scripted(t, first) {
	const parked = deferred();
	const host = await hostOf(t, (request) => {
		if (request.method === "PUT")
			return { headers: headers(10), body: node("/k", "mine", 10, "set") };
		if (isFirst(request)) {
			parked.resolve();
			return first();
		}
		const index = Number(/waitIndex=(\d+)/.exec(request.url)[1]);
		if (index > 10) return "silence";
		return {
			headers: headers(10),
			body: node("/k", index < 10 ? "other" : "mine", index, "set"),
		};
	});
	return { host, parked: parked.promise };
}

/** A wait, and a set of the same client that overtakes it. */
async function overtaken({ host, parked }, store) {
	const waiting = call(store, "wait", "k");
	await parked;
	const { args } = await call(store, "set", "k", "mine");
	assert.equal(args[0], null);
	assert.ok(host.requests.length > 1);
	return waiting;
}

test("33. an event of another client before a write that overtakes the wait is given first, and the write next", async (t) => {
	const scene = await scripted(t, async () => {
		await pause(1100);
		return { headers: headers(8), body: node("/k", "other", 9, "set") };
	});
	const { args } = await overtaken(scene, client(t, scene.host.url));
	assert.equal(args[1].node.value, "other");
	const { args: next } = await proceed(args[2]);
	assert.equal(next[1].node.value, "mine");
});

for (const [what, answer] of [
	["gives nothing", "silence"],
	["was registered after the write", { delay: 1100, headers: headers(10) }],
	["fails", { delay: 1100, status: 400, body: "no" }],
])
	test(`33. a wait sees the write that overtakes it once, where its first poll ${what}`, async (t) => {
		const scene = await scripted(t, () => answer);
		const { args } = await overtaken(scene, client(t, scene.host.url));
		assert.equal(args[1]?.node.value, "mine", args[0]?.message);
		assert.equal(scene.host.requests.filter(isFirst).length, 1);
	});

for (const end of ["stop", "destroy"])
	test(`${end} ends both polls of a wait that a write has overtaken`, async (t) => {
		const open = new Set();
		const second = deferred();
		const host = await hostOf(t, ({ method, url }, response) => {
			if (method === "PUT")
				return { headers: headers(10), body: node("/k", "mine", 10, "set") };
			open.add(response);
			response.on("close", () => open.delete(response));
			if (url.includes("waitIndex=10")) second.resolve();
			return "silence";
		});
		const store = client(t, host.url);
		const stop = store.wait("k", () => {});
		await call(store, "set", "k", "mine");
		await second.promise;
		assert.equal(open.size, 2);
		const closed = [...open].map((response) => {
			const { promise, resolve } = deferred();
			response.on("close", resolve);
			return promise;
		});
		if (end === "stop") stop();
		else store.destroy();
		await Promise.all(closed);
	});

test("33. behind a proxy that buffers waits, an acknowledged set of another client is never lost", async (t) => {
	const etcd = await sharedEtcd();
	const proxy = await hostOf(t, async ({ method, headers, url, body }, out) => {
		const onward = http.request(etcd + url, { method, headers }, (got) => {
			const chunks = [];
			got.on("data", (chunk) => chunks.push(chunk));
			got.on("end", async () => {
				if (url.includes("wait=true")) await pause(LATE_MS);
				out.writeHead(got.statusCode, got.headers);
				out.end(Buffer.concat(chunks));
			});
		});
		out.on("close", () => onward.destroy());
		onward.on("error", () => out.destroy());
		onward.end(body);
	});
	const [store, other] = [client(t, proxy.url), client(t, etcd)];
	const dir = prefix();
	for (let round = 0; round < 10; round++) {
		const waiting = call(store, "wait", `${dir}${round}`);
		await call(store, "get", "a-round-trip");
		await pause(60);
		await call(other, "set", `${dir}${round}`, "other");
		await call(store, "set", `${dir}${round}`, "mine");
		const { args } = await waiting;
		assert.equal(args[1].node.value, "other");
		const { args: next } = await proceed(args[2]);
		assert.equal(next[1].node.value, "mine");
	}
});
