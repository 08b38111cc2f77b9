// The v3 store as the copy sees it: writes happen only where they replace nothing, or a copy that nobody has changed.
"use strict";

const { reasonOf, repeated } = require("./failure");
const { differenceOf } = require("./plan");
const { isWithin, readEntry, ttlOption } = require("./tree");

class Target {
	#store;
	#prefixes;
	/** The copies: for each key `{isDir, index}`, the index that the v3 store gave the copy. */
	copies = new Map();
	/** What could not be copied: key → `{what, reason}`. */
	conflicts = new Map();
	counts = { created: 0, updated: 0, removed: 0 };

	constructor({ target, prefixes }) {
		this.#store = target;
		this.#prefixes = prefixes;
	}

	/** Notes a key that the v3 store has as the v2 store has it. */
	adopt(key, { isDir, index }) {
		this.copies.set(key, { isDir, index });
		this.conflicts.delete(key);
	}

	/** A write makes the directories above its key, in both stores, and the v2 store has no event for them. */
	#adoptAbove(key) {
		const above = key.slice(0, key.lastIndexOf("/"));
		const isCopied = this.#prefixes.some((one) => isWithin(one, above));
		if (!isCopied || this.copies.has(above)) return;
		this.adopt(above, { isDir: true });
		this.#adoptAbove(above);
	}

	refuse(key, what, reason) {
		this.conflicts.set(key, { what, reason });
	}

	/** Writes an entry. */
	async put(entry) {
		const { key, isDir } = entry;
		const copy = this.copies.get(key);
		if (copy && copy.isDir !== isDir) await this.remove(key);
		try {
			await repeated(() => this.#write(entry));
		} catch (err) {
			// A key or a value that the v3 store cannot take cannot be read there either.
			if (err.code === "ERR_ETCD_TOO_LARGE")
				return this.refuse(key, "failed", reasonOf(err));
			if (typeof err.code === "string" && !err.code.startsWith("ERR_"))
				throw err;
			await this.#judge(entry, err);
		}
	}

	async #write(entry) {
		const copy = this.copies.get(entry.key);
		try {
			const { node } = await this.#send(entry, copy);
			this.counts[copy ? "updated" : "created"]++;
			this.adopt(entry.key, { isDir: entry.isDir, index: node.modifiedIndex });
			this.#adoptAbove(entry.key);
		} catch (err) {
			if (err.code !== 100 || !copy) throw err;
			// The copy has expired, or somebody has deleted it.
			this.copies.delete(entry.key);
			await this.#write(entry);
		}
	}

	#send({ key, isDir, value, ...entry }, copy) {
		const ttl = ttlOption(entry);
		if (isDir)
			return this.#store.mkdir(key, { prevExist: Boolean(copy), ...ttl });
		const condition = copy ? { prevIndex: copy.index } : { prevExist: false };
		return this.#store.set(key, value, { ...condition, ...ttl });
	}

	/** The store has refused an entry: it may have it already, as after an attempt whose answer was lost. */
	async #judge(entry, err) {
		const { key } = entry;
		const found = await repeated(() => readEntry(this.#store, key));
		const what = found && differenceOf(entry, found, Infinity);
		if (found && !what) return this.adopt(key, found);
		if (found) this.copies.delete(key);
		this.refuse(key, what ?? "failed", reasonOf(err));
	}

	/** Removes the copy of a key. A directory must be empty. */
	async remove(key) {
		const copy = this.copies.get(key);
		if (!copy) return;
		this.copies.delete(key);
		try {
			await repeated(() => this.#delete(key, copy));
			this.counts.removed++;
		} catch (err) {
			if (err.code === 100) return;
			if (typeof err.code !== "number") throw err;
			this.refuse(key, "extra", reasonOf(err));
		}
	}

	#delete(key, { isDir, index }) {
		if (isDir) return this.#store.rmdir(key);
		return this.#store.del(key, { prevIndex: index });
	}
}

module.exports = { Target };
