// curl, by the examples of the page about etcd's v2 API, against an etcd 3.4.23 and servers in front of each store.
const assert = require("node:assert/strict");
const { execFile, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { text } = require("node:stream/consumers");
const { test } = require("node:test");
const { promisify } = require("node:util");
const { CLEARED, EXAMPLES } = require("./curl-examples");
const { answer } = require("./normalise");
const {
	assertSame,
	sides,
	untilWatched,
	watchers,
	withIndexes,
} = require("./sides");

const FLAGS = ["--silent", "--show-error", "--include", "--no-buffer"];
const FLAGS_OF_ALL = [...FLAGS, "--max-time", "20", "--noproxy", "*"];
const TYPE = /^content-type: (.*?)\r?$/im;
const INDEX = /^x-etcd-index: (\d+)/im;
const IS_MEASURED = /^\/v2\/stats|^\/version/;

const run = promisify(execFile);

/** A file like the one of the page. */
function fileOf(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-curl-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const file = path.join(folder, "afile.txt");
	fs.writeFileSync(file, "Hello\nWorld\n");
	return file;
}

function argumentsOf(args, side, file) {
	const own = args.map((arg) => {
		const place = arg.startsWith("/") ? side.url + arg : arg;
		return withIndexes(place, side).replace("@FILE", `@${file}`);
	});
	return [...FLAGS_OF_ALL, ...own];
}

/** `{status, type, index, body}` of what curl printed. What a server measures are the names of its figures. */
function answerOf(printed, side, target) {
	const end = printed.indexOf("\r\n\r\n");
	const [head, body] = [printed.slice(0, end), printed.slice(end + 4)];
	const index = INDEX.exec(head)?.[1];
	const json = JSON.parse(body);
	return {
		status: /^HTTP\/1.1 (\d+)/.exec(head)[1],
		type: TYPE.exec(head)?.[1],
		index: index === undefined ? undefined : index - side.base,
		body: IS_MEASURED.test(target)
			? Object.keys(json).sort()
			: answer(json, side.base),
	};
}

/** Runs a wait, and a command once the wait is open; resolves with both answers. */
async function waitAndThen({ wait, change }, side, file) {
	const before = await watchers(side);
	const child = spawn("curl", argumentsOf(wait, side, file));
	const waited = text(child.stdout);
	await untilWatched(side, before);
	const changed = await printedBy(change, side, file);
	return [await waited, changed].map((one) => answerOf(one, side, ""));
}

async function printedBy(args, side, file) {
	return (await run("curl", argumentsOf(args, side, file))).stdout;
}

async function answersOf(side, file) {
	const answers = [];
	for (const example of EXAMPLES) {
		if (example.wait) answers.push(await waitAndThen(example, side, file));
		else {
			const target = example.find((arg) => arg.startsWith("/"));
			const printed = await printedBy(example, side, file);
			answers.push(answerOf(printed, side, target));
		}
	}
	return answers;
}

test("each example of the page gets the answer of etcd 3.4.23", async (t) => {
	const file = fileOf(t);
	const all = await sides(t);
	const [expected, ...found] = await Promise.all(
		all.map((side) => answersOf(side, file)),
	);
	for (const [i, answers] of found.entries())
		for (const [k, example] of EXAMPLES.entries())
			assertSame(all[i + 1], answers[k], expected[k], JSON.stringify(example));
});

test("a wait from a past index, after more than 1,000 events, gets the answer of etcd 3.4.23", async (t) => {
	const all = await sides(t);
	const answers = all.map(async (side) => {
		await printedBy(CLEARED.first, side);
		await run("curl", argumentsOf(CLEARED.writes, side), {
			maxBuffer: 2 ** 24,
		});
		const printed = [
			await printedBy(
				CLEARED.wait.map((arg) => arg.replace("@8", "@1")),
				side,
			),
			await printedBy(CLEARED.read, side),
		];
		return printed.map((one) => answerOf(one, side, ""));
	});
	const [etcd, memory, v3] = await Promise.all(answers);
	assert.equal(etcd[0].body.errorCode, 401);
	assert.deepEqual(memory, etcd);
	// The history of the v3 API is longer (docs/v3.md).
	assert.equal(v3[0].body.node.modifiedIndex, 1);
	assert.deepEqual(v3[1], etcd[1]);
});
