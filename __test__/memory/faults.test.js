// The planned faults of a store in memory: which calls they take the place of, and how these fail.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { subject } = require("../support");
const { rejection } = require("../support/lifetime");

function memory(t, name = "", opts) {
	const store = subject(`memory:${name}`, opts);
	t.after(() => store.destroy());
	return store;
}

test("calls fail as planned, and in the order of the plan", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const table = [
		["refused", "ECONNREFUSED", undefined, false],
		["timeout", "ESOCKETTIMEDOUT", true, false],
		["ambiguous", "ECONNRESET", true, true],
		["noQuorum", 300, true, false],
		[{ error: "ambiguous", applied: false }, "ECONNRESET", true, false],
		[{ error: "timeout", applied: true }, "ESOCKETTIMEDOUT", true, true],
	];
	store.memory.fail(table.map(([fault]) => fault));
	for (const [i, [, code, ambiguous]] of table.entries()) {
		const error = await rejection(promises.set(`k${i}`, "v"));
		assert.deepEqual([error.code, error.ambiguous], [code, ambiguous]);
		assert.equal(error.attempts.length, 1);
	}
	for (const [i, [, , , applied]] of table.entries())
		assert.equal(Boolean(await promises.get(`k${i}`)), applied, `${i}`);
});

test("a fault may be for an operation, for a key, and for several calls", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const key = "a";
	store.memory.fail({ error: "refused", operation: "get", key, times: 2 });
	await promises.set("a", "1");
	assert.equal(await promises.get("b"), undefined);
	for (let i = 0; i < 2; i++) {
		const { code, ambiguous } = await rejection(promises.get("/a"));
		assert.deepEqual([code, ambiguous], ["ECONNREFUSED", undefined]);
	}
	assert.equal((await promises.get("a")).node.value, "1");
	store.memory.fail("refused");
	store.memory.fail([]);
	await promises.set("a", "2");
});

test("a plan that is none is an error that says what it may be", (t) => {
	const store = memory(t);
	for (const [plan, message] of [
		[undefined, /a fault or a list/],
		["often", /error must be one of refused, /],
		[
			{ error: "refused", operation: "update" },
			/operation must be one of get, /,
		],
		[{ error: "refused", times: 0 }, /times/],
		[{ error: "refused", times: 1n }, /times must not be 1n/],
		[{ error: "refused", times: Infinity }, /times must not be Infinity/],
		[{ error: "refused", applied: true }, /applied may be true only for/],
		[{ error: "historyCleared", applied: true }, /applied may be true/],
		[{ error: "refused", operation: "stats", key: "a" }, /stats has no key/],
		[{ error: "refused", key: 1 }, /key/],
		[{ error: "refused", applied: "yes" }, /applied/],
		[{ error: "refused", when: "now" }, /when/],
	])
		assert.throws(() => store.memory.fail(plan), {
			code: "ERR_INVALID_ARG_VALUE",
			message,
		});
});

test("the key of a fault is read as the keys of the client's calls", async (t) => {
	for (const [opts, key, other] of [
		[{ strict: true }, "a?x", "a"],
		[{ strict: true }, "a%20b", "a b"],
		[{ strict: true }, "a b", "a%20b"],
	]) {
		const { memory: control, promises } = memory(t, "", opts);
		control.fail({ error: "refused", key });
		assert.equal(await promises.get(other), undefined);
		const { code } = await rejection(promises.get(key));
		assert.equal(code, "ECONNREFUSED", key);
	}
	const loose = memory(t);
	loose.memory.fail({ error: "refused", key: "a%20b" });
	const { code } = await rejection(loose.promises.get("a b?quorum=true"));
	assert.equal(code, "ECONNREFUSED");
});

test("a fault whose key no call can have is refused, as a call would be", async (t) => {
	for (const [opts, key, operation] of [
		[{ strict: true }, "a//b", "get"],
		[{}, "../x", "get"],
		[{}, "a//b", "set"],
		[{}, "a/".repeat(61), "del"],
	]) {
		const store = memory(t, "", opts);
		const args = operation === "set" ? [key, "v"] : [key];
		const { code, message } = await rejection(
			store.promises[operation](...args),
		);
		const plan = { error: "refused", operation, key };
		assert.throws(() => store.memory.fail(plan), { code, message });
	}
});

test("a call with an invalid key takes no fault", async (t) => {
	const { memory: control, promises } = memory(t);
	control.fail("refused");
	const invalid = await rejection(promises.set("a//b", "v"));
	assert.equal(invalid.code, "ERR_ETCD_INVALID_KEY");
	const { code } = await rejection(promises.get("a"));
	assert.equal(code, "ECONNREFUSED");
});

test("calls take faults in the order in which they are made, beside a live watch and a wait", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const watch = store.watch("", { recursive: true });
	await watch.ready;
	store.wait("x", { recursive: true }, () => {});
	for (let i = 0; i < 100; i++) {
		await promises.set("before", `${i}`);
		const made = [];
		made.push(promises.set("x", "1"));
		store.memory.fail(["refused", "noQuorum"]);
		for (const key of ["a", "b", "c"])
			made.push(promises.set(key, `${i}`).catch(({ code }) => code));
		const [unplanned, first, second, third] = await Promise.all(made);
		assert.ok(unplanned.node);
		assert.deepEqual([first, second], ["ECONNREFUSED", 300]);
		assert.equal(third.node.value, `${i}`);
	}
	await watch.return();
});

test("a fault for waits is for each wait, each next and each watch of the program", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const fault = { error: "refused", operation: "wait" };
	const [codes, writes] = [[], []];
	const write = () => writes.push(promises.set("k", "v"));
	await new Promise((resolve) => {
		const onevent = (err, _event, next) => {
			codes.push(err?.code);
			if (codes.length === 3) return resolve();
			if (!err) store.memory.fail(fault);
			next(onevent);
			write();
		};
		store.wait("k", onevent);
		write();
	});
	// The watch must begin behind them.
	await Promise.all(writes);
	assert.deepEqual(codes, [undefined, "ECONNREFUSED", undefined]);
	const watch = store.watch("k");
	await watch.ready;
	store.memory.fail(fault);
	await promises.set("k", "w");
	assert.equal((await watch.next()).value.node.value, "w");
	await promises.set("k", "x");
	assert.equal((await watch.next()).value.node.value, "x");
	await watch.return();
	const { code } = await rejection(promises.wait("k", { timeout: 2000 }));
	assert.equal(code, "ECONNREFUSED");
});

test("a cleared history fails no call, whatever it is planned for", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const calls = {
		get: () => promises.get("k"),
		set: () => promises.set("k", "2"),
		push: () => promises.push("d", "2"),
		del: () => promises.del("k"),
		machines: () => promises.machines(),
		leader: () => promises.leader(),
		stats: () => promises.stats.store(),
	};
	for (const [operation, call] of Object.entries(calls)) {
		const { node } = await promises.set("k", "1");
		await promises.set("k", "2");
		store.memory.fail({ error: "historyCleared", operation });
		await call();
		const gaps = [];
		const waited = new Promise((resolve) => {
			const opts = {
				waitIndex: node.modifiedIndex,
				onGap: (...gap) => gaps.push(gap),
			};
			store.wait("k", opts, resolve);
		});
		while (gaps.length === 0) await new Promise(setImmediate);
		await promises.set("k", "3");
		assert.equal(await waited, null, operation);
		assert.equal(gaps.length, 1, operation);
	}
});

test("a watch is told of a history that was cleared", async (t) => {
	const store = memory(t);
	const { promises } = store;
	const { node } = await promises.set("k", "1");
	await promises.set("k", "2");
	store.memory.fail("historyCleared");
	const from = node.modifiedIndex;
	const gaps = [];
	const waited = new Promise((resolve) => {
		const opts = { waitIndex: from, onGap: (...gap) => gaps.push(gap) };
		store.wait("k", opts, (...args) => resolve(args));
	});
	while (gaps.length === 0) await new Promise(setImmediate);
	await promises.set("k", "3");
	assert.equal((await waited)[1].node.value, "3");
	assert.equal(gaps.length, 1);
});
