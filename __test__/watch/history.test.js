// A watch whose events etcd's history may no longer have: gaps, and resync.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { EtcdError, HistoryGapError } = require("../../promises");
const { cleared, node, prefix, startEtcd } = require("../support");
const { until } = require("../support/etcd/member");
const { client, hostOf } = require("../support/lifetime");
const { HISTORY, ownStore } = require("../support/lost-history");
const {
	failure,
	numbers,
	pollsOf,
	storeOf,
	take,
	valuesOf,
	write,
} = require("./stage");

test("a quiet key does not fall out of the history that others use up", async (t) => {
	const store = await storeOf(t, { timeout: 250 });
	const other = await storeOf(t);
	const key = `${prefix()}k`;
	const polls = pollsOf(store);
	const watch = store.watch(key);
	const next = watch.next();
	for (let written = 0; written <= HISTORY; written += 200) {
		await write(other, `${prefix()}other`, numbers(200));
		await polls.moreThan(polls.count);
	}
	await write(store, key, ["late"]);
	assert.deepEqual(valuesOf([(await next).value]), ["late"]);
	await watch.return();
});

test("history that etcd has forgotten ends it with an error that says which", async (t) => {
	const { store, lose } = await ownStore(t);
	const folder = prefix();
	const { node: first } = await store.promises.set(`${folder}k`, "0");
	await lose();
	const from = first.modifiedIndex;
	const error = await failure(store.watch(`${folder}k`, { from }));
	assert.ok(error instanceof HistoryGapError && error instanceof EtcdError);
	assert.equal(error.code, "ERR_ETCD_HISTORY_GAP");
	assert.equal(error.fromIndex, from);
	assert.ok(error.toIndex >= from + HISTORY);
});

test("where etcd is wiped, its index goes back: that is a gap, too", async (t) => {
	const member = await startEtcd();
	t.after(() => member.stop());
	const store = client(t, member.url, { timeout: 300 });
	await write(store, "k", numbers(20));
	const gaps = [];
	const onGap = (from, to) => gaps.push([from, to]);
	const waited = new Promise((resolve) => {
		store.wait("k", { onGap }, function onresult(err, body, next) {
			if (err) next(onresult);
			else resolve(body.node.value);
		});
	});
	const [plain, resynced] = [false, true].map((resync) =>
		store.watch("k", { resync }),
	);
	const failed = failure(plain);
	const next = resynced.next();
	await member.watched((open) => open === 3);
	await member.wipe();
	const error = await failed;
	assert.ok(error instanceof HistoryGapError);
	assert.match(error.message, /wiped or restored: its index was \d+ and is/);
	assert.ok(error.toIndex < error.fromIndex);
	assert.equal((await next).value.action, "resync");
	await until(
		() => gaps.length === 1,
		() => new Error("the wait has not been told of a gap"),
	);
	assert.equal(gaps[0][0], error.fromIndex);
	await write(store, "k", ["new"]);
	assert.equal(await waited, "new");
	assert.deepEqual(valuesOf(await take(resynced, 1)), ["new"]);
	await resynced.return();
});

test("with resync it gives all there is instead, and goes on from there", async (t) => {
	const { store, lose } = await ownStore(t);
	const folder = prefix();
	const { node: first } = await store.promises.set(`${folder}k`, "0");
	await lose();
	const opts = { recursive: true, from: first.modifiedIndex, resync: true };
	const { get } = store;
	// A write between the snapshot and the wait for what follows it.
	store.get = function (key, opts, cb) {
		if (opts.wait) return get.call(this, key, opts, cb);
		return get.call(this, key, opts, (...args) => {
			this.set(`${folder}k`, "1", () => cb(...args));
		});
	};
	const watch = store.watch(folder, opts);
	const [snapshot, event] = await take(watch, 2);
	assert.equal(snapshot.action, "resync");
	assert.deepEqual(valuesOf(snapshot.node.nodes.map((node) => ({ node }))), [
		"0",
	]);
	assert.deepEqual([event.action, event.node.value], ["set", "1"]);
	await watch.return();
});

test("a snapshot of a key that is not there has no node", async (t) => {
	const { store, lose } = await ownStore(t);
	const { node: other } = await store.promises.set(`${prefix()}other`, "0");
	await lose();
	const key = `${prefix()}k`;
	const watch = store.watch(key, { from: other.modifiedIndex, resync: true });
	assert.deepEqual(await take(watch, 1), [
		{ action: "resync", node: undefined },
	]);
	await write(store, key, ["1"]);
	assert.deepEqual(valuesOf(await take(watch, 1)), ["1"]);
	await watch.return();
});

test("a snapshot that does not say of which index it is ends it", async (t) => {
	const host = await hostOf(t, [cleared(50), { body: node("/k", "v", 50) }]);
	const watch = client(t, host.url).watch("k", { from: 1, resync: true });
	assert.match((await failure(watch)).message, /no X-Etcd-Index/);
	assert.equal(host.requests.length, 2);
});
