// How waits end and go on. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const {
	blackHole,
	CLEARED,
	call,
	cleared,
	etcdError,
	node,
	prefix,
	startEtcd,
} = require("../support");
const { inChild } = require("../support/child");
const {
	client,
	hostOf,
	hostsOf,
	proceed,
	silentHost,
} = require("../support/lifetime");
const { ownStore } = require("../support/lost-history");

let etcd;
before(async () => {
	etcd = await startEtcd();
});
after(() => etcd.stop());

function event(index, value = "v") {
	return { body: node("/k", value, index, "set") };
}

function waitIndexOf({ url }) {
	return new URL(url, "http://host").searchParams.get("waitIndex");
}

function assertTimedOut(args) {
	assert.equal(args.length, 3);
	const [error, result, next] = args;
	assert.equal(error.code, "ESOCKETTIMEDOUT");
	assert.equal(error.connect, false);
	assert.equal(result, null);
	assert.equal(typeof next, "function");
}

test("32. an idle wait ends with ESOCKETTIMEDOUT", async (t) => {
	const store = client(t, etcd.url, { timeout: 100 });
	const { args } = await call(store, "wait", `${prefix()}idle`);
	assertTimedOut(args);
});

test("32. an idle wait is tried on hosts + 1 hosts before it ends", async (t) => {
	const registered = (_request, response) => {
		response.writeHead(200, { "x-etcd-index": "7" });
		response.flushHeaders();
	};
	for (const answer of [registered, "silence"]) {
		const answers = typeof answer === "string" ? [answer] : answer;
		const hosts = await hostsOf(t, answers, answers);
		const urls = hosts.map((host) => host.url);
		const store = client(t, urls, { timeout: 100 });
		const { args } = await call(store, "wait", "k");
		assertTimedOut(args);
		assert.deepEqual(
			hosts.map((host) => host.requests.length),
			[2, 1],
		);
	}
});

test("32. after ESOCKETTIMEDOUT next goes on waiting", async (t) => {
	const store = client(t, etcd.url, { timeout: 500 });
	const key = `${prefix()}key`;
	const { args } = await call(store, "wait", key);
	const again = await proceed(args[2]);
	assertTimedOut(again.args);
	const last = proceed(again.args[2]);
	await call(store, "set", key, "v");
	assert.equal((await last).args[1].node.value, "v");
});

test("32. a wait that cannot connect in time is tried again, without a callback", async (t) => {
	const hole = await blackHole();
	t.after(() => hole.close());
	const store = client(t, hole.url, { timeout: 50 });
	const { get } = store;
	await new Promise((resolve, reject) => {
		let turns = 0;
		store.get = (...args) => {
			if (++turns === 3) resolve();
			return get.apply(store, args);
		};
		store.wait("k", () => reject(new Error("it called back")));
	});
});

test("34. a wait whose history is gone goes on from the error's index + 1", async (t) => {
	const host = await hostOf(t, [cleared(1234), event(1240)]);
	const opts = { waitIndex: 1 };
	const { args } = await call(client(t, host.url), "wait", "k", opts);
	assert.equal(args[0], null);
	assert.equal(args[1].node.modifiedIndex, 1240);
	assert.deepEqual(host.requests.map(waitIndexOf), ["1", "1235"]);
});

test("34. a history that is gone again is gone on from again", async (t) => {
	const host = await hostOf(t, [cleared(50), cleared(2000), event(2005)]);
	const store = client(t, host.url);
	const { args } = await call(store, "wait", "k", { waitIndex: 1 });
	assert.equal(args[1].node.modifiedIndex, 2005);
	assert.deepEqual(host.requests.map(waitIndexOf), ["1", "51", "2001"]);
});

test("34. next goes on from the event after a history that was gone", async (t) => {
	const host = await hostOf(t, [cleared(50), event(60), event(70)]);
	const store = client(t, host.url);
	const { args } = await call(store, "wait", "k", { waitIndex: 1 });
	const { args: second } = await proceed(args[2]);
	assert.equal(second[1].node.modifiedIndex, 70);
	assert.equal(waitIndexOf(host.requests[2]), "61");
});

test("34. a gap is told to onGap: from the index that was asked for to etcd's", async (t) => {
	const host = await hostOf(t, [cleared(50), cleared(2000), event(2005)]);
	const gaps = [];
	const onGap = (...args) => gaps.push(args);
	const opts = { waitIndex: "7", onGap };
	await call(client(t, host.url), "wait", "k", opts);
	assert.deepEqual(gaps, [
		[7, 50],
		[51, 2000],
	]);
});

test("34. a wait goes on where onGap throws, which is an uncaughtException", async (t) => {
	const host = await hostOf(t, [cleared(50), event(60)]);
	const script = ({ subject }, url) =>
		new Promise((resolve) => {
			const seen = [];
			process.on("uncaughtException", ({ message }) => seen.push(message));
			const onGap = () => {
				throw new Error("in onGap");
			};
			subject(url).wait("k", { waitIndex: 1, onGap }, (_error, result) => {
				resolve([...seen, result.node.modifiedIndex]);
			});
		});
	const { code, result, stderr } = await inChild(script, [host.url]);
	assert.equal(code, 0, stderr);
	assert.deepEqual(result, ["in onGap", 60]);
});

for (const [what, message, index] of [
	["another message", "out of order", 50],
	["no index", CLEARED, undefined],
]) {
	test(`34. an error 401 with ${what} is handed up`, async (t) => {
		const body = etcdError(401, message, "why", index);
		const host = await hostOf(t, [{ status: 400, body }, event(60)]);
		const { args } = await call(client(t, host.url), "wait", "k");
		assert.equal(args[0]?.message, message);
		assert.equal(host.requests.length, 1);
	});
}

test("34. stop in onGap ends the wait", async (t) => {
	const host = await hostOf(t, [cleared(50), event(60)]);
	const store = client(t, host.url);
	await new Promise((resolve) => {
		const opts = { waitIndex: 1, onGap: () => resolve(stop()) };
		const stop = store.wait("k", opts, () => assert.fail("it was stopped"));
	});
	await call(store, "get", "k");
	assert.equal(host.requests.length, 2);
});

test("34. a wait at an etcd whose history is gone sees what is written from then on", async (t) => {
	const { store, lose } = await ownStore(t);
	const dir = prefix();
	const first = await call(store, "set", `${dir}key`, "first");
	const opts = { waitIndex: first.args[1].node.modifiedIndex };
	await lose();
	const plain = await call(store, "get", `${dir}key`, { ...opts, wait: true });
	assert.equal(plain.args[0].code, 401);
	const waited = call(store, "wait", `${dir}key`, opts);
	await call(store, "set", `${dir}key`, "last");
	const { args } = await waited;
	assert.equal(args[0], null);
	assert.equal(args[1].node.value, "last");
});

test("37. a value that is no JSON is an error once, and the next event comes", async (t) => {
	const plain = client(t, etcd.url);
	for (const [storeOpts, callOpts] of [
		[{ json: true }, {}],
		[{}, { json: true }],
	]) {
		const key = `${prefix()}key`;
		const store = client(t, etcd.url, storeOpts);
		const first = await call(plain, "set", key, "{no json");
		await call(plain, "set", key, '{"a":1}');
		const waitIndex = first.args[1].node.modifiedIndex;
		const opts = { ...callOpts, waitIndex };
		const { args } = await call(store, "wait", key, opts);
		assert.ok(args[0] instanceof SyntaxError);
		assert.equal(args[1], null);
		const { args: second } = await proceed(args[2]);
		assert.equal(second[0], null);
		assert.deepEqual(second[1].node.value, { a: 1 });
	}
});

test("37. values that are no JSON keep no other event from a wait", async (t) => {
	const plain = client(t, etcd.url);
	const key = `${prefix()}key`;
	const first = await call(plain, "set", key, "no json");
	const waitIndex = first.args[1].node.modifiedIndex;
	for (const value of ["1", "none too", "2"])
		await call(plain, "set", key, value);
	const store = client(t, etcd.url, { json: true });
	let { args } = await call(store, "wait", key, { waitIndex });
	const seen = [args[0].name];
	while (seen.length < 4) {
		({ args } = await proceed(args[2]));
		seen.push(args[0] ? args[0].name : args[1].node.value);
	}
	assert.deepEqual(seen, ["SyntaxError", 1, "SyntaxError", 2]);
});

test("32. a wait that is answered with an error of etcd hands it up with next", async (t) => {
	const body = etcdError(104, "Not a directory", "/k", 5);
	const host = await hostOf(t, [{ status: 400, body }, event(6)]);
	const { args } = await call(client(t, host.url), "wait", "k");
	assert.equal(args[0].code, 104);
	assert.equal(args[1], null);
	const { args: second } = await proceed(args[2]);
	assert.equal(second[1].node.modifiedIndex, 6);
});

test("32. a wait's callback comes once, however the wait ends", async (t) => {
	const silent = await silentHost(t);
	const store = client(t, silent.url, { timeout: 50 });
	let calls = 0;
	await new Promise((resolve) => {
		store.wait("k", () => {
			calls++;
			resolve();
		});
	});
	await call(store, "get", "k");
	assert.equal(calls, 1);
});

test("33. a wait for a key with ?quorum=true is a read, as etcd answers it, and next waits for a change", async (t) => {
	const store = client(t, etcd.url, { timeout: 5000 });
	const key = `${prefix()}key`;
	await call(store, "set", key, "1");
	await call(store, "set", `${key}-other`, "a higher index of the store");
	const { args } = await call(store, "wait", `${key}?quorum=true`);
	assert.equal(args[0], null);
	assert.deepEqual([args[1].action, args[1].node.value], ["get", "1"]);
	const changed = proceed(args[2]);
	await call(store, "set", key, "2");
	const [error, event] = (await changed).args;
	assert.equal(error, null);
	assert.equal(event.node.value, "2");
});
