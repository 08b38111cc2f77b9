// What the npm registry knows against the packages of package-lock.json and bench/package-lock.json.
// Each advisory is an error, whatever its severity, but for those of npm-exceptions.json; an
// exception that is not needed any more is one, too.
const { execFile } = require("node:child_process");
const path = require("node:path");
const { promisify } = require("node:util");
const { ROOT } = require("./run");
const exceptions = require("./npm-exceptions.json");

const execFileAsync = promisify(execFile);
const FOLDERS = [ROOT, path.join(ROOT, "bench")];
const AUDIT = ["audit", "--json", "--package-lock-only", "--fetch-retries=1"];

// npm exits with 1 for findings as for failures: what it prints tells which.
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
			id: `${name} ${path.posix.basename(url)}`,
			text: `${name} ${range}: ${title} (${severity}, ${url})`,
		}));
}

function problemsOf(advisories) {
	const allowed = new Set(exceptions.flatMap((e) => e.advisories));
	const found = new Set(advisories.map(({ id }) => id));
	const unknown = advisories.filter(({ id }) => !allowed.has(id));
	const needless = [...allowed].filter((id) => !found.has(id));
	return [
		...unknown.map(({ text }) => text),
		...needless.map((id) => `scripts/npm-exceptions.json: ${id} is no more`),
	];
}

/** Resolves with why the advisories could not be had, where they could not. */
async function checkPackages() {
	const reports = await Promise.all(FOLDERS.map(report));
	const failed = reports.find((r) => !r.vulnerabilities);
	if (failed) return failed.message ?? JSON.stringify(failed);
	const problems = new Set(problemsOf(reports.flatMap(advisoriesOf)));
	if (problems.size > 0) throw new Error([...problems].join("\n"));
}

module.exports = { checkPackages };
