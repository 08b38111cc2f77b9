// Packs the published packages into target/packages: `etcdjs`, which has no addon, and one package for each target that was
// built. With `--all`, a target that was not built is an error.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT, capture } = require("./run");
const { TARGETS } = require("./targets");

const FOLDER = path.join(ROOT, "target", "packages");
const OF_TARGETS = ["etcdjs.node", "THIRD-PARTY.md"];
const ALWAYS_PACKED = ["LICENSE", "README.md"];
const COMMON = ["version", "keywords", "license", "engines"];
const MAIN = ["name", "description", "type", "main", "types", "exports", "bin"];

const manifest = require("../package.json");
const MAIN_FILES = manifest.files.filter((name) => !OF_TARGETS.includes(name));

function pick(names, object = manifest) {
	return Object.fromEntries(names.map((name) => [name, object[name]]));
}

/** The repository of the workflow that publishes: npm compares the two. */
function repository({ GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env) {
	if (!GITHUB_REPOSITORY) return {};
	const url = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
	return { repository: { type: "git", url } };
}

function mainManifest() {
	const names = TARGETS.map(({ packageName }) => packageName);
	return {
		...pick([...MAIN, ...COMMON]),
		...repository(),
		files: MAIN_FILES,
		optionalDependencies: Object.fromEntries(
			names.map((name) => [name, manifest.version]),
		),
	};
}

function targetManifest({ triple, os, cpu, libc, packageName, library }) {
	return {
		name: packageName,
		description: `The native addon of ${manifest.name} for ${triple}`,
		...pick(COMMON),
		...repository(),
		os: [os],
		cpu: [cpu],
		...(libc ? { libc: [libc] } : {}),
		main: library,
		files: [library, "THIRD-PARTY.md"],
	};
}

function stage(parent, content, files) {
	const folder = path.join(parent, content.name);
	fs.mkdirSync(folder);
	const text = `${JSON.stringify(content, null, "\t")}\n`;
	fs.writeFileSync(path.join(folder, "package.json"), text);
	for (const file of files) {
		const copy = path.join(folder, path.basename(file));
		fs.cpSync(path.resolve(ROOT, file), copy, { recursive: true });
	}
	return folder;
}

function stageTarget(parent, target) {
	const content = targetManifest(target);
	const files = [target.file, "LICENSE", "THIRD-PARTY.md"];
	const folder = stage(parent, content, files);
	const about = `# ${content.name}\n\n${content.description}, which brings it along.\n`;
	fs.writeFileSync(path.join(folder, "README.md"), about);
	return folder;
}

function builtTargets(all) {
	const missing = TARGETS.filter(({ file }) => !fs.existsSync(file));
	if (all && missing.length > 0)
		throw new Error(`not built: ${missing.map((t) => t.triple).join(", ")}`);
	return TARGETS.filter((target) => !missing.includes(target));
}

/**
 * Packs `etcdjs` and the packages of the targets into an empty folder. Resolves with `{name, folder, tarball, unpackedSize,
 * files}` of each, in the order in which they must be published: the targets first.
 */
async function pack(parent, targets) {
	const folders = targets.map((target) => stageTarget(parent, target));
	const files = [...MAIN_FILES, ...ALWAYS_PACKED];
	folders.push(stage(parent, mainManifest(), files));
	const args = ["pack", "--json", "--pack-destination", parent, ...folders];
	const packed = JSON.parse(await capture("npm", args));
	return Object.values(packed).map((one) => ({
		...pick(["name", "unpackedSize"], one),
		folder: path.join(parent, one.name),
		tarball: path.join(parent, one.filename),
		files: one.files.map((file) => file.path),
	}));
}

async function main([option]) {
	fs.rmSync(FOLDER, { recursive: true, force: true });
	fs.mkdirSync(FOLDER, { recursive: true });
	const packed = await pack(FOLDER, builtTargets(option === "--all"));
	for (const { tarball, unpackedSize } of packed)
		console.log(`${path.relative(ROOT, tarball)}: ${unpackedSize} bytes`);
}

if (require.main === module) {
	main(process.argv.slice(2)).catch((error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
}

module.exports = { pack };
