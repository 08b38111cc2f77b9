// Tests of a service, run by jest: it finds no open handles, and its fake timers stop no call.
const assert = require("node:assert");
const { after, before, test } = require("node:test");
const { consumer } = require("../support/packages/consumer");
const { install, tool } = require("../support/packages/ecosystem");
const { publishedRegistry } = require("../support/packages/packed");
const { hostAndKey } = require("../support/packages/scripts");

const TEST = `
test("a service", (done) => {
	const [host, key] = process.env.HOST_AND_KEY.split(" ");
	const store = require("etcdjs")(host);
	store.get(key, (err) => {
		expect(err).toBe(null);
		store.destroy();
		store.get(key, (err) => {
			expect(err.message).toBe("store destroyed");
			done();
		});
	});
});
`;

let registry;

before(async () => {
	await install();
	registry = await publishedRegistry();
});

after(() => registry.stop());

for (const [title, first] of [
	["its own timers", ""],
	["fake timers", "jest.useFakeTimers();"],
])
	test(`jest --detectOpenHandles finds nothing, with ${title}`, async (t) => {
		const user = consumer(t, registry);
		user.write("package.json", {});
		await user.npm("install", "etcdjs");
		user.write("service.test.js", first + TEST);
		const jest = tool("jest", "bin", "jest.js");
		const script = `exec "$0" "$@" 2>&1`;
		const args = [process.execPath, jest, "--detectOpenHandles", "--ci"];
		const env = { HOST_AND_KEY: (await hostAndKey()).join(" ") };
		const output = await user.run("sh", ["-c", script, ...args], env);
		assert.match(output, /Tests: +1 passed/);
		assert.doesNotMatch(output, /open handle|did not exit/);
	});
