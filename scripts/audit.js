// Checks the dependencies. A check whose registry or database cannot be reached is listed as not checked.
// With `--complete` such a check is a failure.
const { execFile } = require("node:child_process");
const { promisify } = require("node:util");
const { checkAdvisories, checkGraph } = require("./cargo-deny");
const { checkPackages } = require("./npm-audit");
const { ROOT } = require("./run");

const execFileAsync = promisify(execFile);
const PACKAGE = ["package", "--locked", "--no-verify", "--allow-dirty"];
const LONGEST_REASON = 80;
const YANKED = /package `([^`]+)` in Cargo.lock is yanked/g;

// cargo looks for crates that crates.io has withdrawn when it packs a crate, and only then.
async function checkYanked() {
	const env = { ...process.env, CARGO_TERM_COLOR: "never" };
	const options = { cwd: ROOT, env };
	const { stderr } = await execFileAsync("cargo", PACKAGE, options);
	const yanked = [...stderr.matchAll(YANKED)].map(([, name]) => name);
	if (yanked.length > 0) throw new Error(`yanked: ${yanked.join(", ")}`);
}

const CHECKS = [
	["licences, bans and sources of crates", checkGraph],
	["yanked crates", checkYanked],
	["RustSec's advisories on crates", checkAdvisories],
	["npm's advisories on packages", checkPackages],
];

/** Resolves with the reasons of the checks that could not be made; rejects if a check fails. */
async function audit() {
	const unchecked = [];
	for (const [name, check] of CHECKS) {
		console.log(`\n== ${name}`);
		const reason = await check();
		if (!reason) continue;
		console.log(`NOT CHECKED: ${reason}`);
		const [firstLine] = `${reason}`.split("\n");
		unchecked.push(`${name} (${firstLine.slice(0, LONGEST_REASON)})`);
	}
	return unchecked;
}

async function main([option]) {
	const unchecked = await audit();
	if (unchecked.length === 0 || option !== "--complete") return;
	throw new Error(`not checked: ${unchecked.join("; ")}`);
}

if (require.main === module) {
	main(process.argv.slice(2)).catch((error) => {
		console.error(`\n${error.message}`);
		process.exitCode = 1;
	});
}

module.exports = { audit };
