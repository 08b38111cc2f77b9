// Runs cargo-deny by deny.toml: licences and sources of the crates, banned crates, and RustSec's advisories.
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

/** Resolves with the reason if the advisories could not be fetched. */
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
