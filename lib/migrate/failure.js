// Why a call failed, in words that show no value: the texts of etcd's own errors do.
"use strict";

const { setTimeout: sleep } = require("node:timers/promises");

const REASONS = {
	100: "the key is not there",
	101: "the key has changed",
	102: "the key is a directory",
	104: "a key above it is a file",
	105: "the key is there",
	107: "the root cannot be changed",
	108: "the directory is not empty",
	110: "the user has no permission",
	300: "the cluster has no leader or does not answer in time",
};
/** Long: `--watch` knows its copies only while it runs. */
const RETRY_FOR_MS = 600_000;
const FIRST_BACKOFF_MS = 50;
const LAST_BACKOFF_MS = 2000;

function reasonOf({ code, message }) {
	if (typeof code !== "number") return message;
	return REASONS[code] ?? `etcd has refused it: error ${code}`;
}

/** Whether an error concerns the cluster or the network, and may pass: no error of the call itself. */
function isPassing({ code, status }) {
	if (typeof code === "number") return code >= 300 && code < 400;
	return /^E(?!RR_)/.test(String(code)) || status >= 500;
}

/** Repeats a call that fails by such an error. It must be one that can be done twice. */
async function repeated(call) {
	const deadline = performance.now() + RETRY_FOR_MS;
	for (let backoff = FIRST_BACKOFF_MS; ; backoff *= 2) {
		try {
			return await call();
		} catch (err) {
			if (!isPassing(err) || performance.now() > deadline) throw err;
		}
		await sleep(Math.min(backoff, LAST_BACKOFF_MS));
	}
}

/** Calls a function for each item, a number of them at a time. */
async function forEach(items, limit, call) {
	const left = items[Symbol.iterator]();
	const work = async () => {
		for (const item of left) await call(item);
	};
	await Promise.all(Array.from({ length: limit }, work));
}

module.exports = { forEach, isPassing, reasonOf, repeated };
