// The examples on other versions of Node.js, on Bun and on Deno: what is published, installed by npm.
const assert = require("node:assert");
const { after, before, test } = require("node:test");
const { consumer } = require("../support/packages/consumer");
const { NODES, install, runtime } = require("../support/packages/ecosystem");
const { publishedRegistry } = require("../support/packages/packed");
const scripts = require("../support/packages/scripts");

const WAITS = `
const [host, key] = process.argv.slice(2);
const store = etcdjs(host);
const seen = [];
store.wait(key, function onchange(err, result, next) {
	if (err) throw err;
	seen.push(result.node.value);
	if (seen.length < 3) return next(onchange);
	console.log(seen.join());
	store.destroy();
});
store.set(key, "one", () => store.set(key, "two", () => store.set(key, "three")));
`;
const REFUSED = `
const [host, key] = process.argv.slice(2);
const store = etcdjs(host);
store.compareAndSwap(key, "b", "a", (err) => {
	console.log(err.code, err.message, err.index > 0);
	store.destroy();
});
`;
// Those that the README names.
const ALLOWED = ["ffi", "env", "read", "sys"].map((name) => `--allow-${name}`);
const DENO = ["run", "--no-prompt", ...ALLOWED];

let registry;

before(async () => {
	await install();
	registry = await publishedRegistry();
});

after(() => registry.stop());

async function run(user, runtimeName, script) {
	const flags = runtimeName === "deno" ? DENO : [];
	const args = [...flags, script, ...(await scripts.hostAndKey())];
	return user.run(runtime(runtimeName), args, { DENO_NO_UPDATE_CHECK: "1" });
}

for (const name of [...NODES, "bun", "deno"])
	test(`on ${name}`, async (t) => {
		const user = consumer(t, registry);
		await user.npm("init", "--yes");
		await user.npm("install", "etcdjs");
		const [host] = await scripts.hostAndKey();
		const readme = user.read("node_modules/etcdjs/README.md");
		const required = 'const etcdjs = require("etcdjs");';
		user.write("readme.cjs", scripts.firstExample(readme, host));
		user.write("cjs.cjs", required + scripts.SETS_AND_GETS);
		user.write("wait.cjs", required + WAITS);
		user.write("refused.cjs", required + REFUSED);
		const imported =
			'import etcdjs from "etcdjs";\nimport process from "node:process";';
		user.write("esm.mjs", imported + scripts.SETS_AND_GETS);

		assert.strictEqual(await run(user, name, "readme.cjs"), "hello: world\n");
		assert.strictEqual(await run(user, name, "cjs.cjs"), "world\n");
		assert.strictEqual(await run(user, name, "esm.mjs"), "world\n");
		assert.strictEqual(await run(user, name, "wait.cjs"), "one,two,three\n");
		const refused = await run(user, name, "refused.cjs");
		assert.strictEqual(refused, "100 Key not found true\n");
	});
