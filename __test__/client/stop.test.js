// Stopping waits and gets. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { call, node, prefix, startEtcd } = require("../support");
const { inChild } = require("../support/child");
const { client, hostOf, proceed, silentHost } = require("../support/lifetime");

let etcd;
before(async () => {
	etcd = await startEtcd();
});
after(() => etcd.stop());

function untilWatchers(count) {
	return etcd.watched((open) => open === count);
}

const event = (index) => ({ body: node("/k", "v", index, "set") });

/** An index from which a wait for `key` has `count` events to see. */
async function written(store, key, count) {
	const first = await call(store, "set", key, "0");
	for (let i = 1; i <= count; i++) await call(store, "set", key, `${i}`);
	return first.args[1].node.modifiedIndex + 1;
}

for (const polls of [0, 1, 20]) {
	test(`35. the stop function of wait ends the chain after ${polls} turns of next`, async (t) => {
		const store = client(t, etcd.url);
		const key = `${prefix()}key`;
		const waitIndex = await written(store, key, polls);
		let calls = 0;
		const stop = await new Promise((resolve) => {
			const stop = store.wait(
				key,
				{ waitIndex },
				function onchange(e, _, next) {
					assert.equal(e, null);
					next(onchange);
					if (++calls === polls) setImmediate(() => resolve(stop));
				},
			);
			if (polls === 0) resolve(stop);
		});
		await untilWatchers(1);
		stop();
		await untilWatchers(0);
		await call(store, "set", key, "late");
		await call(store, "get", key);
		assert.equal(calls, polls);
	});
}

test("35. next returns a function that stops, too", async (t) => {
	const store = client(t, etcd.url);
	const key = `${prefix()}key`;
	const waitIndex = await written(store, key, 1);
	const { args } = await call(store, "wait", key, { waitIndex });
	let calls = 0;
	const stop = args[2](() => calls++);
	assert.equal(typeof stop, "function");
	await untilWatchers(1);
	stop();
	await untilWatchers(0);
	await call(store, "set", key, "late");
	await call(store, "get", key);
	assert.equal(calls, 0);
});

test("35. next after stop waits for nothing, and returns a harmless function", async (t) => {
	const host = await hostOf(t, [event(5)]);
	const store = client(t, host.url);
	const { args, returned } = await call(store, "wait", "k");
	returned();
	let calls = 0;
	const stop = args[2](() => calls++);
	assert.equal(typeof stop, "function");
	stop();
	stop();
	args[2](() => calls++);
	await call(store, "get", "k");
	assert.equal(calls, 0);
	assert.equal(host.requests.length, 2);
});

test("35. next after the stop of an earlier next waits for nothing", async (t) => {
	const host = await hostOf(t, [event(5), event(6)]);
	const store = client(t, host.url);
	const { args, returned } = await call(store, "wait", "k");
	const second = await proceed(args[2]);
	returned();
	let calls = 0;
	second.args[2](() => calls++);
	await call(store, "get", "k");
	assert.equal(calls, 0);
	assert.equal(host.requests.length, 3);
});

test("35. stopping twice is harmless, before and after the callback", async (t) => {
	const host = await hostOf(t, [event(5)]);
	const store = client(t, host.url);
	for (const method of ["wait", "get"]) {
		const stop = store[method]("k", () => assert.fail("it was stopped"));
		stop();
		stop();
		const { returned } = await call(store, method, "k");
		returned();
		returned();
	}
	assert.equal((await call(store, "get", "k")).args[0], null);
});

test("35. stop in the callback of another wait that ends with it, keeps the callback from coming", async (t) => {
	for (let round = 0; round < 20; round++) {
		const store = client(t, etcd.url);
		const key = `${prefix()}key`;
		const stops = [];
		let calls = 0;
		const first = new Promise((resolve) => {
			const onchange = () => {
				calls++;
				for (const stop of stops) stop();
				resolve();
			};
			for (let i = 0; i < 5; i++) stops.push(store.wait(key, onchange));
		});
		await untilWatchers(5);
		await call(store, "set", key, "v");
		await first;
		await call(store, "get", key);
		assert.equal(calls, 1);
		// A chain keeps its watch for its next wait, for a while.
		store.destroy();
		await untilWatchers(0);
	}
});

test("35. stop in the wait's own callback ends the chain", async (t) => {
	const host = await hostOf(t, [event(5)]);
	const store = client(t, host.url);
	let calls = 0;
	await new Promise((resolve) => {
		const stop = store.wait("k", function onchange(_error, _result, next) {
			calls++;
			stop();
			next(onchange);
			resolve();
		});
	});
	await call(store, "get", "k");
	assert.equal(calls, 1);
	assert.equal(host.requests.length, 2);
});

test("35. stop reaches a wait while it goes on after a failure", async (t) => {
	const silent = await silentHost(t);
	let calls = 0;
	const store = client(t, silent.url, { timeout: 50 });
	await new Promise((resolve) => {
		const stop = store.wait("k", function onchange(_error, _result, next) {
			next(() => calls++);
			stop();
			resolve();
		});
	});
	await call(store, "get", "k");
	assert.equal(calls, 0);
});

test("35. no callback comes after stop from a wrapped get that cannot be stopped", async (t) => {
	const host = await hostOf(t, [event(5)]);
	const store = client(t, host.url);
	const { get } = store;
	let calls = 0;
	const answered = new Promise((resolve) => {
		store.get = (key, opts, cb) => {
			get.call(store, key, opts, (...args) => resolve(cb(...args)));
		};
	});
	const stop = store.wait("k", () => calls++);
	stop();
	await answered;
	assert.equal(calls, 0);
});

test("35. stop reaches both waits of a next that was called twice", async (t) => {
	const store = client(t, etcd.url);
	const key = `${prefix()}key`;
	const waitIndex = await written(store, key, 0);
	await call(store, "set", key, "now");
	const { args, returned } = await call(store, "wait", key, { waitIndex });
	let calls = 0;
	for (let i = 0; i < 2; i++) args[2](() => calls++);
	await untilWatchers(2);
	returned();
	await untilWatchers(0);
	await call(store, "set", key, "late");
	await call(store, "get", key);
	assert.equal(calls, 0);
});

test("35. nothing is kept of the turns of a wait that have ended", async (t) => {
	const host = await hostOf(t, [event(5), event(6)]);
	const store = client(t, host.url);
	const { get } = store;
	const stopped = [];
	let turns = 0;
	store.get = (...args) => {
		const turn = ++turns;
		const stop = get.apply(store, args);
		return () => stop(stopped.push(turn));
	};
	const { args, returned } = await call(store, "wait", "k");
	const second = await proceed(args[2]);
	second.args[2](() => assert.fail("it was stopped"));
	returned();
	assert.deepEqual(stopped, [3]);
});

test("35. nothing is left of many waits that were stopped", async (t) => {
	const store = client(t, etcd.url);
	const dir = prefix();
	let calls = 0;
	const stops = Array.from({ length: 200 }, (_, i) =>
		store.wait(`${dir}${i}`, () => calls++),
	);
	await untilWatchers(200);
	for (const stop of stops) stop();
	await untilWatchers(0);
	for (let i = 0; i < 200; i += 50) await call(store, "set", `${dir}${i}`, "v");
	assert.equal(calls, 0);
});

test("35. a stopped wait does not hold the process", async (t) => {
	const { host } = await silentHost(t);
	const key = `${prefix()}key`;
	const waitIndex = await written(client(t, etcd.url), key, 1);
	const { code, result } = await inChild(
		async ({ subject }, etcdUrl, silentHost, key, waitIndex) => {
			const store = subject([etcdUrl]);
			let turns = 0;
			await new Promise((resolve) => {
				const stop = store.wait(
					key,
					{ waitIndex },
					function again(_e, _r, next) {
						turns++;
						next(again);
						setImmediate(() => resolve(stop()));
					},
				);
			});
			subject(silentHost).wait("k", () => turns++)();
			return turns;
		},
		[etcd.url, host, key, waitIndex],
	);
	assert.equal(code, 0);
	assert.equal(result, 1);
	await untilWatchers(0);
});

test("35. stop ends what next called through a wrapped wait that passes three arguments on", async (t) => {
	const store = client(t, etcd.url);
	const key = `${prefix()}key`;
	const { wait } = store;
	store.wait = (key, opts, cb) => wait.call(store, key, opts, cb);
	const waitIndex = await written(store, key, 1);
	let calls = 0;
	const stop = await new Promise((resolve) => {
		const stop = store.wait(
			key,
			{ waitIndex },
			function onchange(_e, _r, next) {
				calls++;
				next(onchange);
				setImmediate(() => resolve(stop));
			},
		);
	});
	await untilWatchers(1);
	stop();
	await untilWatchers(0);
	assert.equal(calls, 1);
});

test("35. a wait whose wrapped get calls back at once goes on", async (t) => {
	const store = client(t, etcd.url);
	let index = 0;
	store.get = (_key, _opts, cb) => {
		cb(null, { node: { modifiedIndex: ++index } });
	};
	const seen = [];
	const stop = store.wait("k", function onchange(_err, { node }, next) {
		seen.push(node.modifiedIndex);
		if (seen.length < 3) next(onchange);
	});
	assert.deepEqual(seen, [1, 2, 3]);
	stop();
});
