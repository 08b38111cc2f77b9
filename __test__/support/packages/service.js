// A folder of a user with files of docs/testing.md and a copy of the package.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT } = require("../../../scripts/run");
const { files } = require("../../../package.json");
const { consumer } = require("./consumer");
const { codeBlocks } = require("./pages");

const PAGE = "docs/testing.md";

/** The blocks that are tests, each for its runner. They have one folder: no runner takes the file of another one. */
const OF_RUNNERS = [
	"// first-test.js\n",
	"// leader-test.js\n",
	"// leader.spec.mjs\n",
	"// __tests__/leader.js\n",
];

/** The block of the page that has a text which no other block has. */
function block(mark) {
	const [code, ...others] = codeBlocks(PAGE).filter((it) => it.includes(mark));
	if (code && others.length === 0) return code;
	throw new Error(`${PAGE}: ${others.length + 1} blocks have ${mark}, not one`);
}

/** The name that the first line of a block gives its file. */
function nameOf(code) {
	const [, name] = /^\/\/ (\S+)\n/.exec(code) ?? [];
	if (name) return name;
	throw new Error(`${PAGE}: a block without the name of its file:\n${code}`);
}

// Not a link: a test runner takes a linked package for sources of the service.
function copyPackage(folder) {
	for (const name of ["package.json", ...files]) {
		const source = path.join(ROOT, name);
		if (fs.existsSync(source))
			fs.cpSync(source, path.join(folder, name), { recursive: true });
	}
}

/** A folder of a user (see consumer.js) with the blocks of the page that have these texts. */
function service(t, ...marks) {
	const user = consumer(t);
	copyPackage(user.path("node_modules", "etcdjs"));
	for (const code of marks.map(block)) user.write(nameOf(code), `${code}\n`);
	return user;
}

module.exports = { OF_RUNNERS, service };
