// The README's loop, next(onchange) whatever happened, does not spin. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, closedPort, node } = require("../support");
const { client, hostOf } = require("../support/lifetime");

const TOO_MANY = 20_000;

/** The loop; it ends when `done` says so, at the latest after `TOO_MANY` turns. */
function loop(store, done) {
	return new Promise((resolve) => {
		let turns = 0;
		store.wait("k", function onchange(_error, _result, next) {
			turns++;
			if (done(turns) || turns >= TOO_MANY) resolve(turns);
			else next(onchange);
		});
	});
}

test("36. after destroy each turn is a macrotask: timers and I/O go on", async (t) => {
	const host = await hostOf(t, [{ body: node("/k", "v", 5) }]);
	const store = client(t, host.url);
	store.destroy();
	let fired = 0;
	setTimeout(() => fired++, 1);
	const other = client(t, host.url);
	other.get("k", () => fired++);
	const turns = await loop(store, () => fired === 2);
	assert.equal(fired, 2);
	assert.ok(turns > 1);
});

test("36. after destroy an immediate comes between two turns", async (t) => {
	const store = client(t, `127.0.0.1:${await closedPort()}`);
	store.destroy();
	const order = [];
	await loop(store, (turn) => {
		order.push(`turn ${turn}`);
		setImmediate(() => order.push("immediate"));
		return turn === 3;
	});
	assert.deepEqual(order.slice(0, 5), [
		"turn 1",
		"immediate",
		"turn 2",
		"immediate",
		"turn 3",
	]);
});

test("36. destroy returns although the loop goes on, and the loop leaves room", async (t) => {
	const host = await hostOf(t, ["silence"]);
	const store = client(t, host.url);
	let destroying = false;
	let within = 0;
	let fired = false;
	const turns = loop(store, () => {
		if (destroying) within++;
		return fired;
	});
	destroying = true;
	store.destroy();
	destroying = false;
	setTimeout(() => {
		fired = true;
	}, 1);
	await turns;
	assert.equal(within, 1);
	assert.ok(fired);
});

test("36. with every host down, failures that follow each other are spaced", async (t) => {
	const hosts = [await closedPort(), await closedPort()];
	const store = client(
		t,
		hosts.map((port) => `127.0.0.1:${port}`),
	);
	const TURNS = 5;
	// The first failure is repeated at once; then at least half of 50, 100 and 200 ms lie between them.
	const LEAST_MS = 25 + 50 + 100;
	const start = performance.now();
	assert.equal(await loop(store, (turn) => turn === TURNS), TURNS);
	assert.ok(performance.now() - start >= LEAST_MS);
});

test("36. a wait that is stopped, or whose client is destroyed, ends in the pause as well", async (t) => {
	const store = client(t, `127.0.0.1:${await closedPort()}`);
	await loop(store, (turn) => turn === 2);
	const stop = store.wait("k", () => assert.fail("called back after stop"));
	stop();
	const waiting = call(store, "wait", "k");
	store.destroy();
	assert.equal((await waiting).args[0].message, "store destroyed");
});
