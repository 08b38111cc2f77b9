// npm etcdjs 2.4.2, which speaks the v2 API, against a server: in front of a store in memory, and of an etcd that has the v3 API alone.
const assert = require("node:assert/strict");
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { promisify } = require("node:util");
const original = require("etcdjs-original");
const { ROOT } = require("../../../scripts/run");
const { call } = require("../../support");
const { STORES } = require("./sides");

const LIMIT_MS = 30_000;

const run = promisify(execFile);

/** The result of a call, or its error as `[errorCode, message]`. */
async function result(store, ...args) {
	const {
		args: [err, body],
	} = await call(store, ...args);
	return err ? [err.code, err.message] : body;
}

/** The etcdjs package's own test files, on that package. */
async function runTape(t, host) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-served-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const source = path.dirname(require.resolve("etcdjs-original"));
	fs.cpSync(path.join(source, "test"), path.join(folder, "test"), {
		recursive: true,
	});
	fs.writeFileSync(
		path.join(folder, "index.js"),
		`module.exports = require(${JSON.stringify(source)})\n`,
	);
	const modules = path.join(ROOT, "node_modules");
	fs.symlinkSync(modules, path.join(folder, "node_modules"));
	const tape = path.join(modules, ".bin", "tape");
	const env = { ...process.env, ETCD_HOST: host, NODE_TEST_CONTEXT: "" };
	const options = { cwd: folder, env, timeout: LIMIT_MS };
	return (await run(process.execPath, [tape, "test/*.js"], options)).stdout;
}

for (const [name, start] of Object.entries(STORES)) {
	test(`writes, reads and refusals in front of ${name}`, async (t) => {
		const { host } = await start(t);
		const store = original(host);
		const does = (...args) => result(store, ...args);
		assert.equal((await does("set", "a", "1")).action, "set");
		assert.equal((await does("get", "a")).node.value, "1");
		assert.equal(await does("get", "none"), undefined);
		assert.equal(
			(await does("set", "a", "2", { prevValue: "1" })).action,
			"compareAndSwap",
		);
		assert.deepEqual(await does("set", "a", "3", { prevValue: "1" }), [
			101,
			"Compare failed",
		]);
		assert.deepEqual(await does("set", "a", "3", { prevExist: false }), [
			105,
			"Key already exists",
		]);
		assert.deepEqual(await does("update", "none", "3"), [100, "Key not found"]);
		assert.equal(
			(await does("compareAndDelete", "a", "2")).action,
			"compareAndDelete",
		);
		assert.deepEqual(await does("del", "a"), [100, "Key not found"]);
		assert.equal((await does("set", "ttl", "1", { ttl: 100 })).node.ttl, 100);
	});

	test(`directories and in-order keys in front of ${name}`, async (t) => {
		const { host } = await start(t);
		const does = (...args) => result(original(host), ...args);
		assert.equal((await does("mkdir", "dir")).node.dir, true);
		assert.deepEqual(await does("mkdir", "dir"), [102, "Not a file"]);
		const {
			node: { key },
		} = await does("push", "dir", "first");
		assert.match(key, /^\/dir\/\d{20}$/);
		assert.deepEqual(await does("rmdir", "dir"), [108, "Directory not empty"]);
		const { node } = await does("get", "", { recursive: true, sorted: true });
		assert.deepEqual(
			node.nodes.map((one) => one.key),
			["/dir"],
		);
		assert.equal(
			(await does("del", "dir", { recursive: true })).action,
			"delete",
		);
	});

	test(`waits see each change in front of ${name}`, async (t) => {
		const { host } = await start(t);
		const store = original(host);
		const {
			node: { modifiedIndex: first },
		} = await result(store, "set", "w/0", "0");
		const events = [];
		const done = new Promise((resolve, reject) => {
			const options = { recursive: true, waitIndex: first + 1 };
			store.wait("w", options, function onEvent(err, event, next) {
				if (err) return reject(err);
				if (events.push(event.node.value) === 20) return resolve();
				next(onEvent);
			});
		});
		for (let i = 1; i <= 20; i++)
			await result(store, "set", `w/${i % 3}`, String(i));
		await done;
		assert.deepEqual(
			events,
			Array.from({ length: 20 }, (_, i) => String(i + 1)),
		);
		const next = result(store, "wait", "w/later");
		await result(store, "set", "w/later", "1");
		const value = (await Promise.race([next, result(store, "get", "w/later")]))
			.node.value;
		assert.equal(value, "1");
		await result(store, "set", "w/later", "2");
		assert.match((await next).node.value, /^[12]$/);
	});

	test(`members and statistics in front of ${name}`, async (t) => {
		const { host } = await start(t);
		const store = original(host);
		assert.deepEqual(await result(store, "machines"), [`http://${host}`]);
		assert.equal((await result(store, "stats.self")).state, "StateLeader");
		assert.equal((await result(store, "stats.store")).watchers, 0);
		const { leader } = await result(store, "stats.leader");
		assert.equal(leader, (await result(store, "stats.self")).id);
	});

	test(`etcdjs's own tests pass in front of ${name}`, async (t) => {
		const { host } = await start(t);
		const output = await runTape(t, `http://${host}`);
		assert.match(output, /^# pass {2}40$/m, output);
		assert.doesNotMatch(output, /^not ok/m);
	});
}
