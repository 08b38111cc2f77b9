// An etcd that serves both APIs, a client of each, and the command in a process of its own.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const path = require("node:path");
const { text } = require("node:stream/consumers");
const etcd = require("../../promises");
const { startEtcd } = require("../support");
const { until } = require("../support/etcd/member");

const COMMAND = path.join(__dirname, "..", "..", "bin", "etcdjs.js");
const FOLLOWING = "following the v2 store";
const LIMIT_MS = 60_000;

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

function start(t, args) {
	const child = spawn(process.execPath, [COMMAND, ...args], {
		stdio: ["ignore", "pipe", "pipe"],
		timeout: LIMIT_MS,
		killSignal: "SIGKILL",
	});
	t.after(() => child.kill("SIGKILL"));
	return child;
}

/** Runs `etcdjs` to its end: `{code, signal, stdout, stderr}`. */
async function command(t, ...args) {
	return ending(start(t, args));
}

async function ending(child) {
	const [stdout, stderr, [code, signal]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, "close"),
	]);
	return { code, signal, stdout, stderr };
}

/** Ends `etcdjs` by a signal as soon as the v3 store has a key; resolves as `command` does. */
async function interrupted(t, v3, args) {
	const child = start(t, args);
	const ended = ending(child);
	const watch = v3.watch("/", { recursive: true });
	await watch.next();
	child.kill("SIGINT");
	await watch.return();
	return ended;
}

/** Starts `migrate … --watch`; resolves when it follows, with its process and `stop()`, which resolves as `command` does. */
async function following(t, ...args) {
	const child = start(t, ["migrate", ...args, "--watch"]);
	const ended = ending(child);
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
