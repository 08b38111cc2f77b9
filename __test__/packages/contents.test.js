// What is in the packages that are published: only what users need, and an addon that any Linux can
// load that Node.js itself runs on.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { before, test } = require("node:test");
const { ROOT, capture } = require("../../scripts/run");
const { TARGETS } = require("../../scripts/targets");
const { PACKAGING } = require("../../scripts/tools");
const { version } = require("../../package.json");
const { PLATFORM, packed } = require("../support/packages/packed");

const BIN = path.join(PACKAGING, "node_modules", ".bin");
const LIBRARY = "etcdjs.linux-x64-gnu.node";
const KB = 1000;
const MB = 1000 * KB;
// The client may take 4.75 MB, the store in memory and a server in front of it 0.6 MB.
const ADDON = 5.35 * MB;
const LIMITS = { etcdjs: 225 * KB, [PLATFORM]: ADDON + 150 * KB };
const OLDEST_GLIBC = "2.28";

let library;
let packages;

before(async () => {
	const all = await packed();
	packages = Object.fromEntries(all.map((one) => [one.name, one]));
	library = path.join(packages[PLATFORM].folder, LIBRARY);
});

function manifest(name) {
	const file = path.join(packages[name].folder, "package.json");
	return JSON.parse(fs.readFileSync(file, "utf8"));
}

function isNewer(a, b) {
	return a.localeCompare(b, "en", { numeric: true }) > 0;
}

test("the package itself has the JS, the types and the README, and no addon", () => {
	const all = fs.readdirSync(path.join(ROOT, "lib"), { recursive: true });
	const lib = all.filter((name) => name.endsWith(".js"));
	const entries = ["index", "promises", "server"].flatMap((name) =>
		["d.mts", "d.ts", "js", "mjs"].map((suffix) => `${name}.${suffix}`),
	);
	const expected = [
		...["LICENSE", "README.md", "package.json", ...entries],
		"bin/etcdjs.js",
		...lib.map((name) => `lib/${name}`),
	];
	assert.deepStrictEqual(packages.etcdjs.files.sort(), expected.sort());
});

test("the package of a platform has its addon and the licences of what is in it", () => {
	assert.deepStrictEqual(packages[PLATFORM].files.sort(), [
		...["LICENSE", "README.md", "THIRD-PARTY.md"],
		...[LIBRARY, "package.json"],
	]);
});

test("the packages are small", () => {
	for (const [name, limit] of Object.entries(LIMITS)) {
		const { unpackedSize } = packages[name];
		const isSmall = unpackedSize < limit;
		assert.ok(isSmall, `${name} has ${unpackedSize} bytes`);
	}
	const { size } = fs.statSync(library);
	assert.ok(size < ADDON, `${LIBRARY} has ${size} bytes`);
});

test("no package has a script, or a dependency but the packages of platforms", () => {
	const names = TARGETS.map(({ packageName }) => [packageName, version]);
	const { scripts, dependencies, optionalDependencies } = manifest("etcdjs");
	assert.deepStrictEqual([scripts, dependencies], [undefined, undefined]);
	assert.deepStrictEqual(optionalDependencies, Object.fromEntries(names));
	const platform = manifest(PLATFORM);
	const fields = ["scripts", "dependencies", "optionalDependencies"];
	for (const field of fields) assert.strictEqual(platform[field], undefined);
});

test("are-the-types-wrong and publint find nothing wrong", async () => {
	const { tarball } = packages.etcdjs;
	const run = (tool, ...args) =>
		capture(process.execPath, [path.join(BIN, tool), ...args, tarball]);
	assert.match(await run("attw"), /No problems found/);
	assert.match(await run("publint", "--strict"), /All good/);
});

test("npm is told which platform a package is for", () => {
	const { os, cpu, libc, main } = manifest(PLATFORM);
	assert.deepStrictEqual(
		{ os, cpu, libc, main },
		{ os: ["linux"], cpu: ["x64"], libc: ["glibc"], main: LIBRARY },
	);
});

test("lib/addon.js asks for the package of each target by its name", () => {
	const loader = fs.readFileSync(path.join(ROOT, "lib", "addon.js"), "utf8");
	const asked = [...loader.matchAll(/require\("(etcdjs-[^"]+)"\)/g)];
	const names = TARGETS.map(({ packageName }) => packageName);
	assert.deepStrictEqual(asked.map(([, name]) => name).sort(), names.sort());
});

test("the addon needs no newer glibc than Node.js itself", async () => {
	const symbols = await capture("objdump", ["-T", library]);
	const needed = [...symbols.matchAll(/GLIBC_([\d.]+)/g)].map(([, v]) => v);
	assert.ok(needed.length > 0);
	const tooNew = needed.filter((one) => isNewer(one, OLDEST_GLIBC));
	assert.deepStrictEqual([...new Set(tooNew)], []);
});

test("the addon is stripped, and stays loaded when a worker ends", async () => {
	const sections = await capture("objdump", ["-h", library]);
	assert.doesNotMatch(sections, /\.debug_|\.symtab/);
	const symbols = await capture("objdump", ["-t", library]);
	assert.match(symbols, /no symbols/);
	const dynamic = await capture("readelf", ["-d", library]);
	assert.match(dynamic, /NODELETE/);
});
