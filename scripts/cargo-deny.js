// What cargo-deny says of the crates, by deny.toml: their licences and sources, those that are
// banned, and what RustSec knows against them. It goes into the ignored folder .tools.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT, capture, run } = require("./run");

const VERSION = "0.20.2";
const FOLDER = path.join(ROOT, ".tools", `cargo-deny-${VERSION}`);
const BINARY = path.join(FOLDER, "bin", "cargo-deny");
const FETCH_MS = 60 * 1000;

// Not optimised: that halves the time of the build, and a run takes two seconds instead of one.
async function install() {
	if (fs.existsSync(BINARY)) return;
	console.log(`building cargo-deny ${VERSION}: it takes a minute or two`);
	const args = ["install", "--quiet", "--locked", "--debug", "--root", FOLDER];
	const env = { CARGO_PROFILE_DEV_DEBUG: "0" };
	const code = await run("cargo", [...args, `cargo-deny@${VERSION}`], env);
	if (code !== 0) throw new Error(`cargo install cargo-deny failed (${code})`);
}

async function check(...what) {
	const args = ["check", "--hide-inclusion-graph", ...what];
	if ((await run(BINARY, args)) === 0) return;
	throw new Error(`failed: cargo deny ${args.join(" ")}`);
}

async function checkGraph() {
	await install();
	await check("bans", "licenses", "sources");
}

/** Resolves with why the advisories could not be had, where they could not. */
async function checkAdvisories() {
	await install();
	try {
		await capture(BINARY, ["fetch", "db"], { timeout: FETCH_MS });
	} catch (error) {
		return error.message.replace(`${BINARY}: `, "");
	}
	await check("advisories");
}

module.exports = { checkGraph, checkAdvisories };
