// The test files of a run.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT } = require("./run");

const TESTS = path.join(ROOT, "__test__");
const PACKAGES = path.join(TESTS, "packages");
// Run by `npm run test:packages`: it installs more than a gigabyte.
const ECOSYSTEM = path.join(TESTS, "ecosystem");

// The test files that take more than 20 s, and why. `npm test -- --quick` leaves them out, unless they
// are named on its command line. Nothing else decides what --quick leaves out of the test files.
const LONG = {
	"project/audit.test.js": "npm asks a registry",
	"chaos/chaos.test.js": "faults of a cluster",
	"hosts/default-timeout.test.js": "the time limit of 60 s",
	"hosts/refresh-interval.test.js": "two refreshes, 30 s apart",
	"client/tracking.test.js": "the time limit of 60 s",
	"wait/before-write.test.js": "10,000 rounds",
	"hosts/failover.test.js": "the quarantine of a failed host",
	"process/endurance.test.js": "rounds of calls",
	"process/garbage.test.js": "thousands of clients",
	"process/pauses.test.js": "processes that are stopped for a while",
	"upstream/original-tests.test.js": "20 rounds of etcdjs's own tests",
};

// The environment variables with which --quick shortens tests.
const SHORTENED = { DIFFERENTIAL_CALLS: "600", DIFFERENTIAL_ANSWERS: "5" };

function filesUnder(folder, suffix) {
	if (!fs.existsSync(folder)) return [];
	return fs
		.readdirSync(folder, { recursive: true })
		.filter((name) => name.endsWith(suffix))
		.filter((name) => !name.includes("node_modules"))
		.map((name) => path.join(folder, name))
		.sort();
}

/** Whether a test is about the packages: it runs once, not on each etcd. */
function isOfPackages(file) {
	const folders = [PACKAGES, ECOSYSTEM];
	return folders.some((folder) => file.startsWith(folder + path.sep));
}

function isLong(file) {
	const name = path.relative(TESTS, file).split(path.sep).join("/");
	return name in LONG;
}

function namedFiles(named) {
	// The tests run in the project folder, so paths relative to the caller's folder are made absolute.
	const places = named.map((place) => path.resolve(place));
	const files = places.flatMap((place) => {
		const stat = fs.statSync(place, { throwIfNoEntry: false });
		return stat?.isFile() ? [place] : filesUnder(place, ".test.js");
	});
	if (files.length > 0) return files;
	throw new Error(`no tests in ${places.join(", ")}`);
}

/** The `files` to run on each etcd, and the long ones that are `left` out. */
function testFiles({ isQuick, named }) {
	if (named.length > 0) return { files: namedFiles(named), left: [] };
	const all = filesUnder(TESTS, ".test.js").filter((f) => !isOfPackages(f));
	const left = isQuick ? all.filter(isLong) : [];
	return { files: all.filter((file) => !left.includes(file)), left };
}

function packageFiles() {
	return filesUnder(PACKAGES, ".test.js");
}

function typeProjects() {
	const configs = filesUnder(path.join(TESTS, "types"), "tsconfig.json");
	return configs.map((file) => path.relative(ROOT, path.dirname(file)));
}

module.exports = {
	LONG,
	SHORTENED,
	isOfPackages,
	packageFiles,
	testFiles,
	typeProjects,
};
