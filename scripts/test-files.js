// The test files of a run.
const fs = require("node:fs");
const path = require("node:path");
const memory = require("../__test__/support/memory-suites");
const v3 = require("../__test__/support/v3-suites");
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
	"hostile/server-connections.test.js": "thousands of connections",
	"hostile/server-endless.test.js": "requests without an end",
	"hostile/server-floods.test.js": "hundreds of megabytes",
	"process/endurance.test.js": "rounds of calls",
	"process/garbage.test.js": "thousands of clients",
	"process/pauses.test.js": "processes that are stopped for a while",
	"upstream/original-tests.test.js": "20 rounds of etcdjs's own tests",
};

// Tests of the store in memory and of the server: another etcd beside them makes no difference. They run with the first.
const WITHOUT_ETCD = ["memory/", "server/", "hostile/server-"];

// Tests that start etcds which serve only the v3 API. They run once, and not where those etcds cannot be had.
const WITH_V3 = [
	"chaos/gateway.test.js",
	"server/clients/",
	"server/cluster.test.js",
	"server/command.test.js",
	"server/wire-v3.test.js",
	"v3/",
];

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

function nameOf(file) {
	return path.relative(TESTS, file).split(path.sep).join("/");
}

function isLong(file) {
	return nameOf(file) in LONG;
}

/** Whether a test runs on each etcd, and not once. */
function isOfEachEtcd(file) {
	return !WITHOUT_ETCD.some((start) => nameOf(file).startsWith(start));
}

/** Whether a test starts its own etcds of the v3 API, beside runs of v3-suites.js. */
function isOfV3(file) {
	return WITH_V3.some((start) => nameOf(file).startsWith(start));
}

/** The tests of the v3 API that start their own etcds, and that run once. */
function filesOfV3Alone() {
	const suites = v3.suitesFor(v3.WHOLE);
	const isSuite = (file) =>
		suites.includes(nameOf(file).replace(/\.test\.js$/, ""));
	const own = filesUnder(TESTS, ".test.js").filter(isOfV3);
	return own.filter((file) => !isSuite(file));
}

/** The files that run on an etcd which serves only the v3 API; of `named` if given. */
function filesOfV3(version, named) {
	return filesOf(v3.suitesFor(version), named);
}

/** The files that run on the store in memory; of `named` if given. */
function filesOfMemory(named) {
	return filesOf(memory.FILES, named);
}

function filesOf(suites, named) {
	const all = suites.map((name) => path.join(TESTS, `${name}.test.js`));
	return named ? all.filter((file) => named.includes(file)) : all;
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
	const own = filesUnder(TESTS, ".test.js").filter((f) => !isOfPackages(f));
	const all = own.filter((file) => !isOfV3(file));
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
	filesOfMemory,
	filesOfV3,
	filesOfV3Alone,
	isOfEachEtcd,
	isOfPackages,
	packageFiles,
	testFiles,
	typeProjects,
};
