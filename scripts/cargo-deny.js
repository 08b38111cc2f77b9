// What cargo-deny says of the crates, by deny.toml: their licences and sources, those that are
// banned, and what RustSec knows against them.
const { capture, run } = require("./run");
const { installCrate } = require("./tools");

const VERSION = "0.20.2";
const FETCH_MS = 60 * 1000;

const install = () => installCrate("cargo-deny", VERSION);

async function check(...what) {
	const binary = await install();
	const args = ["check", "--hide-inclusion-graph", ...what];
	if ((await run(binary, args)) === 0) return;
	throw new Error(`failed: cargo deny ${args.join(" ")}`);
}

async function checkGraph() {
	await check("bans", "licenses", "sources");
}

/** Resolves with why the advisories could not be had, where they could not. */
async function checkAdvisories() {
	const binary = await install();
	try {
		await capture(binary, ["fetch", "db"], { timeout: FETCH_MS });
	} catch (error) {
		return error.message.replace(`${binary}: `, "");
	}
	await check("advisories");
}

module.exports = { checkGraph, checkAdvisories };
