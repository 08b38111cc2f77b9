// etcdctl of Debian's package etcd-client, for the v2 API: what it prints and its exit codes, call by call, beside those for an etcd 3.4.23.
const assert = require("node:assert/strict");
const { execFile, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { etcdEnvironment } = require("../../../scripts/etcd-folder");
const { installEtcdctl } = require("../../../scripts/foreign-clients");
const { COMMANDS } = require("./etcdctl-commands");
const { until } = require("../../support/etcd/member");
const { answer, inOrderKey } = require("./normalise");
const {
	assertSame,
	sides,
	untilWatched,
	watchers,
	withIndexes,
} = require("./sides");

const LIMIT_MS = 20_000;
const ENV = { ...etcdEnvironment(), ETCDCTL_API: "2", NO_PROXY: "*" };

/** Where etcdctl prints an index. */
const INDEXES = [
	/((?:Created-|Modified-)Index: )(\d+)/g,
	/(Error: .*\[)(\d+)(?=\]$)/gm,
	/(X-Etcd-Index: |Etcd-Index: |^Index: )(\d+)/gm,
];

function normalised(printed, { base, url }) {
	if (printed.startsWith("{"))
		return printed
			.split("\n")
			.map((line) => line && answer(JSON.parse(line), base));
	const counted = INDEXES.reduce(
		(text, pattern) =>
			text.replace(pattern, (_, before, index) => before + (index - base)),
		printed,
	);
	return inOrderKeys(counted, base)
		.replaceAll(url, "URL")
		.replace(
			/(\[\d+ != )(\d+)\]/,
			(_, before, index) => `${before}${index - base}]`,
		)
		.replace(/^(member )?[0-9a-f]{8,16}/gm, "$1ID")
		.replace(/name=\S+ peerURLs=\S*/g, "name=N peerURLs=P")
		.replace(/^(TTL: )\d+/gm, "$1T");
}

function inOrderKeys(text, base) {
	return text.replace(/\d{20}/g, (name) => inOrderKey(name, base));
}

function argumentsOf(command, side) {
	return ["--endpoints", side.url, ...withIndexes(command, side).split(" ")];
}

/** `{code, stdout, stderr}` of a command. */
function resultOf(program, command, side) {
	const options = { env: ENV, timeout: LIMIT_MS };
	const args = argumentsOf(command, side);
	const ended = new Promise((resolve) => {
		const child = execFile(program, args, options, (err, stdout, stderr) =>
			resolve({ code: err?.code ?? 0, stdout, stderr }),
		);
		// A command that lacks its value reads it.
		child.stdin.end();
	});
	return ended.then(({ code, stdout, stderr }) => ({
		code,
		stdout: normalised(stdout, side),
		stderr: normalised(stderr, side),
	}));
}

/** The first `count` lines that a command prints. It may have no end of its own. */
async function linesOf(program, args, count, change = () => {}) {
	const child = spawn(program, args, { env: ENV, timeout: LIMIT_MS });
	let printed = "";
	child.stdout.on("data", (data) => {
		printed += data;
	});
	await change();
	await until(
		() => printed.split("\n").length > count,
		() => new Error(`${args.join(" ")} has printed ${printed}`),
	);
	child.kill("SIGKILL");
	return printed;
}

/** What the commands of exec-watch see of the three events of `/w`. They run side by side. */
async function executed(t, program, side) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-ctl-"));
	const file = path.join(folder, "seen");
	fs.writeFileSync(file, "");
	const script = `echo $ETCD_WATCH_ACTION $ETCD_WATCH_KEY $ETCD_WATCH_VALUE >> ${file}`;
	const args = argumentsOf("exec-watch --after-index @0 sh -c", side);
	// After an option, etcdctl takes the last argument as the key.
	const child = spawn(program, [...args, script, "/w"], { env: ENV });
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const lines = () => fs.readFileSync(file, "utf8").trim().split("\n");
	try {
		await until(
			() => lines().length === 3,
			() => new Error(`exec-watch has run ${lines()} on ${side.name}`),
		);
	} finally {
		child.kill("SIGKILL");
	}
	return lines().sort();
}

/** Resolves with the path of etcdctl; skips the test where it cannot be had. */
async function etcdctlFor(t) {
	try {
		return await installEtcdctl();
	} catch (error) {
		t.skip(`etcdctl is missing: ${error.message}`);
	}
}

test("each command of etcdctl prints what it prints for etcd 3.4.23", async (t) => {
	const program = await etcdctlFor(t);
	if (!program) return;
	const all = await sides(t);
	for (const command of COMMANDS) {
		const [expected, ...found] = await Promise.all(
			all.map((side) => resultOf(program, command, side)),
		);
		for (const [i, one] of found.entries())
			assertSame(all[i + 1], one, expected, command);
	}
});

test("watch and exec-watch of etcdctl see what they see of etcd 3.4.23", async (t) => {
	const program = await etcdctlFor(t);
	if (!program) return;
	const seen = (await sides(t)).map(async (side) => {
		const does = (command) => resultOf(program, command, side);
		const before = await watchers(side);
		const watch = argumentsOf("watch /w", side);
		const live = await linesOf(program, watch, 1, async () => {
			await untilWatched(side, before);
			await does("set /w live");
		});
		await does("set /w/x no");
		await does("set /w 2");
		await does("rm /w");
		const forever = argumentsOf("watch -f -r --after-index @0 /", side);
		const history = await linesOf(program, forever, 6);
		const ran = await executed(t, program, side);
		return { live, history, ran };
	});
	const [etcd, ...servers] = await Promise.all(seen);
	assert.match(etcd.live, /^live\n/);
	for (const server of servers) assert.deepEqual(server, etcd);
});
