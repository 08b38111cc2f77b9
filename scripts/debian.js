// Debian's packages, without root: downloaded and unpacked, not installed.
const fs = require("node:fs");
const path = require("node:path");
const { capture } = require("./run");

/** Runs what needs the lists of apt; they are fetched where there are none. */
async function withLists(run) {
	try {
		return await run();
	} catch (error) {
		if (process.getuid() !== 0) throw error;
		await capture("apt-get", ["update"]);
		return run();
	}
}

function download(name, directory) {
	const get = () => capture("apt-get", ["download", name], { cwd: directory });
	return withLists(get);
}

/** What apt would download: of which version, and from where. */
async function offered(name) {
	const args = ["download", "--print-uris", name];
	const uri = await withLists(() => capture("apt-get", args));
	const [, mirror, version] = /'(.*?)\/pool\/.*?_(.*?)_/.exec(uri);
	return { mirror, version };
}

function isOlder(version, than) {
	const compared = capture("dpkg", ["--compare-versions", version, "lt", than]);
	return compared.then(
		() => true,
		() => false,
	);
}

/** Downloads the package that another release of Debian has. */
async function downloadOf(release, mirror, name, directory) {
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
 * Installing it might start a service. `atLeast`: the version it must have, and the release of Debian that has it where
 * this system does not.
 */
async function unpackPackage(name, directory, atLeast) {
	const own = atLeast ? await offered(name) : undefined;
	if (own && (await isOlder(own.version, atLeast.version)))
		await downloadOf(atLeast.release, own.mirror, name, directory);
	else await download(name, directory);
	const file = fs.readdirSync(directory).find((name) => name.endsWith(".deb"));
	await capture("dpkg", ["-x", file, "root"], { cwd: directory });
	return path.join(directory, "root");
}

module.exports = { unpackPackage };
