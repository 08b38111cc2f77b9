// A git checkout as a dependency, with cargo: npm has it built by the script `prepare`. Without
// optimising, which is quicker, and in a target folder that stays, so that only what changed is built.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { before, test } = require("node:test");
const { ROOT, capture } = require("../../scripts/run");
const { consumer } = require("../support/packages/consumer");
const { npmConfig } = require("../support/packages/registry");
const { SERVICE, hostAndKey } = require("../support/packages/scripts");

const QUICK = {
	CARGO_TARGET_DIR: path.join(ROOT, "target", "checkout"),
	CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
	CARGO_PROFILE_RELEASE_LTO: "off",
	CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
};

let npmrc;
let cache;

// Not the registry on loopback: the tests of a checkout need etcdjs 2 as well.
before(async () => {
	npmrc = await npmConfig("userconfig");
	cache = await npmConfig("cache");
});

function install(user, url, env) {
	return user.run("npm", ["install", url], { npm_config_cache: cache, ...env });
}

/** A repository that has what this one has, committed or not. */
async function repository(user) {
	const folder = user.path("etcdjs.git");
	const git = (...args) => user.run("git", ["-C", folder, ...args]);
	const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
	const files = (await capture("git", list)).split("\0").filter(Boolean);
	for (const file of files)
		fs.cpSync(path.join(ROOT, file), path.join(folder, file));
	await git("init", "--quiet");
	await git("add", "--all");
	const author = ["-c", "user.name=a", "-c", "user.email=a@b"];
	await git(...author, "commit", "--quiet", "--message", "all");
	return `git+file://${folder}`;
}

test("npm installs a git checkout where there is cargo", async (t) => {
	const user = consumer(t, { npmrc });
	const url = await repository(user);
	const { CARGO_HOME, HOME, PATH, RUSTUP_HOME } = process.env;
	const cargo = { CARGO_HOME: CARGO_HOME ?? path.join(HOME, ".cargo") };
	const rustup = { RUSTUP_HOME: RUSTUP_HOME ?? path.join(HOME, ".rustup") };
	const env = { ...cargo, ...rustup, ...QUICK, PATH };
	await install(user, url, env);
	assert.deepStrictEqual(user.installed(), ["etcdjs"]);
	user.write("index.js", SERVICE);
	const output = await user.node("index.js", ...(await hostAndKey()));
	assert.strictEqual(output, "world\n");
});

test("without cargo, the error of npm says that it is missing", async (t) => {
	const user = consumer(t, { npmrc });
	const installed = install(user, await repository(user));
	await assert.rejects(installed, /there is no cargo here/);
});
