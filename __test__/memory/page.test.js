// The files of docs/testing.md that need only Node.js, as the page has them.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { until } = require("../support/etcd/member");
const { consumer } = require("../support/packages/consumer");
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
