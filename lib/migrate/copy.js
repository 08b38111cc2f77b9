// One round of the copy: reads both stores, and makes the v3 store equal where that overwrites nothing of others.
"use strict";

const { forEach, repeated } = require("./failure");
const { plan } = require("./plan");
const { levels, readTree } = require("./tree");

const AT_A_TIME = 64;

/** Reads both stores and plans: `{source, lists}`. */
async function prepare({ source, target, prefixes }, copies = new Map()) {
	const [from, to] = await Promise.all([
		repeated(() => readTree(source, prefixes)),
		repeated(() => readTree(target, prefixes)),
	]);
	return {
		source: from,
		found: to,
		lists: plan(from.entries, to.entries, copies),
	};
}

/** Removes copies: the files, then the directories from the lowest up. */
async function removeAll(target, entries) {
	const files = entries.filter(({ isDir }) => !isDir);
	await forEach(files, AT_A_TIME, ({ key }) => target.remove(key));
	const directories = entries.filter(({ isDir }) => isDir);
	for (const level of levels(directories).reverse())
		await forEach(level, AT_A_TIME, ({ key }) => target.remove(key));
}

/** Writes entries: the directories from the root down, as a directory with a TTL must precede its keys; then the files. */
async function putAll(target, entries, onDone) {
	const put = async (entry) => {
		await target.put(entry);
		onDone();
	};
	const directories = entries.filter(({ isDir }) => isDir);
	for (const level of levels(directories)) await forEach(level, AT_A_TIME, put);
	const files = entries.filter(({ isDir }) => !isDir);
	await forEach(files, AT_A_TIME, put);
}

/** One round. `onStart` is told how many entries are to be written, `onDone` of each. Resolves with the reading of the v2 store. */
async function round(
	stores,
	target,
	{ onStart = () => {}, onDone = () => {} },
) {
	const { source, found, lists } = await prepare(stores, target.copies);
	const { same, create, renew, replace, remove, conflicts } = lists;
	for (const { key } of same) target.adopt(key, found.entries.get(key));
	// The index of this reading is the condition of the write.
	for (const { key } of renew) target.adopt(key, found.entries.get(key));
	for (const { key, what } of conflicts) target.refuse(key, what);
	for (const { key } of create) target.copies.delete(key);
	const writes = [...create, ...renew, ...replace];
	onStart(writes.length, same.length);
	const ofOtherKind = replace.filter(
		({ key, isDir }) => found.entries.get(key).isDir !== isDir,
	);
	const outdated = ofOtherKind.map(({ key, isDir }) => ({
		key,
		isDir: !isDir,
	}));
	await removeAll(target, [...remove, ...outdated]);
	await putAll(target, writes, onDone);
	return source;
}

module.exports = { prepare, removeAll, round };
