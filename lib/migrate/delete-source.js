// `--delete-source`: deletes from the v2 store what a verification has seen, and nothing that was written after it.
"use strict";

const { forEach, reasonOf, repeated } = require("./failure");
const { levels } = require("./tree");

const AT_A_TIME = 64;
const KEY_NOT_FOUND = 100;

/** Resolves with `{deleted, left}`: a number, and `{key, reason}` for each key that is still there. */
async function deleteSource(store, entries) {
	const left = [];
	let deleted = 0;
	const remove = async ({ key, isDir, index }) => {
		const call = () =>
			isDir ? store.rmdir(key) : store.del(key, { prevIndex: index });
		try {
			await repeated(call);
			deleted++;
		} catch (err) {
			// It has expired, or an attempt whose answer was lost has deleted it.
			if (err.code === KEY_NOT_FOUND) return;
			if (typeof err.code !== "number") throw err;
			left.push({ key, reason: reasonOf(err) });
		}
	};
	const all = [...entries];
	const files = all.filter(({ isDir }) => !isDir);
	await forEach(files, AT_A_TIME, remove);
	const directories = all.filter(({ isDir }) => isDir);
	for (const level of levels(directories).reverse())
		await forEach(level, AT_A_TIME, remove);
	return { deleted, left };
}

module.exports = { deleteSource };
