// What scripts/npm-audit.js makes of a registry's advisories: npm itself asks a scripted registry.
const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const exceptions = require("../scripts/npm-exceptions.json");
const { checkPackages } = require("../scripts/npm-audit");
const { scriptedHost } = require("./support");

const NAMED = exceptions.flatMap(({ advisories }) => advisories);

function advisory(id) {
	return {
		id: Number.parseInt(id.slice(-4), 36),
		url: `https://github.com/advisories/${id}`,
		title: "a stand-in",
		severity: "low",
		vulnerable_versions: "*",
	};
}

/** As the bulk endpoint answers: the advisories of each package. */
function advisories(names) {
	const body = {};
	for (const [name, id] of names.map((text) => text.split(" ")))
		body[name] = [...(body[name] ?? []), advisory(id)];
	return body;
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

test("the advisories that are named as exceptions are let pass", async (t) => {
	await registry(t, { body: advisories(NAMED) });
	assert.strictEqual(await checkPackages(), undefined);
});

test("any other advisory is an error, whatever its severity", async (t) => {
	const body = advisories([...NAMED, "tape GHSA-aaaa-bbbb-cccc"]);
	await registry(t, { body });
	await assert.rejects(
		checkPackages(),
		/^Error: tape \*: a stand-in \(low, .*GHSA-aaaa-bbbb-cccc\)$/,
	);
});

test("an exception is for one advisory of its package, not for all", async (t) => {
	const body = advisories([...NAMED, "request GHSA-aaaa-bbbb-cccc"]);
	await registry(t, { body });
	await assert.rejects(
		checkPackages(),
		/^Error: request .*GHSA-aaaa-bbbb-cccc/,
	);
});

test("an exception that applies no more is an error", async (t) => {
	await registry(t, { body: advisories(NAMED.slice(1)) });
	const said = `Error: scripts/npm-exceptions.json: ${NAMED[0]} is no more`;
	await assert.rejects(checkPackages(), (error) => `${error}` === said);
});

test("a registry without advisories is not taken for one that knows of none", async (t) => {
	await registry(t, { status: 405, body: {} });
	assert.match(await checkPackages(), /405 Method Not Allowed/);
});
