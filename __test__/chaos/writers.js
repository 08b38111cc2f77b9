// Clients that write without end, each value its own. A writer does one call after the other.
const { setTimeout: sleep } = require("node:timers/promises");
const { call } = require("../support");

/** What all writers have: a client, a directory, a history that notes what came of each write. */
class Writer {
	constructor({ name, store, directory, history, chance, pace }) {
		Object.assign(this, { name, store, directory, history, chance, pace });
		this.count = 0;
		this.stopped = false;
	}

	async run() {
		while (!this.stopped) {
			await this.step(`${this.name}.${this.count++}`);
			await sleep(this.pace * (0.5 + this.chance.number()));
		}
	}

	key(name) {
		return `/${this.directory}/${name}`;
	}

	/** Makes a call of the client and notes it. `write`: see History. */
	write(write, method, ...args) {
		const noted = { kind: method, writer: this.name, ...write };
		return this.history.write(
			noted,
			call(this.store, method, write.key, ...args),
		);
	}

	read(key, atLeast) {
		const calling = call(this.store, "get", key, { quorum: true });
		return this.history.read(key, atLeast, calling);
	}
}

/** Sets a key that nobody else writes, and reads it now and then. */
class Setter extends Writer {
	async step(value) {
		const key = this.key(`set/${this.name}`);
		const set = { key, value, sole: true };
		const { outcome, index } = await this.write(set, "set", value);
		if (outcome === "acknowledged" && this.chance.happens(0.2))
			await this.read(key, index);
	}
}

class Pusher extends Writer {
	async step(value) {
		await this.write(
			{ key: this.key("queue"), value, once: true },
			...[...["push", value]],
		);
	}
}

/** Creates keys: each writer of a kind tries the same ones. */
class Creator extends Writer {
	async step(value) {
		const key = this.key(`create/${this.count}`);
		const prevExist = { prevExist: false };
		await this.write({ key, value, once: true }, "set", value, prevExist);
	}
}

/** Swaps the value of a key that others swap too. */
class Swapper extends Writer {
	async step(value) {
		const key = this.key("swap");
		this.seen ??= (await this.read(key, 0)).node?.value;
		if (this.seen === undefined) return;
		const swap = { key, value, once: true };
		const done = await this.write(swap, "compareAndSwap", value, this.seen);
		this.seen = done.outcome === "acknowledged" ? value : undefined;
	}
}

class Updater extends Writer {
	async step(value) {
		const key = this.key("update");
		await this.write({ key, value, once: true }, "update", value);
	}
}

/** Sets a key and takes it away again, with a condition or without. */
class Remover extends Writer {
	async step(value) {
		const key = this.key(`remove/${value}`);
		const { outcome } = await this.write({ key, value }, "set", value);
		if (outcome !== "acknowledged") return;
		const removes = { key, removes: true };
		if (this.chance.happens(0.5)) return this.write(removes, "del");
		const once = { ...removes, once: true };
		await this.write(once, "compareAndDelete", value);
	}
}

module.exports = { Creator, Pusher, Remover, Setter, Swapper, Updater };
