// `npm run demo`: every kind of call on a store in memory, and a fault of it. `-- --etcd`: the calls on a real etcd, and a failover
// between three members; it installs missing tools, and stops the servers that it starts.
const { promisify } = require("node:util");
const { prepareAddon, setup } = require("./setup");

const KEY = "demo/greeting";

function heading(text) {
	console.log(`\n── ${text}`);
}

function show(call, result) {
	const node = result?.node;
	const told = node
		? `${result.action} ${node.key}${node.value === undefined ? "" : ` = ${JSON.stringify(node.value)}`}`
		: JSON.stringify(result);
	console.log(`   ${call.padEnd(58)} → ${told}`);
}

/** The callback methods of a store as functions that return promises. */
function promises(store) {
	const names = [
		...["get", "set", "update", "mkdir", "rmdir", "push", "machines"],
		...["compareAndSwap", "compareAndDelete"],
	];
	return Object.fromEntries(
		names.map((name) => [name, promisify(store[name]).bind(store)]),
	);
}

async function readAndWrite(store) {
	const { set, get } = promises(store);
	heading("set and get");
	show(`set("${KEY}", "hello")`, await set(KEY, "hello"));
	show(`get("${KEY}")`, await get(KEY));
	show('get("demo/nothing")', await get("demo/nothing"));
	const json = { json: true };
	show(
		'set("demo/config", {a: [1, 2]}, {json: true})',
		await set("demo/config", { a: [1, 2] }, json),
	);
	show('get("demo/config", {json: true})', await get("demo/config", json));
}

/** Two changes, seen by one wait that goes on with `next`. */
async function wait(store) {
	const { set } = promises(store);
	heading("wait: called before the writes, it sees each of them");
	const seen = new Promise((resolve, reject) => {
		store.wait(KEY, function onchange(err, result, next) {
			if (err) return reject(err);
			show("   wait's callback", result);
			if (result.node.value === "two") return resolve();
			next(onchange);
		});
	});
	await set(KEY, "one");
	await set(KEY, "two");
	await seen;
}

async function compare(store) {
	const { compareAndSwap } = promises(store);
	heading("compareAndSwap: only if the value is still what it was");
	const swap = `compareAndSwap("${KEY}", "three", "two")`;
	show(swap, await compareAndSwap(KEY, "three", "two"));
	const refused = await compareAndSwap(KEY, "three", "two").catch((err) => err);
	console.log(
		`   ${swap.padEnd(58)} → error ${refused.code}: ${refused.message} ${refused.cause}`,
	);
}

async function change(store) {
	const { compareAndDelete, mkdir, rmdir, update } = promises(store);
	heading("update, delete, and directories");
	show(`update("${KEY}", "four")`, await update(KEY, "four"));
	const removed = await compareAndDelete(KEY, "four");
	show(`compareAndDelete("${KEY}", "four")`, removed);
	show('mkdir("demo/empty")', await mkdir("demo/empty"));
	show('rmdir("demo/empty")', await rmdir("demo/empty"));
}

/** An async iterator of the changes of a directory. */
async function watch(store) {
	const { set } = promises(store);
	heading("watch: an async iterator of changes");
	const changes = store.watch("demo/settings", { recursive: true });
	await changes.ready;
	for (const name of ["a", "b"]) await set(`demo/settings/${name}`, "1");
	for await (const event of changes) {
		show("   an event of the watch", event);
		if (event.node.key.endsWith("b")) break;
	}
}

async function queue(store) {
	const { push, get } = promises(store);
	heading("push: keys in the order of the calls");
	for (const job of ["first", "second"])
		show(`push("demo/jobs", "${job}")`, await push("demo/jobs", job));
	const { node } = await get("demo/jobs", { sorted: true });
	console.log(`   sorted: ${node.nodes.map((n) => n.value).join(", ")}`);
}

async function expire(store) {
	const { set, get } = promises(store);
	heading("ttl: a key that goes away by itself");
	const expired = new Promise((resolve, reject) => {
		store.wait("demo/lease", function onchange(err, result, next) {
			if (err) return reject(err);
			if (result.action !== "expire") return next(onchange);
			show("   wait's callback", result);
			resolve();
		});
	});
	show(
		'set("demo/lease", "mine", {ttl: 1})',
		await set("demo/lease", "mine", { ttl: 1 }),
	);
	store.memory?.advance(1500);
	await expired;
	show('get("demo/lease")', await get("demo/lease"));
}

/** Only a store in memory has faults on command. */
async function fault(store) {
	const { set, get } = promises(store);
	heading("fault: the answer to a write is lost");
	store.memory.fail("ambiguous");
	const call = 'set("demo/safe", "yes")';
	const error = await set("demo/safe", "yes").catch((err) => err);
	const { code, ambiguous } = error;
	console.log(`   ${call.padEnd(58)} → error ${code}, ambiguous: ${ambiguous}`);
	show('get("demo/safe")', await get("demo/safe"));
}

async function failover(etcdjs, cluster) {
	heading("failover: three members, one of them killed");
	const store = etcdjs(cluster.urls);
	const { set, get, machines } = promises(store);
	console.log(`   members: ${(await machines()).join(", ")}`);
	show('set("demo/safe", "yes")', await set("demo/safe", "yes"));
	const leader = await cluster.leader();
	await leader.kill();
	console.log(`   killed the leader, ${leader.url}`);
	await cluster.leader();
	for (let i = 1; i <= 3; i++)
		show(`get("demo/safe")   call ${i}`, await get("demo/safe"));
	show('set("demo/safe", "still")', await set("demo/safe", "still"));
	store.destroy();
}

const CALLS = [readAndWrite, wait, compare, change, watch, queue, expire];

async function onMemory() {
	await prepareAddon();
	const store = require("..")("memory:");
	console.log("a store in memory; on a real etcd: npm run demo -- --etcd");
	try {
		for (const part of [...CALLS, fault]) await part(store);
	} finally {
		store.destroy();
	}
	heading("done");
}

async function onEtcd() {
	const [{ path: binary, version }] = await setup();
	const etcdjs = require("..");
	const { startCluster, startEtcd } = require("../__test__/support");
	const member = await startEtcd({ binary });
	console.log(`etcd ${version} listens on ${member.url}`);
	const store = etcdjs(member.url);
	try {
		for (const part of CALLS) await part(store);
		const cluster = await startCluster(3, { binary });
		await failover(etcdjs, cluster).finally(() => cluster.stop());
	} finally {
		store.destroy();
		await member.stop();
	}
	heading("done: nothing is left running");
}

/** What the arguments ask for. */
function demo([option, ...others]) {
	if (option === undefined) return onMemory();
	if (option === "--etcd" && others.length === 0) return onEtcd();
	throw new Error("npm run demo has one option: npm run demo -- --etcd");
}

async function main() {
	await demo(process.argv.slice(2));
}

main().catch((err) => {
	console.error(err.message);
	process.exitCode = 1;
});
