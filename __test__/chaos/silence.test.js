// What a dead way to the cluster costs, and what waits are told that outlast etcd's history.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { call, prefix } = require("../support");
const { latency } = require("./latency");
const { outlastHistory } = require("./silence");
const { Stage } = require("./stage");

let stage;
before(async () => {
	stage = await Stage.open({});
});
after(() => stage.close());

test("a wait that is cut off for longer than etcd's history reaches is told exactly what it missed", async () => {
	const outlasted = await outlastHistory(stage);
	const { watchers, missing, events, before, after, last } = outlasted;
	for (const watcher of watchers) {
		const gaps = watcher.gaps.map(({ from, to }) => ({ from, to }));
		const gap = { from: before + 1, to: last };
		const isTold = missing.includes(watcher) || gaps.length > 0;
		assert.deepEqual(gaps, isTold ? [gap] : []);
		assert.deepEqual(watcher.violations(events, last + 1), []);
	}
	const missed = events.filter(({ index }) => index > before && index <= after);
	assert.equal(missed.length, events.length - 2);
});

test("a member that hangs up costs one connection, and then one for each probe", async () => {
	const store = stage.client({ timeout: 5000 });
	const [proxy] = stage.proxies;
	await proxy.inflict({ kind: "reset" });
	const started = performance.now();
	const earlier = proxy.connections;
	const key = `${prefix()}key`;
	let calls = 0;
	while (calls < 200 || performance.now() - started < 2000) {
		const { args } = await call(store, "get", key);
		assert.equal(args[0], null);
		calls++;
		await sleep(5);
	}
	const seconds = (performance.now() - started) / 1000;
	await proxy.heal();
	const connections = proxy.connections - earlier;
	assert.ok(connections >= 2, "it is never tried again");
	assert.ok(connections <= 1 + seconds, `${connections} connections`);
});

test("no call fails when one of three members is killed", async (t) => {
	const leader = await stage.leader();
	const seat = stage.seats.find((other) => other !== leader);
	const directory = prefix().slice(0, -1);
	const { failed, ...figures } = await latency(stage, {
		...{ seat, directory, ms: 500 },
	});
	t.diagnostic(JSON.stringify(figures));
	assert.deepEqual(failed, []);
	assert.ok(figures.afterwards.calls > 0);
});
