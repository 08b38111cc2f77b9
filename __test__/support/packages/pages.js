// The pages that users read, and their code blocks.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT } = require("../../../scripts/run");

const EXECUTABLE = "ecosystem/single-executable.test.js runs it";
const ON_V3 = "v3/page.test.js runs it on an etcd that serves the v3 API";

const ON_MEMORY = "memory/page.test.js runs it";
const WITH_RUNNER = "packages/runners.test.js runs it";

/** The blocks that packages/pages.test.js does not run, by a text that is in the block alone, with the reason. */
const RUN_ELSEWHERE = {
	"docs/deployment.md": {
		"FROM node:22-alpine":
			"there is no Docker in the tests; ecosystem/musl.test.js installs and runs the package on musl",
	},
	"docs/migrating-to-v3.md": {
		"--dry-run": "migrate/copy.test.js and migrate/watch.test.js run it",
		"--snapshot-count=1": "migrate/upgrade.test.js runs it",
	},
	"docs/server.md": {
		"npx etcdjs serve": "server/command.test.js runs it",
		"await serve(": "server/command.test.js runs it",
	},
	"docs/single-executable.md": {
		"fs.mkdtempSync": EXECUTABLE,
		'require("./addon");': EXECUTABLE,
		"new Worker(": EXECUTABLE,
		'"main": "dist/main.js"': EXECUTABLE,
		"npx postject": EXECUTABLE,
		"path.dirname(process.execPath)": EXECUTABLE,
	},
	"docs/testing.md": {
		"// leader.js\n": ON_MEMORY,
		"// first-test.js\n": ON_MEMORY,
		"// leader-test.js\n": ON_MEMORY,
		"// leader.spec.mjs\n": WITH_RUNNER,
		"// __tests__/leader.js\n": WITH_RUNNER,
		"// clock.js": ON_MEMORY,
		"// content.js": ON_MEMORY,
		"// faults.js": ON_MEMORY,
		"// worker.js": ON_MEMORY,
	},
	"docs/v3.md": {
		"async function main()": ON_V3,
		"/services/web\n": "v3/page.test.js compares it with the keys in etcd",
		"etcdctl role grant-permission":
			"v3/page.test.js makes the same grants through etcd's JSON gateway",
	},
};

const read = (file) => fs.readFileSync(path.join(ROOT, file), "utf8");

/** The pages, relative to the project. The reference in docs/api is generated. */
function pages() {
	const docs = fs.readdirSync(path.join(ROOT, "docs"));
	const own = docs.filter((name) => name.endsWith(".md")).sort();
	return ["README.md", ...own.map((name) => `docs/${name}`)];
}

/** The code blocks of a page, without their fences. */
function codeBlocks(file) {
	const blocks = read(file).matchAll(/^```\w*\n(.*?)\n```$/gms);
	return [...blocks].map(([, code]) => code);
}

module.exports = { RUN_ELSEWHERE, codeBlocks, pages, read };
