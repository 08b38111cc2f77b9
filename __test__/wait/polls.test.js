// No event is lost between the polls of a wait. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const {
	call,
	node,
	prefix,
	sharedEtcd,
	startCluster,
	startEtcd,
} = require("../support");
const { client, deferred, hostOf, proceed } = require("../support/lifetime");

function event(index, value = "v") {
	return { body: node("/k", value, index, "set") };
}

function waitIndexOf({ url }) {
	return new URL(url, "http://host").searchParams.get("waitIndex");
}

/** An answer that says that the wait is registered at `index`, and then ends as `end` does it. */
function registered(index, end) {
	return (response) => {
		response.writeHead(200, { "x-etcd-index": `${index}` });
		response.flushHeaders();
		end(response);
	};
}

const ENDS = {
	"is cut off": (response) => response.write("{", () => response.destroy()),
	"is closed": (response) => setImmediate(() => response.destroy()),
	"ends empty": (response) => response.end(),
	"falls silent": () => {},
};

/** A host whose first answers are functions of the response; after them `last`, always. */
function pollHost(t, firsts, last) {
	return hostOf(t, (_request, response, index) => {
		if (index >= firsts.length) return last;
		firsts[index](response);
	});
}

for (const [what, end] of Object.entries(ENDS)) {
	test(`33. a poll that ${what} is followed by one from the index at which it registered`, async (t) => {
		const host = await pollHost(t, [registered(41, end)], event(42));
		const store = client(t, host.url, { timeout: 1000 });
		const { args } = await call(store, "wait", "k");
		assert.equal(args[0], null);
		assert.equal(args[1].node.modifiedIndex, 42);
		assert.deepEqual(host.requests.map(waitIndexOf), [null, "42"]);
	});

	test(`33. a poll from an index that ${what} is followed by one from the same index`, async (t) => {
		// The event may be an older one than the index of the headers.
		for (const current of [20, 400]) {
			const host = await pollHost(t, [registered(current, end)], event(100));
			const store = client(t, host.url, { timeout: 1000 });
			const { args } = await call(store, "wait", "k", { waitIndex: 100 });
			assert.equal(args[1].node.modifiedIndex, 100);
			assert.deepEqual(host.requests.map(waitIndexOf), ["100", "100"]);
		}
	});
}

test("33. a wait polls again before it is behind etcd's history, and then looks from where it registered", async (t) => {
	const polls = [
		registered(41, ENDS["falls silent"]),
		registered(600, (response) => setTimeout(() => response.destroy(), 1500)),
	];
	const host = await hostOf(t, ({ url }, response) => {
		if (url.includes("other")) registered(600, () => {})(response);
		else if (polls.length > 0) polls.shift()(response);
		else return event(700);
	});
	const store = client(t, host.url);
	const waiting = call(store, "wait", "k");
	// What the client hears of the store within half a second of other news counts for nothing.
	setTimeout(() => store.wait("other", () => {}), 1000);
	const { args } = await waiting;
	assert.equal(args[1].node.modifiedIndex, 700);
	const mine = host.requests.filter(({ url }) => !url.includes("other"));
	assert.deepEqual(mine.map(waitIndexOf), [null, "42", "601"]);
});

test("33. a poll whose answer had begun says nothing of where to look", async (t) => {
	const dripped = (response) => {
		response.write("{");
		setTimeout(() => response.destroy(), 1500);
	};
	const host = await pollHost(t, [registered(600, dripped)], event(100));
	const store = client(t, host.url);
	const { args } = await call(store, "wait", "k", { waitIndex: 100 });
	assert.equal(args[1].node.modifiedIndex, 100);
	assert.deepEqual(host.requests.map(waitIndexOf), ["100", "100"]);
});

test("33. a poll from index 0, which means from now on, is followed by one from the index at which it registered", async (t) => {
	for (const waitIndex of [0, "0"]) {
		const lost = registered(41, ENDS["is closed"]);
		const host = await pollHost(t, [lost], event(42));
		const { args } = await call(client(t, host.url), "wait", "k", {
			waitIndex,
		});
		assert.equal(args[1].node.modifiedIndex, 42);
		assert.equal(waitIndexOf(host.requests[1]), "42");
	}
});

test("33. next after an error goes on from where the wait had registered", async (t) => {
	const lost = registered(41, ENDS["is closed"]);
	const host = await pollHost(t, [lost, lost], event(42));
	const { args } = await call(client(t, host.url), "wait", "k");
	assert.ok(args[0]);
	const { args: second } = await proceed(args[2]);
	assert.equal(second[1].node.modifiedIndex, 42);
	assert.equal(waitIndexOf(host.requests.at(-1)), "42");
});

test("33. what is written before next is called is seen, in order", async (t) => {
	const url = await sharedEtcd();
	const [store, other] = [client(t, url), client(t, url)];
	const dir = prefix();
	const start = await call(other, "set", `${dir}a`, "0");
	const waitIndex = start.args[1].node.modifiedIndex;
	const opts = { recursive: true, waitIndex };
	let { args } = await call(store, "wait", dir, opts);
	const seen = [args[1].node.value];
	for (const value of ["1", "2", "3", "4"])
		await call(other, "set", `${dir}${value}`, value);
	while (seen.length < 5) {
		({ args } = await proceed(args[2]));
		seen.push(args[1].node.value);
	}
	assert.deepEqual(seen, ["0", "1", "2", "3", "4"]);
});

test("33. what is written after an idle wait has ended is seen by next", async (t) => {
	const url = await sharedEtcd();
	const store = client(t, url, { timeout: 500 });
	const other = client(t, url);
	const key = `${prefix()}key`;
	const { args } = await call(store, "wait", key);
	assert.equal(args[0].code, "ESOCKETTIMEDOUT");
	await call(other, "set", key, "between");
	const { args: second } = await proceed(args[2]);
	assert.equal(second[0], null);
	assert.equal(second[1].node.value, "between");
});

test("33. an idle wait that ended twice sees what was written since", async (t) => {
	const url = await sharedEtcd();
	const store = client(t, url, { timeout: 500 });
	const other = client(t, url);
	const dir = prefix();
	const first = await call(store, "wait", dir, { recursive: true });
	const second = await proceed(first.args[2]);
	assert.equal(second.args[0].code, "ESOCKETTIMEDOUT");
	await call(other, "set", `${dir}a`, "1");
	await call(other, "del", `${dir}a`);
	const third = await proceed(second.args[2]);
	assert.equal(third.args[1].action, "set");
	const fourth = await proceed(third.args[2]);
	assert.equal(fourth.args[1].action, "delete");
});

for (const [how, end] of [
	["the death", "kill"],
	["an orderly end", "shutdown"],
])
	test(`33. a wait cut by ${how} of etcd sees, with next, what was written after its restart`, async (t) => {
		const member = await startEtcd();
		t.after(() => member.stop());
		const store = client(t, member.url);
		const key = `${prefix()}key`;
		const waited = call(store, "wait", key);
		await member.watched();
		await member[end]();
		const { args } = await waited;
		assert.match(args[0].code, /^E/);
		await member.restart();
		await call(client(t, member.url), "set", key, "after");
		const { args: second } = await proceed(args[2]);
		assert.equal(second[0], null);
		assert.equal(second[1].node.value, "after");
	});

test("33. a wait goes on at another member when its own dies, and sees what is written meanwhile", async (t) => {
	const cluster = await startCluster();
	t.after(() => cluster.stop());
	const leader = await cluster.leader();
	const own = cluster.members.find((member) => member !== leader);
	const others = cluster.members.filter((member) => member !== own);
	const urls = [own, ...others].map((member) => member.url);
	const store = client(t, urls);
	const key = `${prefix()}key`;
	const waited = call(store, "wait", key);
	await own.watched();
	await Promise.all([
		own.kill(),
		call(client(t, leader.url), "set", key, "meanwhile"),
	]);
	const { args } = await waited;
	assert.equal(args[0], null);
	assert.equal(args[1].node.value, "meanwhile");
});

test("33. an index beyond all numbers is no crash", async (t) => {
	const headers = { "x-etcd-index": "18446744073709551615" };
	const asked = deferred();
	const host = await hostOf(t, (request, _response, index) => {
		if (index === 0) return { headers, body: "" };
		asked.resolve(waitIndexOf(request));
		return "silence";
	});
	client(t, host.url).wait("k", () => {});
	assert.equal(await asked.promise, "18446744073709551615");
});
