// Debian's packages, without root: downloaded and unpacked, not installed.
const fs = require("node:fs");
const path = require("node:path");
const { capture } = require("./run");

async function download(name, directory) {
	const get = () => capture("apt-get", ["download", name], { cwd: directory });
	try {
		await get();
	} catch (error) {
		if (process.getuid() !== 0) throw error;
		await capture("apt-get", ["update"]);
		await get();
	}
}

/** Downloads the package that another release of Debian has, from where this system gets its own. */
async function downloadOf(release, name, directory) {
	const uris = await capture("apt-get", ["download", "--print-uris", name]);
	const [, mirror] = /'(.*?)\/pool\//.exec(uris);
	const place = (...segments) => path.join(directory, ...segments);
	fs.mkdirSync(place("lists", "partial"), { recursive: true });
	fs.mkdirSync(place("cache", "archives", "partial"), { recursive: true });
	fs.writeFileSync(place("sources.list"), `deb ${mirror} ${release} main\n`);
	const settings = {
		"Dir::Etc::SourceList": place("sources.list"),
		"Dir::Etc::SourceParts": "-",
		"Dir::State::Lists": place("lists"),
		"Dir::Cache": place("cache"),
	};
	const entries = Object.entries(settings);
	const options = entries.flatMap(([name, value]) => [
		"-o",
		`${name}=${value}`,
	]);
	const aptGet = (...args) =>
		capture("apt-get", [...options, ...args], { cwd: directory });
	await aptGet("update");
	await aptGet("download", name);
}

/**
 * Unpacks a package into a folder that has no other; resolves with the folder that stands for its `/`.
 * Installing it might start a service. `release`: that of another release of Debian than this system's.
 */
async function unpackPackage(name, directory, release) {
	if (release) await downloadOf(release, name, directory);
	else await download(name, directory);
	const file = fs.readdirSync(directory).find((name) => name.endsWith(".deb"));
	await capture("dpkg", ["-x", file, "root"], { cwd: directory });
	return path.join(directory, "root");
}

module.exports = { unpackPackage };
