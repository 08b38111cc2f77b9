// A main thread, or a whole process, that stands still for longer than its calls may take. While a debugger holds
// the main thread the addon's goes on: it takes answers as they come, and ends what has been silent for too long;
// the main thread hears of it afterwards. Where all of the process stands still, what has come meanwhile counts.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { anyAnswer } = require("../support/every-call");
const { prefix, startEtcd, store: put } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { deferred, hostOf } = require("../support/lifetime");
const { until } = require("../support/etcd/member");

const PAUSE_MS = 30_000;
const STOP_MS = 6000;
// Long enough for a machine that is busy, short enough for two attempts within the pause.
const TIMEOUT_MS = 5000;
const LIMIT_MS = 90_000;
const CALLS = 100;
const DEBUGGER = path.join(__dirname, "programs", "debugger.js");

/** `{started, result}` of a script in a child that trusts any host: the process, and what the script returned. */
function start(script, ...args) {
	const started = deferred();
	const options = { limit: LIMIT_MS, onstart: started.resolve };
	const trusting = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
	const ended = inChild(script, args, trusting, options);
	const result = ended.then(({ code, signal, result, stderr }) => {
		assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
		return result;
	});
	return { started: started.promise, result };
}

/** A host whose answers wait for `answer`; `asked` resolves with the last of so many requests. */
async function heldHost(t, count, options) {
	const asked = deferred();
	const answer = deferred();
	const host = await hostOf(
		t,
		async (_request, _response, index) => {
			if (index === count - 1) asked.resolve();
			await answer.promise;
			return anyAnswer({});
		},
		options,
	);
	return { ...host, asked: asked.promise, answer: answer.resolve };
}

/** Resolves when the process has said so on its stdout. */
function said({ stdout }, word) {
	return new Promise((resolve) => {
		stdout.on("data", (chunk) => {
			if (String(chunk).includes(word)) resolve();
		});
	});
}

const callThroughPause = async (
	{ call, subject },
	program,
	urls,
	key,
	calls,
	ms,
	timeout,
) => {
	const { Worker } = require("node:worker_threads");
	const worker = new Worker(program, { workerData: { ms } });
	await new Promise((resolve) => worker.once("message", resolve));
	const [held, silent, etcd] = urls.map((url) => subject(url, { timeout }));
	const store = subject(urls[2]);

	const events = [];
	// Where it stands if it is killed.
	const waitFor = (what, promise) => {
		console.error(`waiting for ${what}`);
		return promise;
	};
	const watched = new Promise((resolve) => {
		store.wait(key, function onchange(err, result, next) {
			events.push(err ? err.message : result.node.value);
			if (events.length === 3) resolve();
			else next(onchange);
		});
	});
	await call(store, "set", `${key}-other`, "v");
	const gets = Array.from({ length: calls }, () => call(held, "get", "k"));
	const silence = ["get", "push", "wait"].map((method) =>
		call(silent, method, "k"),
	);
	silence.push(call(etcd, "wait", `${key}-none`));
	let last = performance.now();
	let pause = 0;
	const tick = setInterval(() => {
		pause = Math.max(pause, performance.now() - last);
		last = performance.now();
	}, 10);
	worker.postMessage("pause");

	const answers = await waitFor("answers", Promise.all(gets));
	const silences = await waitFor("timeouts", Promise.all(silence));
	await waitFor("events", watched);
	clearInterval(tick);
	const { args } = await call(store, "get", key);
	await worker.terminate();
	return {
		pause,
		answers: answers.map(({ args }) => args[0]?.code ?? args[1].node.value),
		silences: silences.map(({ args }) => args[0].code),
		ambiguous: silences.map(({ args }) => Boolean(args[0].ambiguous)),
		events,
		after: args[1].node.value,
	};
};

test(`a debugger's pause of ${PAUSE_MS / 1000} s loses no answer and no event`, async (t) => {
	const held = await heldHost(t, CALLS);
	const silent = await hostOf(t, ["silence"]);
	// One of its own: in the pause other tests would push the events out of the history of a shared one.
	const etcd = await startEtcd();
	t.after(() => etcd.stop());
	const { url } = etcd;
	const key = `${prefix()}k`;
	const urls = [held.url, silent.url, url];
	const child = start(
		callThroughPause,
		DEBUGGER,
		urls,
		key,
		CALLS,
		PAUSE_MS,
		TIMEOUT_MS,
	);
	const process = await child.started;
	await Promise.all([said(process, "paused"), held.asked]);
	held.answer();
	for (const value of ["a", "b", "c"]) await put(url, key, value);

	const { pause, ...result } = await child.result;
	assert.ok(pause > PAUSE_MS - 1000, `the pause was ${pause} ms`);
	assert.deepEqual(result, {
		answers: Array(CALLS).fill("v"),
		silences: Array(4).fill("ESOCKETTIMEDOUT"),
		ambiguous: [false, true, false, false],
		events: ["a", "b", "c"],
		after: "c",
	});
	assert.equal(held.requests.length, CALLS);
});

function stateOf({ pid }) {
	const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
	return stat.slice(stat.lastIndexOf(")") + 2)[0];
}

for (const scheme of ["http", "https"])
	test(`a process that is stopped for longer than its calls may take gets the answers that came meanwhile: ${scheme}`, async (t) => {
		const { tls } = scheme === "https" ? (await certificates()).good : {};
		const held = await heldHost(t, CALLS, { tls });
		const script = async ({ call, subject }, url, calls, timeout) => {
			const store = subject(url, { timeout });
			const kinds = [
				["get", "k"],
				["set", "k", "v"],
				["push", "k", "v"],
				["wait", "k"],
			];
			const args = (i) => kinds[i % kinds.length];
			const pending = Array.from({ length: calls }, (_, i) =>
				call(store, ...args(i)),
			);
			const results = await Promise.all(pending);
			return results.map(({ args }) => args[0]?.code ?? args[1].node.value);
		};
		const child = start(script, held.url, CALLS, TIMEOUT_MS);
		const process = await child.started;
		await held.asked;
		process.kill("SIGSTOP");
		await until(
			() => stateOf(process) === "T",
			() => new Error("the process does not stop"),
		);
		held.answer();
		// What is tested is that this time passes.
		await sleep(STOP_MS);
		process.kill("SIGCONT");
		assert.deepEqual(await child.result, Array(CALLS).fill("v"));
		assert.equal(held.requests.length, CALLS);
	});
