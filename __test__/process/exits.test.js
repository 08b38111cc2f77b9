// Processes that end amid their calls: with the code or by the signal that they were to, and at once.
// ENDURANCE=full: all 200 rounds.
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const path = require("node:path");
const { text } = require("node:stream/consumers");
const { test } = require("node:test");
const { prefix, sharedEtcd } = require("../support");

const ROUNDS = process.env.ENDURANCE === "full" ? 200 : 36;
const AT_A_TIME = 2;
const LIMIT_MS = 20_000;
const PENDING = path.join(__dirname, "programs", "pending.js");
const MOMENTS = ["before an answer", "amid the answers", "many answers due"];

/** How a process ends that is told to. */
const ENDS = {
	exit: { code: 7, signal: null },
	throw: { code: 1, signal: null },
	kill: { code: null, signal: "SIGTERM" },
};

async function endOf(end, moment) {
	const work = { url: await sharedEtcd(), prefix: prefix(), end, moment };
	const child = spawn(process.execPath, [PENDING, JSON.stringify(work)], {
		stdio: ["ignore", "pipe", "pipe"],
		timeout: LIMIT_MS,
		killSignal: "SIGKILL",
	});
	child.stdout.once("data", () => child.kill("SIGTERM"));
	const [stderr, [code, signal]] = await Promise.all([
		text(child.stderr),
		once(child, "exit"),
	]);
	return { code, signal, stderr };
}

async function round(i) {
	const end = Object.keys(ENDS)[i % 3];
	const moment = MOMENTS[Math.floor(i / 3) % 3];
	const { stderr, ...ended } = await endOf(end, moment);
	assert.deepEqual(ended, ENDS[end], `${end}, ${moment}: ${stderr}`);
	if (end !== "throw") return assert.equal(stderr, "");
	assert.match(stderr, /the program's own/);
}

test(`${ROUNDS} processes that end amid 1,000 pending calls end as they were to`, async () => {
	let next = 0;
	const rounds = async () => {
		while (next < ROUNDS) await round(next++);
	};
	await Promise.all(Array.from({ length: AT_A_TIME }, rounds));
});
