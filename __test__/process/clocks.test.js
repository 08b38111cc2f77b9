// The wall clock jumps, as when it is set or when the machine finds the time: nothing ends too early for that, and
// nothing hangs. libfaketime gives a process a wall clock of its own, and leaves it the monotonic one.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { faketime } = require("../../scripts/faketime");
const { anyAnswer } = require("../support/every-call");
const { prefix, sharedEtcd } = require("../support");
const { inChild } = require("../support/child");
const { hostOf } = require("../support/lifetime");

const DELAY_MS = 500;
const TIMEOUT_MS = 1500;
const YEAR_S = 365 * 24 * 3600;

function clockFile(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-clock-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const file = path.join(folder, "offset");
	fs.writeFileSync(file, "+0");
	return file;
}

/** Runs a script whose wall clock goes by the file: the seconds in it are added. */
async function resultOf(script, file, ...args) {
	const { code, signal, result, stderr } = await inChild(
		script,
		[file, ...args],
		{
			LD_PRELOAD: faketime(),
			FAKETIME_TIMESTAMP_FILE: file,
			FAKETIME_NO_CACHE: "1",
			FAKETIME_DONT_FAKE_MONOTONIC: "1",
			DONT_FAKE_MONOTONIC: "1",
		},
	);
	assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
	return result;
}

const script = async ({ call, subject }, file, urls, key, seconds, timeout) => {
	const fs = require("node:fs");
	const [slow, silent, etcd] = urls.map((url) => subject(url, { timeout }));
	const measured = async (...args) => {
		const start = performance.now();
		const { args: results } = await call(...args);
		const ms = performance.now() - start;
		return { code: results[0]?.code, ms };
	};
	const calls = () => [
		measured(slow, "get", "k"),
		measured(silent, "get", "k"),
	];
	const event = call(subject(urls[2]), "wait", key);
	await call(etcd, "set", `${key}-other`, "v");
	await call(slow, "get", "k");

	// Their time limits run when a later call has been answered.
	const before = calls();
	await call(etcd, "set", `${key}-other`, "v");
	const start = [Date.now(), performance.now()];
	// Twice: a wait that a first jump ended would try its host again.
	for (const offset of [seconds, 2 * seconds]) {
		fs.writeFileSync(file, `${offset < 0 ? "" : "+"}${offset}`);
		await call(etcd, "set", `${key}-other`, "v");
	}
	const jumped = Date.now() - start[0] - (performance.now() - start[1]);
	const after = calls();
	const [[answer, silence], [nextAnswer, nextSilence]] = await Promise.all([
		Promise.all(before),
		Promise.all(after),
	]);
	await call(etcd, "set", key, "v");
	const { args } = await event;
	return {
		jumped: Math.round(jumped / 1000),
		answers: [answer, nextAnswer],
		silences: [silence, nextSilence],
		event: args[1]?.node.value,
	};
};

for (const [title, seconds] of [
	["a year ahead", YEAR_S],
	["a year back", -YEAR_S],
])
	test(`a wall clock that jumps ${title} neither ends calls early nor holds them up`, async (t) => {
		const slow = await hostOf(t, () => ({ ...anyAnswer({}), delay: DELAY_MS }));
		const silent = await hostOf(t, ["silence"]);
		const urls = [slow.url, silent.url, await sharedEtcd()];
		const args = [urls, `${prefix()}k`, seconds, TIMEOUT_MS];
		const result = await resultOf(script, clockFile(t), ...args);
		const { answers, silences, ...rest } = result;
		assert.deepEqual(rest, { jumped: 2 * seconds, event: "v" });
		for (const { code, ms } of answers) {
			assert.equal(code, undefined);
			assert.ok(ms >= DELAY_MS - 50, `${ms} ms`);
		}
		for (const { code, ms } of silences) {
			assert.equal(code, "ESOCKETTIMEDOUT");
			// The host has two attempts.
			assert.ok(ms >= 2 * TIMEOUT_MS - 50, `${ms} ms`);
		}
		// The one from before the jump, and one beside it: the jump has closed none.
		assert.ok(slow.connections <= 2, `${slow.connections}`);
	});
