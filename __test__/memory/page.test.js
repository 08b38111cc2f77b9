// The files of docs/testing.md that need only Node.js, as the page has them.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { subject } = require("../support");
const { until } = require("../support/etcd/member");
const { consumer } = require("../support/packages/consumer");
const { read } = require("../support/packages/pages");
const { OF_RUNNERS, service } = require("../support/packages/service");

const SHORT_MS = 1000;

/** What the programs of the page print. */
const PRINTED = {
	"clock.js": "expire /session\n",
	"content.js": "info true\n",
	"faults.js": "a true\nb true\n300\n300\ntrue false\n",
	"worker.js": "done\n",
};

for (const [name, expected] of Object.entries(PRINTED))
	test(`${name} of the page prints what the page says`, async (t) => {
		const user = service(t, `// ${name}\n`);
		assert.equal(await user.node(name), expected);
	});

test("the tests of the page pass with Node's test runner", async (t) => {
	const user = service(t, "// leader.js\n", ...OF_RUNNERS);
	const output = await user.node("--test", "--test-reporter=tap");
	assert.match(output, /^# pass 5\n# fail 0$/m);
});

test("the tests of the page fail for a service that takes an ambiguous write for a failed one", async (t) => {
	const user = service(t, "// leader.js\n", ...OF_RUNNERS);
	const wrong = user.read("leader.js").replace(" && !err.ambiguous", "");
	user.write("leader.js", wrong);
	await assert.rejects(user.node("--test"), /the answer was lost/);
});

/** The calls in the page's table of operations. faults.test.js has `next` and `watch`. */
const CALLS = {
	"`get`": ({ get }) => get("k"),
	"`set`": ({ set }) => set("k", "v"),
	"`update`": ({ update }) => update("k", "v"),
	"`mkdir`": ({ mkdir }) => mkdir("d"),
	"`compareAndSwap`": (store) => store.compareAndSwap("k", "v", "w"),
	"`del`": ({ del }) => del("k"),
	"`delete`": (store) => store.delete("k"),
	"`rmdir`": ({ rmdir }) => rmdir("d"),
	"`compareAndDelete`": (store) => store.compareAndDelete("k", "v"),
	"`push`": ({ push }) => push("d", "v"),
	"`wait`": ({ wait }) => wait("k"),
	"each `next` of a wait": undefined,
	"`watch`": undefined,
	"`get` with `wait: true`": ({ get }) => get("k", { wait: true }),
	"`machines`": ({ machines }) => machines(),
	"`leader`": ({ leader }) => leader(),
	"`stats.self`": ({ stats }) => stats.self(),
	"`stats.store`": ({ stats }) => stats.store(),
	"`stats.leader`": ({ stats }) => stats.leader(),
};

test("each operation of the page is that of the calls beside it, and the page has each", async (t) => {
	const store = subject("memory:");
	t.after(() => store.destroy());
	const rows = read("docs/testing.md").matchAll(
		/^\| `"(\w+)"` \| ([^|]*) \|$/gm,
	);
	const found = [...rows].map(([, name, calls]) => [name, calls.split(", ")]);
	const documented = found.flatMap(([, calls]) => calls);
	assert.deepEqual(documented, Object.keys(CALLS));
	const [, typed] = /operation\?:([^;]*)undefined;/.exec(read("index.d.ts"));
	const names = found.map(([name]) => `"${name}"`);
	assert.deepEqual(typed.match(/"\w+"/g), names);
	for (const [operation, calls] of found)
		for (const call of calls.filter((name) => CALLS[name])) {
			store.memory.fail({ error: "refused", operation });
			const expected = { code: "ECONNREFUSED" };
			await assert.rejects(CALLS[call](store.promises), expected, call);
		}
});

function isRunning(pid) {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

test("a program that hangs is killed, with the processes that it has started", async (t) => {
	const hangs = "setInterval(() => {}, 1000)";
	const user = consumer(t);
	user.write(
		"hangs.js",
		`const { spawn } = require("node:child_process");
		const child = spawn(process.execPath, ["-e", ${JSON.stringify(hangs)}], { stdio: "inherit" });
		console.log("pid", child.pid);
		${hangs}`,
	);
	const run = user.run(process.execPath, ["hangs.js"], {}, SHORT_MS);
	const error = await run.catch((it) => it);
	assert.match(error.message, /\(SIGKILL\)/);
	const [, pid] = /^pid (\d+)$/m.exec(error.message);
	await until(
		() => !isRunning(pid),
		() => new Error("it still runs"),
	);
});
