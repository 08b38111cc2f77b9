// A store whose history of events may be lost.
const { call, prefix, startEtcd } = require(".");
const { isV3 } = require("./etcd/api");
const { client } = require("./lifetime");

/** More events than the v2 API keeps. */
const HISTORY = 1000;

/** Ends the history of all that has happened at an etcd. The v3 API keeps it until it is compacted. */
async function loseHistory(store, member) {
	const key = `${prefix()}other`;
	const fill = Array.from({ length: HISTORY + 1 }, (_, i) =>
		call(store, "set", key, `${i}`),
	);
	await Promise.all(fill);
	if (!isV3()) return;
	const { node } = await store.promises.set(key, "last");
	await member.compact(node.modifiedIndex);
}

/** A store of an etcd of its own, and `lose`, which loses the history of all that has happened there. */
async function ownStore(t) {
	const member = await startEtcd();
	t.after(() => member.stop());
	const store = client(t, member.url);
	return { store, lose: () => loseHistory(store, member) };
}

module.exports = { HISTORY, loseHistory, ownStore };
