// Bundles of a service: with the package outside, and with it inside and its .node file beside.
const assert = require("node:assert");
const fs = require("node:fs");
const { after, before, test } = require("node:test");
const { consumer } = require("../support/packages/consumer");
const { install, tool } = require("../support/packages/ecosystem");
const { publishedRegistry } = require("../support/packages/packed");
const { SERVICE, hostAndKey } = require("../support/packages/scripts");

const LIBRARY = /\.node$/;

let registry;

before(async () => {
	await install();
	registry = await publishedRegistry();
});

after(() => registry.stop());

/** A folder of a service, in which the package is installed. */
async function service(t) {
	const user = consumer(t, registry);
	user.write("index.js", SERVICE);
	await user.npm("install", "etcdjs");
	return user;
}

/** Runs a bundle, without the installed packages where it has them inside. */
async function runs(user, { isInside }) {
	if (isInside) fs.rmSync(user.path("node_modules"), { recursive: true });
	const args = [user.path("dist", "main.js"), ...(await hostAndKey())];
	assert.strictEqual(await user.node(...args), "world\n");
	const files = fs.readdirSync(user.path("dist"));
	assert.strictEqual(
		files.some((name) => LIBRARY.test(name)),
		isInside,
	);
}

/** Resolves with the warnings of esbuild. */
async function esbuild(user, options) {
	const { build } = require(tool("esbuild"));
	const { warnings } = await build({
		absWorkingDir: user.folder,
		entryPoints: { main: "index.js" },
		bundle: true,
		platform: "node",
		outdir: "dist",
		logLevel: "silent",
		...options,
	});
	return warnings.map(({ text }) => text);
}

/** Resolves with the errors of webpack, and its warnings. */
async function webpack(user, options) {
	const compiler = require(tool("webpack"))({
		context: user.folder,
		entry: "./index.js",
		target: "node",
		mode: "production",
		output: { path: user.path("dist"), filename: "main.js" },
		...options,
	});
	const stats = await new Promise((resolve, reject) => {
		compiler.run((err, stats) => (err ? reject(err) : resolve(stats)));
	});
	const { errors, warnings } = stats.toJson();
	assert.deepStrictEqual(errors, []);
	return warnings.map(({ message }) => message);
}

test("esbuild, with the package outside", async (t) => {
	const user = await service(t);
	const options = { external: ["etcdjs"] };
	assert.deepStrictEqual(await esbuild(user, options), []);
	await runs(user, { isInside: false });
});

test("esbuild, with the package inside and .node files copied", async (t) => {
	const user = await service(t);
	await esbuild(user, { loader: { ".node": "copy" } });
	await runs(user, { isInside: true });
});

test("webpack, with the package outside", async (t) => {
	const user = await service(t);
	const options = { externals: { etcdjs: "commonjs etcdjs" } };
	assert.deepStrictEqual(await webpack(user, options), []);
	await runs(user, { isInside: false });
});

test("webpack, with the package inside and node-loader for .node files", async (t) => {
	const user = await service(t);
	const rule = { test: LIBRARY, loader: tool("node-loader") };
	const warnings = await webpack(user, { module: { rules: [rule] } });
	// The packages of other platforms are not there, and need not be.
	const others = /Can't resolve 'etcdjs-/;
	assert.deepStrictEqual(
		warnings.filter((text) => !others.test(text)),
		[],
	);
	await runs(user, { isInside: true });
});
