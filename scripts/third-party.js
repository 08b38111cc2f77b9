// Writes THIRD-PARTY.md: the crates that are linked into the addon, with their licences, from
// Cargo.lock and from the files that the crates carry. `--check` only tells whether the file is up to date.
const fs = require("node:fs");
const path = require("node:path");
const { ROOT, capture } = require("./run");
const { TARGETS } = require("./targets");

const FILE = path.join(ROOT, "THIRD-PARTY.md");
const NOTICES =
	/^(copying|copyright|li[cs]en[cs]e|notice|unlicense)([-._].*)?$/i;
const NOT_MIT = /apache|isc|unlicense|zlib/i;
const GRANT = "Permission is hereby granted, free of charge";

const HEAD = `# Third-party software

The addon of etcdjs contains the crates below, as Cargo.lock has them, and parts of Rust's standard library: what a build
for Linux, macOS or Windows links. Crates that only build or test it are not in it. No other npm package comes with etcdjs:
it depends on the packages of its own addon alone. Where a crate leaves the choice, MIT is taken. \`npm run third-party\` writes this file.
`;

const read = (...segments) =>
	fs.readFileSync(path.join(...segments), "utf8").replaceAll("\r\n", "\n");

function checkNoDependencies() {
	const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
		read(ROOT, "package.json"),
	);
	const names = Object.keys({ ...dependencies, ...optionalDependencies });
	if (names.length === 0) return;
	throw new Error(`THIRD-PARTY.md does not list npm's ${names.join(", ")}`);
}

// `cargo tree` leaves out the crates that only tests use; `cargo metadata` does not.
async function linkedNames() {
	const targets = TARGETS.flatMap(({ triple }) => ["--target", triple]);
	const text = await capture("cargo", [
		...["tree", "--locked", "--edges", "normal,no-proc-macro"],
		...["--prefix", "none", "--format", "{p}", ...targets],
	]);
	const names = text.split("\n").map((line) => line.split(" ", 2).join(" "));
	return new Set(names);
}

async function linkedCrates() {
	const names = await linkedNames();
	const args = ["metadata", "--locked", "--format-version", "1"];
	const { packages } = JSON.parse(await capture("cargo", args));
	return packages
		.filter(({ source }) => source !== null)
		.filter(({ name, version }) => names.has(`${name} v${version}`))
		.sort((a, b) => titleOf(a).localeCompare(titleOf(b), "en"));
}

function titleOf({ name, version }) {
	return `${name} ${version}`;
}

function noticeFiles({ license, manifest_path }) {
	const folder = path.dirname(manifest_path);
	const files = fs
		.readdirSync(folder, { recursive: true })
		.filter((file) => NOTICES.test(path.basename(file)))
		.filter((file) => fs.statSync(path.join(folder, file)).isFile())
		.sort()
		.map((file) => path.join(folder, file));
	const isChoice = /\bMIT\b/.test(license) && !/\bAND\b/.test(license);
	const hasMit = files.some((file) => /mit/i.test(path.basename(file)));
	if (!isChoice || !hasMit) return files;
	return files.filter((file) => !NOT_MIT.test(path.basename(file)));
}

// Some crates name the MIT licence in Cargo.toml without its text.
function bareText({ license, authors, ...crate }) {
	if (!/\bMIT\b/.test(license) || /\bAND\b/.test(license))
		throw new Error(`${titleOf(crate)} has no text of ${license}`);
	const own = read(ROOT, "LICENSE");
	const names = authors.map((author) => author.replace(/ <.*/, ""));
	const holder = names.join(", ") || `The ${crate.name} authors`;
	return `MIT License\n\nCopyright (c) ${holder}\n\n${own.slice(own.indexOf(GRANT))}`;
}

function textsOf(crate) {
	const files = noticeFiles(crate);
	if (files.length === 0) return [bareText(crate)];
	return files.map((file) => read(file));
}

// Texts that differ only in their line breaks count as the same text.
function groupByText(crates) {
	const groups = new Map();
	for (const crate of crates) {
		for (const text of textsOf(crate)) {
			const key = text.replace(/\s+/g, " ").trim();
			const group = groups.get(key) ?? { text, titles: new Set() };
			group.titles.add(titleOf(crate));
			groups.set(key, group);
		}
	}
	return [...groups.values()];
}

function section({ text, titles }) {
	const lines = text.split("\n").map((line) => line.trimEnd());
	const body = lines.join("\n").replace(/^\n+|\n+$/g, "");
	return `### ${[...titles].join(", ")}\n\n~~~text\n${body}\n~~~\n`;
}

async function thirdParty() {
	checkNoDependencies();
	const crates = await linkedCrates();
	const rows = crates.map((c) => `| ${c.name} | ${c.version} | ${c.license} |`);
	return [
		HEAD,
		"## Crates\n",
		["| crate | version | licence |", "|---|---|---|", ...rows, ""].join("\n"),
		"## Their licences\n",
		...groupByText(crates).map(section),
		read(__dirname, "rust-library.md"),
	].join("\n");
}

async function main([option]) {
	const text = await thirdParty();
	if (option !== "--check") return fs.writeFileSync(FILE, text);
	if (fs.existsSync(FILE) && read(FILE) === text) return;
	throw new Error("THIRD-PARTY.md is not up to date: npm run third-party");
}

main(process.argv.slice(2)).catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
