// The files of docs/testing.md that need only Node.js, as the page has them.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { service } = require("../support/packages/service");

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
	const user = service(t, "// leader.js\n", 'require("node:test")');
	const output = await user.node("--test", "--test-reporter=tap");
	assert.match(output, /^# pass 4\n# fail 0$/m);
});

test("the tests of the page fail for a service that takes an ambiguous write for a failed one", async (t) => {
	const user = service(t, "// leader.js\n", 'require("node:test")');
	const wrong = user.read("leader.js").replace(" && !err.ambiguous", "");
	user.write("leader.js", wrong);
	await assert.rejects(user.node("--test"), /the answer was lost/);
});
