// `npx etcdjs migrate --watch`: the v3 store follows the v2 store while services write, up to the switch of a service.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { scheduler } = require("node:timers/promises");
const { following, reaches, stage, treeOf, writes } = require("./stage");

/** Writes, refreshes, renames and deletes keys until `end()`, which resolves when the last write is done. */
function service(v2) {
	let isOver = false;
	const step = async (i) => {
		const key = `/app/d${i % 7}/k${i % 40}`;
		const dir = `/app/batch${i % 3}`;
		await v2.set(key, `${i}\n€`);
		if (i % 5 === 0) await v2.del(key);
		if (i % 4 === 0) await v2.set(`/app/brief${i % 6}`, `${i}`, { ttl: 300 });
		if (i % 9 === 0) await v2.set(`${dir}/k`, `${i}`);
		if (i % 27 === 0) await v2.del(dir, { recursive: true });
	};
	const run = async () => {
		let i = 0;
		for (; !isOver; i++) await step(i);
		return i;
	};
	const running = run();
	return {
		end: () => {
			isOver = true;
			return running;
		},
	};
}

test("a service under load switches to the v3 API after a verification, and its calls go on", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await writes(2000, (i) => v2.set(`/app/old/k${i}`, `${i}`));
	await v2.mkdir("/app/empty");
	const load = service(v2);
	const copy = await following(t, member.url, "--verify");
	for (const value of ["1", "2", "3"]) {
		await v2.set("/app/round", value);
		await reaches(v3, "/app/round", value);
	}
	assert.ok((await load.end()) > 0);
	const { code, stdout, stderr } = await copy.stop();
	assert.equal(code, 0, stdout + stderr);
	assert.match(stdout, /^Verified: \d+ keys, no difference\.$/m);
	assert.deepEqual(await treeOf(v3), await treeOf(v2));
	const watch = v3.watch("/app/round");
	await watch.ready;
	await v3.compareAndSwap("/app/round", "4", "3");
	assert.equal((await watch.next()).value.node.value, "4");
	await watch.return();
	await v3.set("/app/empty/k", "5");
	assert.equal((await v2.get("/app/round")).node.value, "3");
});

test("deletions, directories, and files that become directories are followed", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await v2.set("/a/b/c", "1");
	await v2.set("/becomes-dir", "1");
	await v2.mkdir("/becomes-file");
	const copy = await following(t, member.url, "--verify");
	await v2.del("/a", { recursive: true });
	await v2.mkdir("/becomes-dir");
	await v2.set("/becomes-dir/k", "2");
	await v2.rmdir("/becomes-file");
	await v2.set("/becomes-file", "3");
	await v2.mkdir("/new/empty");
	await v2.set("/made/by/key", "1");
	await v2.del("/made", { recursive: true });
	await v2.set("/last", "4");
	await reaches(v3, "/last", "4");
	const expected = await treeOf(v2);
	assert.deepEqual(await treeOf(v3), expected);
	assert.deepEqual(expected["/becomes-dir"], null);
	const { code, stdout } = await copy.stop("SIGTERM");
	assert.equal(code, 0, stdout);
});

test("a TTL that is refreshed, which gives no event, is renewed: the copy does not expire", async (t) => {
	const { member, v2, v3 } = await stage(t);
	const refresh = { ttl: 4, refresh: true, prevExist: true };
	await v2.set("/session", "1", { ttl: 4 });
	await following(t, member.url);
	const seen = [];
	const watch = v3.watch("/session");
	await watch.ready;
	const watched = (async () => {
		for await (const { action } of watch) seen.push(action);
	})();
	const end = performance.now() + 8000;
	while (performance.now() < end) {
		await v2.set("/session", undefined, refresh);
		await scheduler.wait(200);
	}
	const actions = [...seen];
	assert.equal((await v3.get("/session")).node.value, "1");
	assert.ok(actions.length > 0);
	assert.ok(!actions.includes("expire"), `${actions}`);
	await reaches(v3, "/session", undefined);
	await watch.return();
	await watched;
});

test("events that etcd has forgotten are made up for by a reading of the whole store", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await v2.set("/k", "1");
	await v2.set("/gone", "1");
	const copy = await following(t, member.url, "--verify");
	copy.child.kill("SIGSTOP");
	await v2.del("/gone");
	await writes(1500, (i) => v2.set(`/many/k${i % 300}`, `${i}`));
	await v2.set("/k", "2");
	copy.child.kill("SIGCONT");
	await reaches(v3, "/k", "2");
	await reaches(v3, "/gone", undefined);
	const { code, stdout } = await copy.stop();
	assert.equal(code, 0, stdout);
	assert.deepEqual(await treeOf(v3), await treeOf(v2));
});

test("what is changed or deleted in the v3 store meanwhile is left so, and listed", async (t) => {
	const { member, v2, v3 } = await stage(t);
	for (const key of ["/changed", "/deleted", "/overtaken"])
		await v2.set(key, "1");
	const copy = await following(t, member.url);
	await v3.set("/changed", "theirs");
	await v3.del("/deleted");
	await v3.set("/overtaken", "theirs");
	await v2.set("/overtaken", "2");
	await v2.set("/last", "1");
	await reaches(v3, "/last", "1");
	const { code, stdout } = await copy.stop();
	assert.equal(code, 1);
	assert.match(stdout, /"\/changed" has another value in the v3 store/);
	assert.match(stdout, /"\/deleted" was copied, and was then deleted/);
	assert.match(stdout, /"\/overtaken" has another value in the v3 store/);
	const expected = {
		"/changed": "theirs",
		"/last": "1",
		"/overtaken": "theirs",
	};
	assert.deepEqual(await treeOf(v3), expected);
});

test("an etcd that is killed and started again meanwhile costs no change", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await v2.set("/k", "1");
	const copy = await following(t, member.url, "--verify");
	// A write may fail while etcd is away: what counts is that both stores are the same afterwards.
	const write = (i) => v2.set(`/many/k${i % 50}`, `${i}`).catch(() => {});
	const load = writes(3000, write);
	const seen = await v3.watch("/many", { recursive: true }).next();
	assert.match(seen.value.node.key, /^\/many/);
	await member.restart();
	await load;
	await v2.set("/k", "2");
	await reaches(v3, "/k", "2");
	const { code, stdout, stderr } = await copy.stop();
	assert.equal(code, 0, stdout + stderr);
	assert.deepEqual(await treeOf(v3), await treeOf(v2));
});
