// A store that random calls are made on, and what its answers look like without what may differ between two stores: an offset of
// all indexes, the time that a ttl has left, and the causes that name indexes.
const IN_ORDER = /\d{20}/g;
const LEFT_OUT = ["createdIndex", "expiration"];
const EXACT_LEFT_OUT = ["expiration"];
const byKey = (a, b) => (a.key < b.key ? -1 : 1);

/** The differences that are meant. Of 100 the cause, of 101 the indexes in the cause, of 201 the index. */
const IN_ERRORS = {
	100: { cause: undefined },
	101: { cause: undefined },
	201: { index: undefined },
};

class Side {
	/** `isExact`: the createdIndexes are compared, too. */
	constructor(client, isExact = false) {
		this.client = client;
		this.leftOut = isExact ? EXACT_LEFT_OUT : LEFT_OUT;
		this.base = 0;
	}

	/** Removes all keys. Indexes are relative to what follows. */
	async start() {
		const { promises } = this.client;
		const { node } = await promises.get("/");
		const keys = (node.nodes ?? []).map(({ key }) => key);
		for (const key of [...keys, "/_h"]) await this.remove(key);
		const first = await promises.set("/zero", "0");
		this.base = first.node.modifiedIndex;
	}

	async remove(key) {
		const removal = this.client.promises.del(key, { recursive: true });
		await removal.catch((error) => {
			if (error.code !== 100) throw error;
		});
	}

	/** Makes a call; resolves with its answer or error, normalised. */
	async play({ method, key, args, opts, prevIndex }) {
		const given = { ...opts };
		if (prevIndex !== undefined) given.prevIndex = this.base + prevIndex;
		try {
			const call = this.client.promises[method](key, ...args, given);
			return this.normal(await call);
		} catch (error) {
			const { code, message, cause, index, status } = error;
			if (typeof code !== "number") throw error;
			const told = { code, message, cause, index: index - this.base, status };
			return { ...told, ...IN_ERRORS[code] };
		}
	}

	/** The events of a key since the start, up to the one that sets the value `end`. */
	history([key, recursive], end) {
		const events = [];
		const opts = { recursive, waitIndex: this.base + 1 };
		return new Promise((resolve, reject) => {
			this.client.wait(key, opts, (...first) => {
				const onevent = (error, event, next) => {
					if (error) return reject(error);
					events.push(this.normal(event));
					if (event.node.value === end) return resolve(events);
					next(onevent);
				};
				onevent(...first);
			});
		});
	}

	normal(value) {
		if (Array.isArray(value))
			return value.map((one) => this.normal(one)).sort(byKey);
		if (typeof value !== "object" || value === null) return value;
		const entries = Object.entries(value);
		const kept = entries.filter(([name]) => !this.leftOut.includes(name));
		return Object.fromEntries(
			kept.map(([name, field]) => [name, this._field(name, field)]),
		);
	}

	_field(name, field) {
		if (name === "ttl") return "some";
		if (name === "modifiedIndex" || name === "createdIndex")
			return field - this.base;
		if (name === "key") return this._named(field);
		return this.normal(field);
	}

	// The name that push gives is an index.
	_named(key) {
		return key.replace(IN_ORDER, (index) => `+${Number(index) - this.base}`);
	}
}

module.exports = { Side };
