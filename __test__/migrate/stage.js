// An etcd that serves both APIs, a client of each, and the command in a process of its own.
const etcd = require("../../promises");
const { startEtcd } = require("../support");
const { command, start } = require("../support/command");
const { until } = require("../support/etcd/member");

const FOLLOWING = "following the v2 store";

/** `{member, v2, v3}`: an etcd and a client of each of its stores. */
async function stage(t, options) {
	const member = await startEtcd({ v2: true, ...options });
	const v2 = etcd(member.url, { api: "v2" });
	const v3 = etcd(member.url, { api: "v3" });
	t.after(async () => {
		v2.destroy();
		v3.destroy();
		await member.stop();
	});
	return { member, v2, v3 };
}

/** Ends `etcdjs` by a signal as soon as the v3 store has a key; resolves as `command` does. */
async function interrupted(t, v3, args) {
	const { child, ended } = start(t, args);
	const watch = v3.watch("/", { recursive: true });
	await watch.next();
	child.kill("SIGINT");
	await watch.return();
	return ended;
}

/** Starts `migrate … --watch`; resolves when it follows, with its process and `stop()`, which resolves as `command` does. */
async function following(t, ...args) {
	const { child, ended } = start(t, ["migrate", ...args, "--watch"]);
	let seen = "";
	child.stderr.on("data", (data) => {
		seen += data;
	});
	await until(
		() => seen.includes(FOLLOWING),
		() => new Error(`it does not follow: ${seen}`),
	);
	const stop = (signal = "SIGINT") => {
		child.kill(signal);
		return ended;
	};
	return { child, stop };
}

/** The keys of a store below a prefix, as `key → value`, and `null` for a directory. */
async function treeOf(store, prefix = "/") {
	const found = await store.get(prefix, { recursive: true, quorum: true });
	const tree = {};
	const add = ({ key, dir, value, nodes = [] }) => {
		if (key && key !== "/") tree[key] = dir ? null : value;
		for (const node of nodes) add(node);
	};
	if (found) add(found.node);
	return tree;
}

/** Resolves when a key of a store has a value; undefined: when it is not there. */
function reaches(store, key, value) {
	return until(
		async () => (await store.get(key))?.node.value === value,
		() => new Error(`${key} does not get its value`),
	);
}

/** Calls `write(i)` for each of `count` numbers, some at a time. */
async function writes(count, write) {
	const numbers = Array.from({ length: count }, (_, i) => i).values();
	const work = async () => {
		for (const i of numbers) await write(i);
	};
	await Promise.all(Array.from({ length: 32 }, work));
}

module.exports = {
	command,
	following,
	interrupted,
	reaches,
	stage,
	treeOf,
	writes,
};
