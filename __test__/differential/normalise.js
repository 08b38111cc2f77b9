// What of an outcome is compared: without the prefix, the numbers of indexes, and the time.

const NEAR_MS = 60_000;
const TTLS = [0, 3600];

/** An outcome as it is. */
function shown({ args, thrown, crashed, returned, pending, ...rest }) {
	const error = args?.[0];
	return {
		thrown: thrown?.constructor.name,
		crashed: crashed?.constructor.name,
		returned,
		pending: Boolean(pending),
		arity: args?.length,
		error: error instanceof Error ? shownOf(error) : error,
		result: args?.[1],
		third: typeof args?.[2],
		opts: [rest.optsAtReturn, rest.optsAtEnd],
	};
}

// Which property of null was read first is no behaviour.
function wordsOf({ message }) {
	if (typeof message !== "string") return message;
	return message.replace(/ \(reading '\w+'\)$/, "");
}

function shownOf(error) {
	const message = wordsOf(error);
	const { code, cause, index, errno, syscall, address } = error;
	const { port, hostname, connect, ambiguous } = error;
	const fields = Object.entries(error).filter(([, v]) => v !== undefined);
	return {
		class: error.constructor.name,
		name: error.name,
		...{ message, code, cause, index, errno, syscall, address },
		...{ port, hostname, connect, ambiguous },
		enumerable: fields.map(([name]) => name).sort(),
	};
}

/** Puts the outcomes of one side into a form that is equal on both sides where they agree. */
class Normal {
	/** `call` is the one that made the bodies, where there is no outcome. */
	constructor(side, { call } = {}) {
		this.side = side;
		this.call = call;
	}

	/** `{thrown, crashed, returned, pending, arity, error, result, third, opts}` */
	outcome({ call, args, ...rest }, isSilent) {
		this.call = call;
		if (args?.[1]?.node && !isSilent) this.side.see(args[1], this._isParsed);
		this.given = rest.optsGiven ?? {};
		return {
			...shown({ args, ...rest }),
			error: args && this.error(args[0]),
			result: args && !isSilent && this.result(args[1]),
			opts: [this.opts(rest.optsAtReturn), this.opts(rest.optsAtEnd)],
		};
	}

	get _isParsed() {
		const { storesJson, method } = this.call;
		return storesJson || (method === "get" && this.call.option("json"));
	}

	error(error) {
		if (!(error instanceof Error)) return error;
		return {
			...shownOf(error),
			message: this.message(error),
			cause: this.cause(error.cause),
			index: this.errorIndex(error.index),
		};
	}

	// Which value of an unsorted directory comes first is not known.
	message(error) {
		const { key, method } = this.call;
		const lists = /^(get|wait)$/.test(method) && !this.call.option("sorted");
		const isKey = this.side.model.get(key?.plain)?.value !== undefined;
		if (error instanceof SyntaxError && lists && !isKey) return "no JSON";
		return this.text(wordsOf(error));
	}

	text(text) {
		if (typeof text !== "string") return text;
		return text
			.replaceAll(this.side.prefix, "@/")
			.replaceAll(this.side.prefix.slice(0, -1), "@")
			.replaceAll(`/${this.side.number}`, "/@number")
			.replace(/\d{20}/g, (name) => this.side.named(name));
	}

	// The last brackets hold the indexes, where one was compared.
	cause(cause) {
		const text = this.text(cause);
		if (typeof text !== "string" || !this.call.has("opts")) return text;
		const { prevIndex, waitIndex } = this.call.opts.fields;
		if (waitIndex !== undefined) return text.replace(/\d+/g, "#");
		if (prevIndex === undefined) return text;
		return text.replace(/\[(\d+) != (\d+)\]$/, (_all, given, found) => {
			const asGiven = prevIndex?.for ? String(prevIndex) : given;
			return `[${asGiven} != ${this.index(+found)}]`;
		});
	}

	errorIndex(index) {
		if (typeof index !== "number" || index === 0) return index;
		return index >= this.side.lastIndex ? "current" : `old ${index}`;
	}

	/** An index as its rank among those that the side has seen. */
	index(index) {
		if (typeof index !== "number") return index;
		this.side.indexes.add(index);
		let rank = 0;
		for (const seen of this.side.indexes) if (seen < index) rank++;
		return `#${rank}`;
	}

	result(body) {
		const { method } = this.call;
		const isStatistics = method.startsWith("stats.") || method === "leader";
		if (isStatistics) return shape(body);
		if (typeof body === "string") return this.text(body);
		if (typeof body !== "object" || !body || Array.isArray(body)) return body;
		const root = this.call.readsRoot;
		return {
			...body,
			...("node" in body && { node: this.node(body.node, root) }),
			...("prevNode" in body && { prevNode: this.node(body.prevNode) }),
		};
	}

	node(node, atRoot) {
		if (typeof node !== "object" || node === null) return node;
		const copy = { ...node };
		if ("key" in copy) copy.key = this.text(copy.key);
		for (const name of ["modifiedIndex", "createdIndex"])
			if (name in copy)
				copy[name] = this.side.owns(node.key)
					? this.index(copy[name])
					: "another's";
		if ("expiration" in copy) copy.expiration = near(copy);
		if ("ttl" in copy) copy.ttl = ttl(copy.ttl);
		if (Array.isArray(copy.nodes)) copy.nodes = this.nodes(copy.nodes, atRoot);
		return copy;
	}

	// The order is etcd's only where it was asked to sort; the root has the other package's keys too.
	nodes(nodes, atRoot) {
		const mine = atRoot ? nodes.filter((child) => this._isMine(child)) : nodes;
		const list = mine.map((child) => this.node(child, atRoot));
		if (this.call.option("sorted")) return list;
		return list.sort((a, b) => (a?.key < b?.key ? -1 : 1));
	}

	_isMine({ key }) {
		const own = `/${this.side.prefix}`;
		return `${key}/`.startsWith(own) || own.startsWith(`${key}/`);
	}

	opts(opts) {
		if (typeof opts !== "object" || opts === null) return opts;
		const copy = { ...opts };
		for (const name of ["waitIndex", "prevIndex"]) {
			const value = copy[name];
			if (typeof value !== "number") continue;
			if (value === this.given[name])
				copy[name] = String(this.call.opts.fields[name]);
			else if (this.side.indexes.has(value - 1))
				copy[name] = `${this.index(value - 1)} + 1`;
		}
		return copy;
	}
}

function near({ expiration, ttl: seconds = 0 }) {
	const expected = Date.now() + seconds * 1000;
	const distance = Math.abs(Date.parse(expiration) - expected);
	return distance < NEAR_MS ? "as ttl says" : expiration;
}

function ttl(seconds) {
	return TTLS.find((known) => Math.abs(known - seconds) <= 120) ?? seconds;
}

// What stays of statistics, which change all the time.
function shape(value) {
	if (typeof value === "number") return "number";
	if (typeof value === "string") {
		if (/^\{/.test(value)) return { text: shape(JSON.parse(value)) };
		return value.replace(/^\d{4}-\d\d-\d\dT.*|^[\dhm.µns]+s$/, "time");
	}
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value);
	return Object.fromEntries(entries.map(([name, v]) => [name, shape(v)]));
}

module.exports = { Normal, shown };
