// A call as data: the same for both packages, until each is given its own arguments.
const { inspect } = require("node:util");
const { Key } = require("./keys");
const { Opts } = require("./opts");

const READS = ["get", "wait"];

// The arguments each method takes, in order; the callback comes after them.
const PARAMETERS = {
	get: ["key", "opts"],
	wait: ["key", "opts"],
	del: ["key", "opts"],
	delete: ["key", "opts"],
	mkdir: ["key", "opts"],
	rmdir: ["key", "opts"],
	set: ["key", "value", "opts"],
	update: ["key", "value", "opts"],
	push: ["key", "value", "opts"],
	compareAndSwap: ["key", "value", "prevValue", "opts"],
	compareAndDelete: ["key", "prevValue", "opts"],
	machines: [],
	leader: [],
	"stats.self": ["machine"],
	"stats.store": [],
	"stats.leader": [],
};

/**
 * A call: `method`, its arguments by name (`key`, `value`, `prevValue`, `opts`, `machine`; Key, Opts,
 * Machine and values), `names` of the arguments that are given, `callback` (whether one is given, as
 * the last argument), `byNext` (whether the function `next` is called and not the method), and
 * `client`, the name of the client it is made on.
 */
class Call {
	constructor(fields) {
		Object.assign(this, { client: "plain", callback: true }, fields);
		this.names ??= PARAMETERS[this.method];
	}

	with(changes) {
		return new Call({ ...this, ...changes });
	}

	has(name) {
		return this.names.includes(name);
	}

	/** What an option holds; undefined where no options are given. */
	given(name) {
		return this.has("opts") ? this.opts.fields[name] : undefined;
	}

	/** Whether `name` is an option that is given and truthy. */
	option(name) {
		return Boolean(this.given(name));
	}

	/** The text of its key; "" where there is none. */
	get keyText() {
		return this.has("key") ? this.key.text : "";
	}

	/** The name of the argument or option that holds the previous value it sends. */
	get compares() {
		return /^compareAnd/.test(this.method) ? "argument" : "option";
	}

	/** The previous value that it sends. */
	get compared() {
		return this.compares === "argument"
			? this.prevValue
			: this.given("prevValue");
	}

	/** The same call with another previous value. */
	comparing(prevValue) {
		if (this.compares === "argument") return this.with({ prevValue });
		return this.with({ opts: this.opts.with({ prevValue }) });
	}

	/** Whether its client parses and stringifies all values. */
	get storesJson() {
		return this.client.endsWith("json");
	}

	/** Whether it reads the root of the whole store, where both packages have keys. */
	get readsRoot() {
		return READS.includes(this.method) && (!this.has("key") || this.key.isRoot);
	}

	/** Whether what it stores is gone within a second. */
	get expires() {
		const ttl = this.given("ttl");
		return ttl === "0" || (ttl === 0 && this.method === "push");
	}

	/** The arguments for a side, without the callback. */
	arguments(side) {
		return this.names.map((name) => {
			const value = this[name];
			return typeof value?.for === "function" ? value.for(side) : value;
		});
	}

	toString() {
		const shown = this.names.map((name) => short(this[name]));
		if (this.callback) shown.push("cb");
		const on = this.client === "plain" ? "" : `[${this.client}] `;
		const name = this.byNext ? "next of " : "";
		return `${on}${name}${this.method}(${shown.join(", ")})`;
	}
}

/** A call whose key and options are given as a text and an object. */
function callOf(method, { key = "k0", opts = {}, form, ...rest } = {}) {
	const given = { key: new Key(key), opts: new Opts(opts, form) };
	return new Call({ method, ...given, ...rest });
}

function short(value) {
	if (value?.fields) {
		const fields = Object.entries(value.fields);
		const list = fields.map(([name, field]) => `${name}: ${short(field)}`);
		const form = value.form === "plain" ? "" : `<${value.form}>`;
		return `${form}{${list.join(", ")}}`;
	}
	if (typeof value?.for === "function") return String(value);
	const options = { breakLength: Infinity, maxStringLength: 40, depth: 2 };
	return inspect(value, options);
}

module.exports = { Call, callOf };
