// What scripts/npm-audit.js makes of a registry's advisories: npm itself asks a scripted registry.
const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const exceptions = require("../../scripts/npm-exceptions.json");
const { checkPackages } = require("../../scripts/npm-audit");
const { scriptedHost } = require("../support");

const NAMED = exceptions.flatMap(({ packages }) => packages);

/** As the bulk endpoint answers: the advisories of each package. */
function advisories(names) {
	const advisory = {
		id: 1,
		url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
		title: "a stand-in",
		severity: "low",
		vulnerable_versions: "*",
	};
	return Object.fromEntries(names.map((name) => [name, [advisory]]));
}

/** Makes npm ask a registry that has only this answer about advisories. */
async function registry(t, answer) {
	const missing = { status: 404, body: {} };
	const host = await scriptedHost(({ method }) =>
		method === "POST" ? answer : missing,
	);
	const cache = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-npm-"));
	process.env.npm_config_registry = host.url;
	process.env.npm_config_cache = cache;
	t.after(() => fs.rmSync(cache, { recursive: true, force: true }));
	t.after(() => host.close());
}

test("advisories on the packages that are named as exceptions are let pass", async (t) => {
	await registry(t, { body: advisories(NAMED) });
	assert.strictEqual(await checkPackages(), undefined);
});

test("any other advisory is an error, whatever its severity", async (t) => {
	await registry(t, { body: advisories([...NAMED, "tape"]) });
	await assert.rejects(
		checkPackages(),
		/^Error: tape \*: a stand-in \(low, .*GHSA-aaaa-bbbb-cccc\)$/,
	);
});

test("an exception for a package that is not installed is an error", async (t) => {
	exceptions.push({ packages: ["left-pad"] });
	t.after(() => exceptions.pop());
	await registry(t, { body: {} });
	await assert.rejects(checkPackages(), /left-pad is not installed$/);
});

test("a registry without advisories is not taken for one that knows of none", async (t) => {
	await registry(t, { status: 405, body: {} });
	assert.match(await checkPackages(), /405 Method Not Allowed/);
});
