// A service as a single executable application, made as docs/single-executable.md says, on each Node.js.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { after, before, test } = require("node:test");
const { ROOT } = require("../../scripts/run");
const { consumer } = require("../support/packages/consumer");
const {
	NODES,
	install,
	runtime,
	tool,
} = require("../support/packages/ecosystem");
const { PLATFORM, publishedRegistry } = require("../support/packages/packed");
const { SETS_AND_GETS, hostAndKey } = require("../support/packages/scripts");

const PAGE = fs.readFileSync(
	path.join(ROOT, "docs", "single-executable.md"),
	"utf8",
);

/** The examples of the page, in order. */
const EXAMPLES = [...PAGE.matchAll(/```\w+\n([\s\S]*?)```/g)].map(
	([, text]) => text,
);
const [ASSET, SERVICE, WORKER, CONFIG, BUILD, BESIDE] = EXAMPLES;

/** The service's part of a program whose worker does the work; the environment is as it was. */
const IN_WORKER = `${SERVICE}${WORKER}
if (process.env.NAPI_RS_NATIVE_LIBRARY_PATH) throw new Error("it is left");
`;

let registry;

before(async () => {
	await install();
	registry = await publishedRegistry();
});

after(() => registry.stop());

/** A folder with the commands of the page on its PATH. */
async function builder(t, node, addon) {
	const user = consumer(t, registry);
	user.write("addon.js", addon);
	user.write("index.js", SERVICE + SETS_AND_GETS);
	user.write("sea-config.json", CONFIG);
	await user.npm("install", "etcdjs");
	const bin = user.path("bin");
	fs.mkdirSync(bin);
	fs.symlinkSync(runtime(node), path.join(bin, "node"));
	const tools = path.dirname(tool(".bin", "postject"));
	const env = { PATH: [bin, tools, user.env.PATH].join(path.delimiter) };
	return { user, env };
}

/** Runs an executable where nothing else is, but for what is `beside` it. */
async function run(t, executable, beside = []) {
	const place = consumer(t, registry);
	const service = place.path("service");
	fs.copyFileSync(executable, service);
	for (const file of beside) fs.copyFileSync(file, place.path("etcdjs.node"));
	fs.mkdirSync(place.path("tmp"));
	const env = { TMPDIR: place.path("tmp") };
	const output = await place.run(service, await hostAndKey(), env);
	assert.deepStrictEqual(fs.readdirSync(place.path("tmp")), []);
	return output;
}

for (const node of NODES)
	test(`the page's way, on ${node}`, async (t) => {
		const { user, env } = await builder(t, node, ASSET);
		await user.run("sh", ["-ec", BUILD], env);
		const output = await run(t, user.path("dist", "service"));
		assert.strictEqual(output, "world\n");
	});

test("the page's way, with a worker thread", async (t) => {
	const { user, env } = await builder(t, NODES[0], ASSET);
	user.write("index.js", IN_WORKER);
	user.write("worker.js", SERVICE + SETS_AND_GETS);
	const { assets, ...config } = JSON.parse(CONFIG);
	const worker = { "worker.js": "dist/worker.js" };
	user.write("sea-config.json", {
		...config,
		assets: { ...assets, ...worker },
	});
	const [bundle] = BUILD.split("\n");
	await user.run(
		"sh",
		[
			"-ec",
			bundle
				.replaceAll("/main.js", "/worker.js")
				.replace(" index.js", " worker.js"),
		],
		env,
	);
	await user.run("sh", ["-ec", BUILD], env);
	const output = await run(t, user.path("dist", "service"));
	assert.strictEqual(output, "world\n");
});

test("the page's way, with the addon beside the executable", async (t) => {
	const { user, env } = await builder(t, NODES[0], BESIDE);
	const { assets, ...config } = JSON.parse(CONFIG);
	user.write("sea-config.json", config);
	await user.run("sh", ["-ec", BUILD], env);
	const file = user.path(assets["etcdjs.node"]);
	assert.ok(file.includes(PLATFORM));
	const output = await run(t, user.path("dist", "service"), [file]);
	assert.strictEqual(output, "world\n");
});
