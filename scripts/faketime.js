// Gets libfaketime for the tests, with which a process has a wall clock of its own, into the ignored folder
// .faketime/: from Debian's package, unless the system has it or FAKETIME_LIB names it.
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

/** The library's path; undefined where there is none. */
function installedFaketime() {
	if (process.env.FAKETIME_LIB) return process.env.FAKETIME_LIB;
	return PLACES.map(libraryUnder).find(Boolean);
}

/** The library's path. */
function faketime() {
	const library = installedFaketime();
	if (library) return library;
	throw new Error(MISSING);
}

/** Makes the library be there, if it can be had; the test that needs it says so if not. */
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
