// Puts libfaketime, which gives a process its own wall clock, into the ignored folder .faketime/. The library comes from
// Debian's package, unless the system has it or FAKETIME_LIB names it.
const fs = require("node:fs");
const path = require("node:path");
const { unpackPackage } = require("./debian");
const { ROOT } = require("./run");

const FOLDER = path.join(ROOT, ".faketime");
const LIBRARY = "libfaketime.so.1";
const PLACES = [FOLDER, "/usr/lib", "/usr/lib64"];
const MISSING =
	"libfaketime is missing: install it (Debian's package libfaketime), or set FAKETIME_LIB to its libfaketime.so.1";

// In lib/<architecture>/faketime on Debian, in lib64/faketime or lib/faketime elsewhere.
function libraryUnder(folder) {
	const folders = [folder];
	if (fs.existsSync(folder))
		for (const name of fs.readdirSync(folder))
			folders.push(`${folder}/${name}`);
	const files = folders.map((folder) => `${folder}/faketime/${LIBRARY}`);
	return files.find((file) => fs.existsSync(file));
}

/** The path of the library, or undefined if it is missing. */
function installedFaketime() {
	if (process.env.FAKETIME_LIB) return process.env.FAKETIME_LIB;
	return PLACES.map(libraryUnder).find(Boolean);
}

/** The path of the library. */
function faketime() {
	const library = installedFaketime();
	if (library) return library;
	throw new Error(MISSING);
}

/** Installs the library if possible. The test that needs it reports that it is missing. */
async function installFaketime() {
	if (installedFaketime()) return;
	console.log("getting libfaketime from Debian's package libfaketime");
	const directory = fs.mkdtempSync(`${FOLDER}-`);
	try {
		const root = await unpackPackage("libfaketime", directory);
		fs.renameSync(path.join(root, "usr", "lib"), FOLDER);
	} catch (error) {
		console.error(`no libfaketime: ${error.message}`);
	} finally {
		fs.rmSync(directory, { recursive: true, force: true });
	}
}

module.exports = { faketime, installFaketime };
