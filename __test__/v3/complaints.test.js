// What users of npm etcd3 complain of, one after the other: it does not happen here.
const assert = require("node:assert/strict");
const http2 = require("node:http2");
const { test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { inChild } = require("../support/child");
const { until } = require("../support/etcd/member");
const { rejection } = require("../support/lifetime");
const { countingProxy } = require("../support/tls/secure");
const { grpcHost } = require("../support/v3/grpc-host");
const {
	ROOT,
	ctl,
	enableAuth,
	v3Client,
	v3Etcd,
} = require("../support/v3/etcd");
const messages = require("../support/v3/messages");

const { found, watchCreated, watchIdOf, framed } = messages;

async function started(t, options, clientOptions) {
	const member = await v3Etcd(t, options);
	const store = v3Client(t, member.url, clientOptions);
	return { member, store, promises: store.promises };
}

/** A client behind a proxy that can cut its connections. */
async function behindProxy(t) {
	const { member, promises: direct } = await started(t);
	const proxy = await countingProxy(t, member.port);
	const { promises } = v3Client(t, `http://${proxy.host}`);
	return { member, direct, proxy, promises };
}

test("a watch does not die silently: it goes on after lost connections and restarts of etcd", async (t) => {
	const { member, direct, proxy } = await behindProxy(t);
	const store = v3Client(t, `http://${proxy.host}`);
	const watch = store.watch("a");
	for (let i = 0; i < 3; i++) {
		const next = watch.next();
		if (i === 0) await watch.ready;
		proxy.resetAll();
		await member.restart();
		await direct.set("a", `${i}`);
		assert.equal((await next).value.node.value, `${i}`);
	}
	await watch.return();
});

test("a call does not hang for ever: a silent server is left after the timeout, and a dead network is found out", async (t) => {
	const host = await grpcHost(t, () => {});
	const { promises } = v3Client(t, host.url, { timeout: 200 });
	for (const [method, ...args] of [
		["get", "a"],
		["set", "a", "v"],
		["wait", "a"],
	]) {
		const error = await rejection(promises[method](...args));
		assert.match(error.code, /TIMEDOUT$/);
	}
	const { member, promises: live } = await started(t, {}, { timeout: 500 });
	await live.set("a", "v");
	await member.pause();
	assert.match((await rejection(live.get("a"))).code, /TIMEDOUT$/);
});

test("a write is not sent again where it may be applied, and a create that has won is not reported as lost", async (t) => {
	for (const code of [1, 2, 4, 13, 14]) {
		const host = await grpcHost(t, (x) => x.refuse(code, "so"));
		const { promises } = v3Client(t, host.url);
		const error = await rejection(promises.set("a", "v", { prevExist: false }));
		assert.equal(error.ambiguous, true, `status ${code}`);
		assert.equal(host.calls.length, 1, `status ${code}`);
	}
	// A host that applies what it reads, and cuts the connection in place of the answer.
	const { member, promises: direct } = await started(t);
	const host = await grpcHost(t, (x) => {
		const session = http2.connect(member.url);
		const { te, token } = x.fields;
		const fields = { te, "content-type": "application/grpc", token };
		if (token === undefined) delete fields.token;
		const sent = { ":method": "POST", ":path": x.path, ...fields };
		const onward = session.request(sent);
		onward.on("response", () => x.stream.session.destroy());
		onward.on("close", () => session.destroy());
		onward.resume().end(x.body);
	});
	const { promises } = v3Client(t, host.url);
	await direct.mkdir("d");
	for (const options of [{}, { prevExist: false }]) {
		const key = `d/${Object.keys(options)}`;
		const error = await rejection(promises.set(key, "v", options));
		assert.equal(error.code, "ECONNRESET");
		assert.equal(error.ambiguous, true);
		const text = await ctl(member, ["get", `/${key}`, "-w", "fields"]);
		assert.match(text, /"Version" : 1/);
	}
});

test("of many that create one key, one wins, whatever breaks meanwhile", async (t) => {
	const { direct, proxy, promises } = await behindProxy(t);
	for (let round = 0; round < 10; round++) {
		const key = `leader/${round}`;
		const claims = Array.from({ length: 10 }, (_, i) =>
			promises.set(key, `${i}`, { prevExist: false }).then(
				() => `${i}`,
				(error) => (error.ambiguous ? "unknown" : "lost"),
			),
		);
		if (round % 2) setImmediate(proxy.resetAll);
		const won = (await Promise.all(claims)).filter((one) => /\d/.test(one));
		const held = (await direct.get(key))?.node.value;
		assert.ok(won.length <= 1, `${won} have won`);
		if (won.length) assert.equal(held, won[0]);
		if (round % 2 === 0) assert.equal(won.length, 1);
	}
});

test("a key with a ttl ends in time, its end is told, and any ttl is taken or refused at once", async (t) => {
	const { promises } = await started(t);
	const waited = promises.wait("a", { waitIndex: 3 });
	await promises.set("a", "v", { ttl: 1 });
	const start = performance.now();
	await promises.set("b", "v");
	const event = await waited;
	assert.equal(event.action, "expire");
	assert.ok(performance.now() - start < 2500);
	for (const ttl of [undefined, 6_400_001, 9_000_000_001, 2 ** 40])
		await promises.set("c", "v", { ttl });
	const error = await rejection(promises.set("c", "v", { ttl: "soon" }));
	assert.equal(error.code, 202);
});

test("a token that has expired ends neither calls nor waits", async (t) => {
	const member = await v3Etcd(t, { args: ["--auth-token-ttl", "1"] });
	await enableAuth(member);
	const { promises } = v3Client(t, member.url, { auth: ROOT });
	const waited = promises.wait("a");
	await member.watched();
	await sleep(2500); // the token expires meanwhile
	const second = promises.wait("b");
	await promises.set("a", "1");
	await promises.set("b", "2");
	assert.equal((await waited).node.value, "1");
	assert.equal((await second).node.value, "2");
});

test("a process ends by itself, and a client leaves neither connections nor watches behind", async (t) => {
	const { member, direct, proxy, promises } = await behindProxy(t);
	const { code } = await inChild(
		async ({ subject }, url) => {
			const store = subject(url, { api: "v3" });
			store.wait("a", () => {});
			await store.promises.set("a", "v");
		},
		[member.url],
	);
	assert.equal(code, 0);
	await direct.get("a");
	const ended = new AbortController();
	const waits = Array.from({ length: 50 }, () =>
		promises.wait("w", { signal: ended.signal }),
	);
	await member.watched((count) => count === 50);
	ended.abort();
	for (const result of await Promise.allSettled(waits))
		assert.equal(result.reason.name, "AbortError");
	await member.watched((count) => count === 0);
	const last = v3Client(t, `http://${proxy.host}`);
	await last.promises.get("a");
	last.destroy();
	assert.ok(proxy.opened > 0);
	const failure = () => new Error("a connection is left");
	await until(() => proxy.closed >= 1, failure);
});

test("what a server sends unasked on a stream is no crash, and no rejection is left unhandled", async (t) => {
	const host = await grpcHost(t, (x) => {
		if (x.method !== "Watch") return x.answer(found("/k", "v"));
		const stream = x.begin();
		stream.write(framed(watchCreated(4711)));
		stream.write(framed(watchCreated(watchIdOf(x.body))));
		setImmediate(() => x.stream.session.destroy());
	});
	const { code, stderr } = await inChild(
		async ({ subject }, url) => {
			const store = subject(url, { api: "v3", timeout: 300 });
			const lost = new Promise((resolve) => store.wait("k", resolve));
			await store.promises.get("k");
			await lost;
			store.wait("k", () => {});
			store.destroy();
		},
		[host.url],
	);
	assert.equal(stderr, "");
	assert.equal(code, 0);
});

test("a store that was wiped, or compacted, does not leave a watch waiting for a revision that never comes", async (t) => {
	const { member, store, promises } = await started(t);
	for (let i = 0; i < 30; i++) await promises.set("a", `${i}`);
	const watch = store.watch("a", { resync: true });
	const first = watch.next();
	await watch.ready;
	await promises.set("a", "seen");
	assert.equal((await first).value.node.value, "seen");
	const next = watch.next();
	await member.watched();
	await member.wipe();
	const { value } = await next;
	assert.equal(value.action, "resync");
	const after = watch.next();
	await promises.set("a", "new");
	const event = (await after).value;
	assert.match(event.action, /^(set|resync)$/);
	assert.equal(event.node.value, "new");
	await watch.return();
});

test("numbers are numbers, and each of many calls at one time is answered", async (t) => {
	const { promises } = await started(t);
	const { node } = await promises.set("a", "1", { ttl: 100 });
	for (const field of ["modifiedIndex", "createdIndex", "ttl"])
		assert.equal(typeof node[field], "number");
	const sets = Array.from({ length: 2000 }, (_, i) =>
		promises.set("b", `${i}`),
	);
	const indexes = (await Promise.all(sets)).map((x) => x.node.modifiedIndex);
	assert.equal(new Set(indexes).size, 2000);
	const last = (await promises.get("b")).node.modifiedIndex;
	assert.equal(last, Math.max(...indexes));
});
