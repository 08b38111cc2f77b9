// The other package managers: each installs the package and that of the platform, and redirects a
// package that depends on etcdjs@^2.
const assert = require("node:assert");
const { after, before, test } = require("node:test");
const { version } = require("../../package.json");
const { consumer } = require("../support/packages/consumer");
const { install, tool } = require("../support/packages/ecosystem");
const { publishedRegistry } = require("../support/packages/packed");
const {
	SERVICE,
	hostAndKey,
	writeDependent,
} = require("../support/packages/scripts");

const OLD = "old-dependent";
const REDIRECTED = { etcdjs: version };

let registry;

before(async () => {
	await install();
	registry = await publishedRegistry();
});

after(() => registry.stop());

/** A folder with a package that depends on etcdjs@^2, which the manifest redirects. */
function project(t, redirection) {
	const user = consumer(t, registry);
	user.write(".npmrc", `registry=${registry.url}\n`);
	writeDependent(user, OLD);
	user.write("direct.js", SERVICE);
	user.write("redirected.js", `require("${OLD}");`);
	user.write("package.json", {
		name: "user",
		version: "1.0.0",
		dependencies: { etcdjs: version, [OLD]: `file:./${OLD}` },
		...redirection,
	});
	return user;
}

async function runs(user, ...command) {
	for (const script of ["direct.js", "redirected.js"]) {
		const args = [...command, script, ...(await hostAndKey())];
		assert.strictEqual(await user.node(...args), "world\n");
	}
}

test("pnpm", async (t) => {
	const user = project(t, { pnpm: { overrides: REDIRECTED } });
	await user.node(tool("pnpm", "bin", "pnpm.cjs"), "install");
	await runs(user);
});

test("yarn 1", async (t) => {
	const user = project(t, { resolutions: REDIRECTED });
	const yarn = tool("yarn", "bin", "yarn.js");
	await user.node(yarn, "install", "--no-progress", "--cache-folder", ".cache");
	await runs(user);
});

const SETTINGS = {
	npmRegistryServer: () => registry.url,
	unsafeHttpWhitelist: () => '["127.0.0.1"]',
	npmMinimalAgeGate: () => "0",
	enableTelemetry: () => "false",
	enableImmutableInstalls: () => "false",
	enableGlobalCache: () => "false",
};

for (const linker of ["node-modules", "pnp"])
	test(`yarn 4, with the linker ${linker}`, async (t) => {
		const user = project(t, { resolutions: REDIRECTED });
		const lines = Object.entries(SETTINGS).map(([k, v]) => `${k}: ${v()}`);
		user.write(".yarnrc.yml", `${lines.join("\n")}\nnodeLinker: ${linker}\n`);
		user.write("yarn.lock", "");
		const yarn = tool("@yarnpkg", "cli-dist", "bin", "yarn.js");
		await user.node(yarn, "install");
		await runs(user, ...(linker === "pnp" ? [yarn, "node"] : []));
	});
