// Random requests to two servers: alone, several on one connection, pipelined, in random cuts, and waits.
const { setTimeout: sleep } = require("node:timers/promises");
const { answersOf, fieldOf, raw } = require("../support/server/raw");
const { exchange } = require("./exchange");
const { normalisedWire } = require("./normalise");
const { Generator } = require("./random-requests");
const { put } = require("./requests");

/** Lets a wait be answered from the history before it is woken. */
const HISTORY_MS = 15;

/** The index of the last answer that has one. */
function indexOf({ text, hasEnded }, methods) {
	const { answers } = answersOf(text, methods, hasEnded);
	const indexes = answers.map(({ fields }) => fieldOf(fields, "X-Etcd-Index"));
	return Number(indexes.findLast((index) => Number(index) > 0) ?? 0);
}

/** Whether an answer is an event of a key that is hidden from a recursive wait. Only etcd's history tells such events. */
function isOfHidden(answer, watched) {
	const [, key = ""] = /"node":{"key":"([^"]*)"/.exec(answer) ?? [];
	const below = key.startsWith(`${watched}/`) ? key.slice(watched.length) : "";
	return below.includes("/_");
}

/** A request that is the last of its connection, and what may be refused as one. */
const LAST = /^\S+ \S+ HTTP\/1\.0|\nconnection:[^\n]*close/i;
const REFUSED = /%(?![0-9a-f]{2})|\nexpect:/i;

class Exchanges {
	#generator;

	/** `first`: the index of both stores. */
	constructor(ports, seed, first) {
		this.ports = ports;
		this.#generator = new Generator(seed, first);
	}

	/** The next random exchange: `{methods, text, theirs, ours}`, and `isListed` if another answer is right. */
	async next() {
		const { chance } = this.#generator;
		if (chance.happens(0.05)) return this.#wait();
		const count = chance.happens(0.1) ? 2 + chance.below(4) : 1;
		const all = Array.from({ length: count }, () => this.#generator.request());
		// What is sent behind the last request of a connection may cost its answer (RFC 9112 §9.6).
		const last = all.findIndex(({ text }) => LAST.test(text));
		const requests = last < 0 ? all : all.slice(0, last + 1);
		const text = requests.map(({ text }) => text).join("");
		const methods = requests.map(({ method }) => method);
		return this.#compared(methods, text, this.#parts(text));
	}

	/** Mostly one part. */
	#parts(text) {
		const { chance } = this.#generator;
		const isOne = text.length > 20_000 || REFUSED.test(text);
		if (isOne || !chance.happens(0.1)) return [text];
		const parts = [];
		for (let rest = text; rest !== ""; ) {
			const size = 1 + chance.below(chance.happens(0.5) ? 12 : 900);
			parts.push(rest.slice(0, size));
			rest = rest.slice(size);
		}
		return parts;
	}

	async #compared(methods, text, parts, hasBegun, meanwhile) {
		const isComplete = (text) =>
			answersOf(text, methods, false).answers.length === methods.length;
		const found = await exchange(this.ports, parts, {
			isDone: isComplete,
			hasBegun,
			meanwhile,
		});
		this.#generator.index = indexOf(found[0], methods) || this.#generator.index;
		const [theirs, ours] = found.map((wire) => normalisedWire(wire, methods));
		return { methods, text, theirs, ours };
	}

	/** A wait that has no event in the history is woken by an update or the creation of its key, where one is possible. */
	async #wait() {
		const { method, text, woken } = this.#generator.wait();
		const wake = async () => {
			for (const form of ["dir=true&prevExist=true", "dir=true"])
				await Promise.all(
					this.ports.map((port) => raw(port, put(woken, form))),
				);
		};
		const meanwhile = async (isDone) => {
			await sleep(HISTORY_MS);
			if (!isDone()) await wake();
		};
		const hasBegun = (text) => text.includes("\r\n\r\n");
		const compared = await this.#compared(
			[method],
			text,
			[text],
			hasBegun,
			meanwhile,
		);
		return { ...compared, isListed: isOfHidden(compared.theirs, woken) };
	}
}

module.exports = { Exchanges };
