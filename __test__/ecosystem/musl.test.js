// The package for Linux on musl, as on Alpine: built, installed by npm and run, on a Node.js for musl.
const assert = require("node:assert");
const fs = require("node:fs");
const { after, before, test } = require("node:test");
const { capture } = require("../../scripts/run");
const { consumer } = require("../support/packages/consumer");
const { muslNode } = require("../support/packages/musl");
const { packed, published } = require("../support/packages/packed");
const {
	SETS_AND_GETS,
	firstExample,
	hostAndKey,
} = require("../support/packages/scripts");

const TRIPLE = "x86_64-unknown-linux-musl";
const PACKAGE = "etcdjs-linux-x64-musl";
const LIMIT = 4_000_000;

let library;
let registry;
let runtime;

before(async () => {
	const packages = await packed([TRIPLE]);
	const { folder } = packages.find(({ name }) => name === PACKAGE);
	library = `${folder}/etcdjs.linux-x64-musl.node`;
	registry = await published(packages);
	runtime = await muslNode();
});

after(() => registry.stop());

test("npm installs the package for musl, and the examples run on it", async (t) => {
	const user = consumer(t, registry);
	const { node, npm } = runtime;
	// npm looks at the system's ldd, which knows nothing of this musl.
	await user.run(node, [npm, "install", "--libc=musl", "etcdjs"]);
	assert.deepStrictEqual(user.installed(), ["etcdjs", PACKAGE]);
	const [host, key] = await hostAndKey();
	const readme = user.read("node_modules/etcdjs/README.md");
	user.write("readme.js", firstExample(readme, host));
	assert.strictEqual(await user.run(node, ["readme.js"]), "hello: world\n");
	user.write("esm.mjs", `import etcdjs from "etcdjs";${SETS_AND_GETS}`);
	const output = await user.run(node, ["esm.mjs", host, key]);
	assert.strictEqual(output, "world\n");
});

test("the addon is small, stripped, and needs nothing but musl", async () => {
	const { size } = fs.statSync(library);
	assert.ok(size < LIMIT, `${library} has ${size} bytes`);
	assert.match(await capture("objdump", ["-t", library]), /no symbols/);
	const dynamic = await capture("readelf", ["-d", library]);
	const needed = [...dynamic.matchAll(/NEEDED.*\[(.*)\]/g)];
	assert.deepStrictEqual(
		needed.map(([, name]) => name),
		["libc.so"],
	);
	assert.match(dynamic, /NODELETE/);
});
