// Checks the packages of each package-lock.json for advisories of the npm registry. Each advisory is an error, unless
// npm-exceptions.json names its package. An exception for a package that is not installed is an error too.
const { execFile } = require("node:child_process");
const path = require("node:path");
const { promisify } = require("node:util");
const { ROOT } = require("./run");
const exceptions = require("./npm-exceptions.json");

const execFileAsync = promisify(execFile);
const EXCEPTIONS = "scripts/npm-exceptions.json";
const LOCK = "package-lock.json";
const OTHERS = [
	"bench",
	"packaging",
	"__test__/ecosystem",
	"__test__/packages/runners",
];
const FOLDERS = [ROOT, ...OTHERS.map((name) => path.join(ROOT, name))];
const AUDIT = ["audit", "--json", "--package-lock-only", "--fetch-retries=1"];

// npm exits with 1 for findings and for failures alike: its output tells which.
async function report(folder) {
	const ran = await execFileAsync("npm", AUDIT, { cwd: folder }).catch(
		(error) => error,
	);
	if (!ran.stdout) throw ran;
	return JSON.parse(ran.stdout);
}

function advisoriesOf({ vulnerabilities }) {
	return Object.values(vulnerabilities)
		.flatMap(({ via }) => via.filter((cause) => typeof cause === "object"))
		.map(({ name, url, severity, range, title }) => ({
			name,
			text: `${name} ${range}: ${title} (${severity}, ${url})`,
		}));
}

function isInstalled(name) {
	return FOLDERS.map((folder) => require(path.join(folder, LOCK))).some(
		({ packages }) => packages[`node_modules/${name}`],
	);
}

function problemsOf(advisories) {
	const allowed = exceptions.flatMap(({ packages }) => packages);
	const unknown = advisories.filter(({ name }) => !allowed.includes(name));
	const needless = allowed.filter((name) => !isInstalled(name));
	return [
		...unknown.map(({ text }) => text),
		...needless.map((name) => `${EXCEPTIONS}: ${name} is not installed`),
	];
}

/** Resolves with the reason if the advisories could not be fetched. */
async function checkPackages() {
	const reports = await Promise.all(FOLDERS.map(report));
	const failed = reports.find((r) => !r.vulnerabilities);
	if (failed) return failed.message ?? JSON.stringify(failed);
	const problems = new Set(problemsOf(reports.flatMap(advisoriesOf)));
	if (problems.size > 0) throw new Error([...problems].join("\n"));
}

module.exports = { checkPackages };
