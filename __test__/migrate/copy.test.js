// `npx etcdjs migrate` on an etcd that serves both APIs: what is copied, what is not, and the exit codes.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { freePorts } = require("../support");
const { command, interrupted, stage, treeOf, writes } = require("./stage");

const KEYS = 2000;
const TTL = 500;

/** Keys and directories of all kinds in the v2 store. */
async function fill(v2) {
	await writes(KEYS, (i) => v2.set(`/app/d${i % 20}/k${i}`, `${i}\nü€😀`));
	await v2.set("/app/empty value", "");
	await v2.set("/app/a b?c#d%e=ü", "a key with odd characters");
	await v2.set("/app/brief", "x", { ttl: TTL });
	await v2.mkdir("/app/empty/below");
	await v2.mkdir("/app/session", { ttl: TTL });
	await v2.set("/app/session/k", "of the session");
	await v2.set("/other", "another service's");
	await v2.set("/app/_hidden/k", "hidden");
}

test("it copies keys, directories and TTLs, and finds nothing to do when it is run again", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await fill(v2);
	const first = await command(t, "migrate", member.url, "--verify");
	assert.equal(first.code, 0, first.stderr);
	assert.match(first.stdout, /^Created 2029, updated 0, removed 0; 0 were/m);
	assert.match(first.stdout, /^Verified: 2029 keys, no difference\.$/m);
	assert.match(first.stderr, /^etcdjs: hidden keys \(\/_x\) are copied only/m);
	assert.deepEqual(await treeOf(v3), await treeOf(v2));
	for (const key of ["/app/brief", "/app/session"]) {
		const { ttl } = (await v3.get(key)).node;
		assert.ok(ttl > TTL - 30 && ttl <= TTL + 1, `${key}: ${ttl}`);
	}
	assert.equal((await v3.get("/app/empty/below")).node.dir, true);
	assert.equal(await v3.get("/app/_hidden/k"), undefined);
	const { index } = await lastWrite(v3);
	const second = await command(t, "migrate", member.url, "--verify");
	assert.equal(second.code, 0, second.stderr);
	assert.match(second.stdout, /^Created 0, updated 0, removed 0; 2029 were/m);
	assert.equal((await lastWrite(v3)).index, index + 1);
});

/** A write of its own: its index shows how many writes have been before it. */
async function lastWrite(store) {
	const { node } = await store.set("/_mark", "");
	return { index: node.modifiedIndex };
}

test("prefixes choose the keys, and hidden keys are copied where a prefix names them", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await v2.set("/app/k", "1");
	await v2.set("/app/_hidden/k", "2");
	await v2.set("/apple", "3");
	const prefixes = ["--prefix", "/app/", "--prefix", "/app/_hidden"];
	const { code } = await command(t, "migrate", member.url, ...prefixes);
	assert.equal(code, 0);
	assert.equal((await v3.get("/app/_hidden/k")).node.value, "2");
	assert.deepEqual(await treeOf(v3), { "/app": null, "/app/k": "1" });
});

test("a TTL that has been refreshed in the v2 store is renewed in the v3 store", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await v2.set("/k", "1", { ttl: 100 });
	await v2.set("/lasting", "1", { ttl: 100 });
	await command(t, "migrate", member.url);
	await v2.set("/k", undefined, { ttl: 300, refresh: true, prevExist: true });
	await v2.set("/lasting", "1");
	const { code } = await command(t, "migrate", member.url, "--verify");
	assert.equal(code, 0);
	const { ttl } = (await v3.get("/k")).node;
	assert.ok(ttl > 250, `${ttl}`);
	assert.equal((await v3.get("/lasting")).node.ttl, undefined);
});

test("a key that has another value or kind in the v3 store is listed and not overwritten", async (t) => {
	const { member, v2, v3 } = await stage(t);
	const secret = "s3cret";
	for (const key of ["/same", "/other", "/file", "/dir/k", "/new"])
		await v2.set(key, secret);
	await v3.set("/same", secret);
	await v3.set("/other", "theirs");
	await v3.mkdir("/file");
	await v3.set("/dir", "theirs");
	const found = await command(t, "migrate", member.url, "--verify");
	assert.equal(found.code, 1);
	const [, copied, verified] = found.stdout.split(/Not copied:|Verified:/);
	assert.match(copied, /"\/other" has another value in the v3 store\n/);
	assert.match(copied, /"\/file" is a directory in one store and a file/);
	assert.match(copied, /"\/dir" is a directory in one store and a file/);
	assert.match(copied, /"\/dir\/k" could not be copied: a key above it is/);
	assert.match(verified, /^ 4 differences\./);
	assert.ok(!(found.stdout + found.stderr).includes(secret));
	assert.equal((await v3.get("/other")).node.value, "theirs");
	assert.equal((await v3.get("/dir")).node.value, "theirs");
	assert.equal((await v3.get("/new")).node.value, secret);
});

test("--dry-run says what would be done and changes nothing", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await v2.set("/a\nb", "1");
	await v2.mkdir("/d");
	await v2.set("/same", "1");
	await v2.set("/other", "1");
	await v3.set("/same", "1");
	await v3.set("/other", "2");
	const before = await treeOf(v3);
	const found = await command(t, "migrate", member.url, "--dry-run");
	assert.equal(found.code, 1);
	assert.deepEqual(found.stdout.split("\n"), [
		'  create the key "/a\\nb"',
		'  create the directory "/d"',
		"Would create 2, set the TTL of 0, leave 1 key as they are.",
		"Would not overwrite:",
		'  "/other" has another value in the v3 store',
		"",
	]);
	assert.deepEqual(await treeOf(v3), before);
});

test("a copy that was interrupted is completed by the next run", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await fill(v2);
	const { signal } = await interrupted(t, v3, ["migrate", member.url]);
	assert.equal(signal, "SIGINT");
	const done = Object.keys(await treeOf(v3)).length;
	assert.ok(done > 0 && done < 2029, `${done} keys`);
	const { code, stdout } = await command(t, "migrate", member.url, "--verify");
	assert.equal(code, 0, stdout);
	assert.match(stdout, new RegExp(`; ${done} were there already\\.$`, "m"));
	assert.deepEqual(await treeOf(v3), await treeOf(v2));
});

test("a difference that the copy does not mend is found by --verify: a key of the v3 store alone", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await v2.set("/k", "1");
	await v3.set("/mine", "1");
	const args = ["migrate", member.url, "--delete-source"];
	const { code, stdout } = await command(t, ...args);
	assert.equal(code, 1);
	assert.match(stdout, /"\/mine" is in the v3 store alone/);
	assert.equal((await v2.get("/k")).node.value, "1");
});

test("--delete-source deletes what was verified and prints the way to etcd 3.6", async (t) => {
	const { member, v2, v3 } = await stage(t);
	await fill(v2);
	const before = await treeOf(v2);
	const args = ["--prefix", "/app", "--prefix", "/app/_hidden"];
	const run = () =>
		command(t, "migrate", member.url, ...args, "--delete-source");
	const { code, stdout, stderr } = await run();
	assert.equal(code, 0, stderr);
	assert.match(stdout, /^Deleted 2030 keys from the v2 store\.$/m);
	assert.match(stdout, /--snapshot-count=1/);
	assert.deepEqual(await treeOf(v2), { "/other": "another service's" });
	assert.equal(await v2.get("/app/_hidden"), undefined);
	const { "/other": _, ...expected } = before;
	assert.deepEqual(await treeOf(v3), expected);
});

test("two clusters: the keys of one go to the other", async (t) => {
	const [from, to] = await Promise.all([stage(t), stage(t)]);
	await from.v2.set("/k", "1");
	const args = ["migrate", from.member.url, to.member.url, "--verify"];
	assert.equal((await command(t, ...args)).code, 0);
	assert.equal((await to.v3.get("/k")).node.value, "1");
	assert.equal(await from.v3.get("/k"), undefined);
});

test("an etcd without the v2 API, and one that is not there, are errors with exit code 1", async (t) => {
	const { member } = await stage(t, { v2: false });
	const found = await command(t, "migrate", member.url);
	assert.equal(found.code, 1);
	assert.match(found.stderr, /^etcdjs: .* does not serve the etcd v2 API/);
	const [port] = await freePorts(1);
	const gone = await command(t, "migrate", `http://u:s3cret@127.0.0.1:${port}`);
	assert.equal(gone.code, 1);
	assert.match(gone.stderr, /ECONNREFUSED/);
	assert.ok(!(gone.stdout + gone.stderr).includes("s3cret"));
});

test("a key that is too deep for the v3 store is listed, and all others are copied", async (t) => {
	const { member, v2, v3 } = await stage(t);
	const deep = Array.from({ length: 120 }, () => "d").join("/");
	await v2.set(deep, "1");
	await v2.set("/k", "1");
	const found = await command(t, "migrate", member.url);
	assert.equal(found.code, 1);
	assert.match(found.stdout, /d\/d" could not be copied: .*100/);
	assert.equal((await v3.get("/k")).node.value, "1");
});
