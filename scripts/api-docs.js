// Writes docs/api, the reference of what index.d.ts and promises.d.ts declare, by TypeDoc. `--check` only
// tells whether docs/api is up to date. A declaration without documentation is an error.
const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ROOT } = require("./run");
const { PACKAGING, installPackages, runOrThrow } = require("./tools");

const FOLDER = path.join(ROOT, "docs", "api");
const TYPEDOC = path.join(PACKAGING, "node_modules", "typedoc", "bin");

async function generate(folder) {
	await installPackages(PACKAGING);
	const options = ["--options", path.join(PACKAGING, "typedoc.json")];
	const args = [path.join(TYPEDOC, "typedoc"), ...options, "--out", folder];
	await runOrThrow(process.execPath, args);
}

/** The texts of the files below a folder, by their paths. */
function texts(folder) {
	if (!fs.existsSync(folder)) return {};
	const all = fs.readdirSync(folder, { recursive: true }).sort();
	const files = all.filter((name) => name.endsWith(".md"));
	return Object.fromEntries(
		files.map((name) => [
			name,
			fs.readFileSync(path.join(folder, name), "utf8"),
		]),
	);
}

async function check() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-api-"));
	try {
		await generate(folder);
		assert.deepStrictEqual(texts(FOLDER), texts(folder));
	} catch (error) {
		if (error.code !== "ERR_ASSERTION") throw error;
		throw new Error("docs/api is not up to date: npm run docs");
	} finally {
		fs.rmSync(folder, { recursive: true, force: true });
	}
}

async function main([option]) {
	if (option === "--check") return check();
	await generate(FOLDER);
}

main(process.argv.slice(2)).catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
