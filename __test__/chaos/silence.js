// A silence so long that etcd's history does not reach back to where it began: it has 1,000 events over the v2 API, and what is not
// compacted over the v3 API.
const { prefix } = require("../support");
const { isV3 } = require("../support/etcd/api");
const { until } = require("../support/etcd/member");
const { put } = require("./direct");
const { Reference } = require("./reference");
const { Watcher } = require("./watchers");

const WRITES = 1100;
const AT_A_TIME = 20;

async function write(members, directory, reference) {
	let written = 0;
	const writer = async () => {
		while (written < WRITES) {
			await put(members, `/${directory}/${written++ % 50}`, String(written));
			await reference.keepsUp(written);
		}
	};
	await Promise.all(Array.from({ length: AT_A_TIME }, writer));
}

/** Resolves when the watchers have seen the last event there is. */
function through(watchers, { events }) {
	return until(
		() => watchers.every((watcher) => watcher.isThrough(events)),
		() => new Error("a watcher does not come to the end"),
	);
}

/**
 * Every host is silent for `watchers` of a directory and of a key while more is written than the history
 * holds. Resolves with them, all events, and the indexes before and at the end of the silence.
 */
async function outlastHistory(stage) {
	const { members, proxies } = stage;
	const directory = prefix("silence").slice(0, -1);
	const reference = await Reference.open(members, directory);
	const watchers = [
		{ name: "directory", key: `/${directory}`, recursive: true },
		{ name: "key", key: `/${directory}/begin`, recursive: false },
	].map((what) => {
		const store = stage.client({ timeout: 500 });
		return new Watcher({ ...what, store, waitIndex: reference.first });
	});
	await put(members, `/${directory}/begin`, "begin");
	await reference.upTo(reference.first);
	await through(watchers, reference);
	const before = reference.index;
	for (const proxy of proxies)
		await proxy.inflict({ kind: "silence", late: false });
	await write(members, directory, reference);
	await reference.outlast(WRITES);
	const after = reference.index;
	for (const proxy of proxies) await proxy.heal();
	// Over the v3 API a watch on which nothing was due may know that it has missed nothing.
	const [ofDirectory] = watchers;
	const missing = isV3() ? [ofDirectory] : watchers;
	await until(
		() => missing.every(({ gaps }) => gaps.length > 0),
		() => new Error("a watcher is told of no gap"),
	);
	await put(members, `/${directory}/begin`, "end");
	await reference.upTo(after + 1);
	await through(watchers, reference);
	for (const watcher of watchers) watcher.stop();
	await reference.close();
	// The v3 API keeps the event of the revision at which it was compacted.
	const last = isV3() ? after - 1 : after;
	return { watchers, missing, events: reference.events, before, after, last };
}

module.exports = { outlastHistory };
