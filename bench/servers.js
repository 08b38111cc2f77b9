// The servers of a run of the bench: `{url, api, version, stop}` each.

const { fork } = require("node:child_process");
const { once } = require("node:events");
const path = require("node:path");
const { binaryOf, installedVersions } = require("../scripts/etcd-folder");
const { startEtcd } = require("../__test__/support");

/** The newest etcd of a release, such as "3.6". */
async function startRelease(release, api) {
	const isOf = (version) => version.startsWith(`${release}.`);
	const version = installedVersions(api).find(isOf);
	if (!version) throw new Error("an etcd is missing: node scripts/setup.js");
	const options = { binary: binaryOf(version, api), v2: api === "v2" };
	const member = await startEtcd(options);
	return { url: member.url, api, version, stop: () => member.stop() };
}

/** `etcdjs serve`, in front of a store in memory, in a process of its own. */
async function startServed() {
	const child = fork(path.join(__dirname, "served.js"));
	const [url] = await once(child, "message");
	const stop = async () => {
		child.kill();
		await once(child, "close");
	};
	return { url, api: "v2", stop };
}

async function stopAll(servers) {
	for (const { stop } of Object.values(servers)) await stop();
}

module.exports = { startRelease, startServed, stopAll };
