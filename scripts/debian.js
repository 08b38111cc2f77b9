// Debian's packages, without root: downloaded and unpacked, not installed.
const fs = require("node:fs");
const path = require("node:path");
const { capture } = require("./run");

/** Runs a function that needs apt's package lists. Fetches the lists if the system has none. */
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

/** The version and the URL of the package that apt would download. */
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

/** Downloads a package of another Debian release. */
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
 * Unpacks a package into an empty folder; resolves with the folder that stands for its `/`. Installing the package could start
 * a service. `atLeast`: the lowest version, and the Debian release that has it if this system does not.
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
