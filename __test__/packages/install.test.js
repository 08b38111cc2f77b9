// What a user does with the published packages: they are built, packed, published to a registry on
// loopback and installed from it, in empty folders and without cargo.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { after, before, test } = require("node:test");
const { version } = require("../../package.json");
const { ROOT } = require("../../scripts/run");
const { consumer } = require("../support/consumer");
const { PLATFORM, packed, published } = require("../support/packed");
const {
	SETS_AND_GETS,
	firstExample,
	hostAndKey,
} = require("../support/scripts");

const TYPED = `
declare const console: { log(text: unknown): void };
declare const process: { argv: { slice(from: number): [string, string] } };
${SETS_AND_GETS.replace("result.node", "result?.node")}`;
const TYPESCRIPT = { module: "nodenext", strict: true, types: [] };

let packages;
let registry;

before(async () => {
	packages = await packed();
	registry = await published(packages);
});

after(() => registry.stop());

/** Runs a script that sets and gets a key; resolves with what it got. */
async function valueFrom(user, script) {
	return (await user.node(script, ...(await hostAndKey()))).trim();
}

test("a new user installs the package, runs the first example, compiles it, and is rid of it", async (t) => {
	const user = consumer(t, registry);
	await assert.rejects(user.run("cargo", ["--version"]), { code: "ENOENT" });
	await user.npm("init", "--yes");
	await user.npm("install", "etcdjs");
	assert.deepStrictEqual(user.installed(), ["etcdjs", PLATFORM]);

	const [host] = await hostAndKey();
	const readme = user.read("node_modules/etcdjs/README.md");
	user.write("example.js", firstExample(readme, host));
	assert.strictEqual(await user.node("example.js"), "hello: world\n");

	user.write("tsconfig.json", { compilerOptions: TYPESCRIPT });
	user.write("example.ts", `import etcdjs from "etcdjs";${TYPED}`);
	await user.tsc();
	assert.strictEqual(await valueFrom(user, "example.js"), "world");

	await user.npm("uninstall", "etcdjs");
	assert.deepStrictEqual(user.installed(), []);
});

test("it is there for require and for import", async (t) => {
	const user = consumer(t, registry);
	await user.npm("install", "etcdjs");
	user.write("cjs.js", `const etcdjs = require("etcdjs");${SETS_AND_GETS}`);
	user.write("esm.mjs", `import etcdjs from "etcdjs";${SETS_AND_GETS}`);
	assert.strictEqual(await valueFrom(user, "cjs.js"), "world");
	assert.strictEqual(await valueFrom(user, "esm.mjs"), "world");
});

test("a package that depends on etcdjs@^2 gets it by overrides", async (t) => {
	const user = consumer(t, registry);
	user.write("old/package.json", {
		name: "old",
		version: "1.0.0",
		dependencies: { etcdjs: "^2.4.0" },
	});
	const source = `const etcdjs = require("etcdjs");${SETS_AND_GETS}`;
	user.write("old/index.js", source);
	user.write("package.json", {
		dependencies: { old: "file:./old" },
		overrides: { etcdjs: `^${version}` },
	});
	await user.npm("install", "--install-links");
	assert.deepStrictEqual(user.installed(), ["etcdjs", PLATFORM, "old"]);
	user.write("index.js", 'require("old");');
	assert.strictEqual(await valueFrom(user, "index.js"), "world");
});

test("another name may stand for it", async (t) => {
	const user = consumer(t, registry);
	await user.npm("install", `store@npm:etcdjs@${version}`);
	user.write("index.js", `const etcdjs = require("store");${SETS_AND_GETS}`);
	assert.strictEqual(await valueFrom(user, "index.js"), "world");
});

test("installed without optional packages, it says which one is missing and why", async (t) => {
	const user = consumer(t, registry);
	await user.npm("install", "etcdjs", "--omit=optional");
	assert.deepStrictEqual(user.installed(), ["etcdjs"]);
	const load = user.node("-e", 'require("etcdjs")');
	await assert.rejects(load, ({ message }) => {
		assert.match(message, /no native addon for linux-x64-gnu/);
		assert.match(message, new RegExp(`package ${PLATFORM} is not installed`));
		assert.match(message, /--omit=optional/);
		assert.match(message, /lock file/);
		assert.match(message, /npm run build/);
		return true;
	});
});

test("npm installs the package of the platform that it is told", async (t) => {
	const user = consumer(t, registry);
	const musl = ["--os=linux", "--cpu=x64", "--libc=musl"];
	await user.npm("install", "etcdjs", ...musl);
	assert.deepStrictEqual(user.installed(), ["etcdjs", "etcdjs-linux-x64-musl"]);
});

test("no script runs when it is installed", async (t) => {
	const user = consumer(t, registry);
	await user.npm("install", "etcdjs", "--ignore-scripts");
	const lock = JSON.parse(user.read("package-lock.json"));
	const packages = Object.values(lock.packages);
	assert.deepStrictEqual(
		packages.filter((one) => one.hasInstallScript),
		[],
	);
	user.write("index.js", `const etcdjs = require("etcdjs");${SETS_AND_GETS}`);
	assert.strictEqual(await valueFrom(user, "index.js"), "world");
});

test("the tarballs pass what CI tries on each platform", async (t) => {
	const user = consumer(t, registry);
	for (const { tarball } of packages)
		fs.copyFileSync(tarball, user.path(path.basename(tarball)));
	const script = path.join(ROOT, "scripts", "smoke.sh");
	const output = await user.run("sh", [script, user.folder]);
	assert.match(output, /works on linux x64/);
});
