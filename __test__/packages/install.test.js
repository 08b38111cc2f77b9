// What a user does with the published packages: they are built, packed, published to a registry on
// loopback and installed from it, in empty folders and without cargo.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { after, before, test } = require("node:test");
const { version } = require("../../package.json");
const { ROOT } = require("../../scripts/run");
const { TYPESCRIPT, consumer } = require("../support/packages/consumer");
const { PLATFORM, packed, published } = require("../support/packages/packed");
const {
	SERVICE,
	SETS_AND_GETS,
	firstExample,
	hostAndKey,
} = require("../support/packages/scripts");

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
	const usage = fs.readFileSync(path.join(ROOT, "docs/usage.md"), "utf8");
	user.write("typed.mts", firstExample(usage, host, "ts"));
	await user.tsc();
	assert.strictEqual(await user.node("typed.mjs"), "job: sweep\n");

	await user.npm("uninstall", "etcdjs");
	assert.deepStrictEqual(user.installed(), []);
});

test("it is there for require and for import", async (t) => {
	const user = consumer(t, registry);
	await user.npm("install", "etcdjs");
	user.write("cjs.js", SERVICE);
	user.write("esm.mjs", `import etcdjs from "etcdjs";${SETS_AND_GETS}`);
	assert.strictEqual(await valueFrom(user, "cjs.js"), "world");
	assert.strictEqual(await valueFrom(user, "esm.mjs"), "world");
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

test("it takes the place of an etcdjs 2 that a package.json asks for", async (t) => {
	const user = consumer(t, registry);
	const dependencies = { etcdjs: "^2.4.2" };
	user.write("package.json", { name: "user", dependencies });
	const [, block] = /```\n(.*)\n```/.exec(
		fs.readFileSync(path.join(ROOT, "README.md"), "utf8"),
	);
	await user.run("sh", ["-e", "-c", block]);
	assert.deepStrictEqual(user.installed(), ["etcdjs", PLATFORM]);
	const { dependencies: now } = JSON.parse(user.read("package.json"));
	assert.deepStrictEqual(now, { etcdjs: `^${version}` });
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
	user.write("index.js", SERVICE);
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
