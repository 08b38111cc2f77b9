// A wait called before a write on the same client always sees that write. The numbers are those of the points
// of docs/compatibility.md.
const assert = require("node:assert/strict");
const http = require("node:http");
const { after, before, test } = require("node:test");
const { call, node, prefix, startCluster, startEtcd } = require("../support");
const { isV3 } = require("../support/etcd/api");
const { client, hostOf, proceed, silentHost } = require("../support/lifetime");
const { loseHistory } = require("../support/lost-history");
const { slowPort } = require("../support/hosts/slow-port");

const ROUNDS = 10_000;
const IN_FLIGHT = 100;

let etcd;
before(async () => {
	etcd = await startEtcd();
});
after(() => etcd.stop());

/** Makes `rounds` rounds, some at a time; resolves with what each of them missed. */
async function missedIn(rounds, round) {
	const missed = [];
	let next = 0;
	const worker = async () => {
		while (next < rounds) {
			const result = await round(next++);
			if (result) missed.push(result);
		}
	};
	await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
	return missed;
}

function waitThenSet(store, dir) {
	return async (i) => {
		const key = `${dir}${i}`;
		const waited = call(store, "wait", key);
		const set = await call(store, "set", key, `${i}`);
		const { args } = await waited;
		const seen = args[1]?.node.value === `${i}`;
		return seen ? null : `${i}: ${set.args[0]} ${args[0]}`;
	};
}

test("33. a wait called before a set on the same client sees it, 10,000 times", async (t) => {
	const store = client(t, etcd.url, { timeout: 5000 });
	const missed = await missedIn(ROUNDS, waitThenSet(store, prefix()));
	assert.deepEqual(missed, []);
});

test("33. a wait called before a set sees it where the hosts are three, in turn", async (t) => {
	const cluster = await startCluster();
	t.after(() => cluster.stop());
	const store = client(t, cluster.urls, { timeout: 5000 });
	const missed = await missedIn(1000, waitThenSet(store, prefix()));
	assert.deepEqual(missed, []);
});

const WRITES = {
	set: (store, key) => call(store, "set", key, "v"),
	update: (store, key) => call(store, "update", key, "v"),
	compareAndSwap: (store, key) =>
		call(store, "compareAndSwap", key, "v", "before"),
	del: (store, key) => call(store, "del", key),
	compareAndDelete: (store, key) =>
		call(store, "compareAndDelete", key, "before"),
};

for (const [name, write] of Object.entries(WRITES)) {
	test(`33. a wait called before ${name} sees it`, async (t) => {
		const store = client(t, etcd.url, { timeout: 5000 });
		const dir = prefix();
		const missed = await missedIn(200, async (i) => {
			const key = `${dir}${i}`;
			await call(store, "set", key, "before");
			const waited = call(store, "wait", key);
			const { args } = await write(store, key);
			const { args: seen } = await waited;
			const same = seen[1]?.action === args[1]?.action;
			return same ? null : `${i}: ${args[0]} ${seen[0]}`;
		});
		assert.deepEqual(missed, []);
	});
}

for (const [title, key, opts, ...write] of [
	["a push to its directory", "", { recursive: true }, "push", "v"],
	["its directory is removed", "/key", {}, "del", { recursive: true }],
]) {
	test(`33. a wait called before ${title} sees it`, async (t) => {
		const store = client(t, etcd.url, { timeout: 5000 });
		const missed = await missedIn(200, async (i) => {
			const dir = prefix().slice(0, -1);
			await call(store, "set", `${dir}/key`, "before");
			const waited = call(store, "wait", dir + key, { ...opts });
			const [method, ...rest] = write;
			const { args } = await call(store, method, dir, ...rest);
			const { args: seen } = await waited;
			const same = seen[1]?.action === args[1]?.action;
			return same ? null : `${i}: ${args[0]} ${seen[0]}`;
		});
		assert.deepEqual(missed, []);
	});
}

test("33. a recursive wait sees every set, push and del below that came after it", async (t) => {
	const store = client(t, etcd.url, { timeout: 5000 });
	const missed = await missedIn(200, async () => {
		const dir = prefix();
		const waited = call(store, "wait", dir, { recursive: true });
		call(store, "set", `${dir}a`, "v");
		const actions = [];
		let { args } = await waited;
		actions.push(args[1]?.action);
		for (const write of [
			() => call(store, "push", `${dir}queue`, "v"),
			() => call(store, "del", `${dir}a`),
			() => call(store, "mkdir", `${dir}b`),
		]) {
			const next = proceed(args[2]);
			await write();
			({ args } = await next);
			actions.push(args[1]?.action);
		}
		const seen = actions.join(" ");
		return seen === "set create delete set" ? null : seen;
	});
	assert.deepEqual(missed, []);
});

test("33. writes below in the same turn as a recursive wait are all seen, by next", async (t) => {
	const store = client(t, etcd.url, { timeout: 5000 });
	const dir = prefix();
	const waited = call(store, "wait", dir, { recursive: true });
	const keys = Array.from({ length: 50 }, (_, i) => `/${dir}${i}`);
	for (const key of keys) store.set(key, "v");
	let { args } = await waited;
	const seen = new Set([args[1].node.key]);
	while (seen.size < keys.length) {
		({ args } = await proceed(args[2]));
		assert.equal(args[0], null);
		seen.add(args[1].node.key);
	}
	assert.deepEqual([...seen].sort(), keys.sort());
});

/** A host in front of etcd that is slow to hand on a wait, or to hand back its headers. Over the v3 API, all calls share a connection. */
function slowHost(t, where, ms) {
	if (isV3()) return slowPort(t, etcd, where, ms);
	const pause = () => new Promise((resolve) => setTimeout(resolve, ms));
	return hostOf(t, async (request, response) => {
		const slow = request.url.includes("wait=true");
		if (slow && where === "request") await pause();
		const { method, headers } = request;
		const url = etcd.url + request.url;
		const onward = http.request(url, { method, headers }, async (got) => {
			if (slow && where === "headers") await pause();
			response.writeHead(got.statusCode, got.headers);
			response.flushHeaders();
			got.pipe(response);
		});
		response.on("close", () => onward.destroy());
		onward.on("error", () => response.destroy());
		onward.end(request.body);
	});
}

for (const [where, ms] of [
	["request", 200],
	["headers", 200],
	["request", 1500],
]) {
	test(`33. a wait whose host is ${ms} ms slow with its ${where} sees what was written after it`, async (t) => {
		const slow = await slowHost(t, where, ms);
		const store = client(t, [slow.url, etcd.url], { timeout: 5000 });
		const key = `${prefix()}key`;
		const waited = call(store, "wait", key);
		const set = await call(store, "set", key, "v");
		assert.equal(set.args[0], null);
		const { args } = await waited;
		assert.equal(args[0], null);
		assert.equal(args[1].node.value, "v");
	});
}

for (const [where, ms] of [
	["request", 200],
	["headers", 200],
	["request", 1500],
]) {
	test(`33. a wait from a history that is gone, whose host is ${ms} ms slow with its ${where}, sees what was written after it`, async (t) => {
		const slow = await slowHost(t, where, ms);
		const fast = client(t, etcd.url);
		const key = `${prefix()}key`;
		await loseHistory(fast, etcd);
		const gaps = [];
		const opts = { waitIndex: 1, onGap: (from) => gaps.push(from) };
		const store = client(t, [slow.url, etcd.url], { timeout: 5000 });
		const waited = call(store, "wait", key, opts);
		await call(store, "set", key, "v");
		const { args } = await waited;
		assert.equal(args[0], null);
		assert.equal(args[1].node.value, "v");
		assert.deepEqual(gaps, [1]);
	});
}

test("33. a wait whose host is slow sees a write after it whose answer is lost", async (t) => {
	const slow = await slowHost(t, "request", 200);
	const lossy = await hostOf(t, async ({ method, url, body, headers }) => {
		await fetch(etcd.url + url, { method, body, headers });
		return "hangup";
	});
	const store = client(t, [slow.url, lossy.url], { timeout: 5000 });
	const key = `${prefix()}key`;
	const waited = call(store, "wait", key);
	const { args } = await call(store, "set", key, "v", { prevExist: false });
	assert.equal(args[0].ambiguous, true);
	assert.equal((await waited).args[1]?.node.value, "v");
});

test("33. next called before a write sees it, where its host is slow", async (t) => {
	const slow = await slowHost(t, "request", 200);
	const store = client(t, slow.url, { timeout: 2000 });
	const key = `${prefix()}key`;
	const first = call(store, "wait", key);
	await call(store, "set", key, "1");
	const { args } = await first;
	const second = proceed(args[2]);
	await call(store, "set", key, "2");
	assert.equal((await second).args[1].node.value, "2");
});

test("33. a wait that failed before it was registered leaves a write after it to the next one", async (t) => {
	const asked = [];
	const headers = { "x-etcd-index": 60 };
	const host = await hostOf(t, ({ method, url }) => {
		if (method === "PUT")
			return {
				headers: { "x-etcd-index": 51 },
				body: node("/k", "v", 51, "set"),
			};
		asked.push(url);
		if (asked.length <= 2) return "hangup";
		if (url.endsWith("waitIndex=51"))
			return { headers, body: node("/k", "v", 51, "set") };
		return { headers, fault: "cut", body: node("/k", "w", 61, "set") };
	});
	const store = client(t, host.url);
	const waited = call(store, "wait", "k");
	const written = call(store, "set", "k", "v");
	const [error, , next] = (await waited).args;
	assert.equal(error.code, "ECONNRESET");
	assert.equal((await written).args[0], null);
	const { args } = await proceed(next);
	assert.equal(args[1]?.node.modifiedIndex, 51, `${args[0]} ${asked}`);
});

test("33. a wait whose host is silent does not hold up a write for long", async (t) => {
	const silent = await silentHost(t);
	const store = client(t, [silent.url, etcd.url]);
	const key = `${prefix()}key`;
	let calls = 0;
	const stop = store.wait(key, () => calls++);
	await silent.asked;
	const { args } = await call(store, "set", key, "v");
	assert.equal(args[0], null);
	assert.equal(calls, 0);
	stop();
});

test("33. a wait that was stopped holds up no write", async (t) => {
	const host = await hostOf(t, ({ url }) => {
		if (url.includes("wait=true")) return "silence";
		const delay = url.endsWith("slow") ? 900 : 0;
		return { body: node("/k", "v", 5), delay };
	});
	const store = client(t, host.url);
	store.wait("k", () => assert.fail("it was stopped"))();
	const order = [];
	await Promise.all([
		call(store, "get", "slow").then(() => order.push("the slow read")),
		call(store, "set", "k", "v").then(() => order.push("the write")),
	]);
	assert.deepEqual(order, ["the write", "the slow read"]);
});
