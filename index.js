// The shape of etcdjs: overloads, coercion of arguments, and what callbacks get.
// Knows no network: a call becomes an id and a request to the addon.
"use strict";

const answers = require("./lib/answers");
const calls = require("./lib/calls");
const compares = require("./lib/compares");
const { define } = require("./lib/define");
const flags = require("./lib/flags");
const hostNames = require("./lib/host-names");
const options = require("./lib/options");
const { Promises } = require("./lib/promises");
const tracing = require("./lib/tracing");
const values = require("./lib/values");
const wait = require("./lib/wait");
const watch = require("./lib/watch");

const NATIVE = Symbol("etcdjs.native");
const OPTIONS = Symbol("etcdjs.options");
const PROMISES = Symbol("etcdjs.promises");

module.exports = Client;
module.exports.default = Client;

/** A client of an etcd cluster: `etcdjs(host, opts)`, with or without `new`. */
function Client(host, opts) {
	if (!(this instanceof Client)) return new Client(host, opts);
	[host, opts] = options.ofArguments(host, opts);
	define(this, OPTIONS, {
		json: Boolean(opts.json),
		strict: Boolean(opts.strict),
	});
	define(this, NATIVE, calls.client(options.forNative(host, opts)));
	this.stats = new Stats(this);
	if (opts.refresh) this.autoRefresh();
}

/** The hosts that requests go to. */
Object.defineProperty(Client.prototype, "_hosts", {
	configurable: true,
	get() {
		return this[NATIVE].hosts().map(hostNames.asGiven);
	},
});

Client.prototype.get = function (key, opts, cb) {
	if (typeof key === "function") return this.get("", null, key);
	if (typeof opts === "function") return this.get(key, null, opts);
	opts = opts || {};
	const call = { operation: "get", key: checkKey(key), cb, opts };
	return submit(this, call, (native, id, text, { json, strict }) => {
		const answer = answers.ofRead(json || opts.json);
		const chain = opts.wait ? wait.chainOf(cb) : undefined;
		const index = chain ? chain.indexFor(opts) : opts.waitIndex;
		const waitIndex = values.optionalText(index);
		const on = flags.ofRead(opts, strict, calls.isOneAlone());
		const { id: chainId } = chain ?? opts[flags.OF_WATCH] ?? {};
		native.get(id, text, on, waitIndex, chainId);
		return answer;
	});
};

Client.prototype.set = function (key, value, opts, cb) {
	if (isOnlyCallback(value, opts, cb))
		return this.set(key, undefined, null, value);
	if (typeof opts === "function") return this.set(key, value, null, opts);
	opts = opts || {};
	write(this, "set", key, cb, (native, id, text, { json, strict }) => {
		const sends = !opts.refresh && !(strict && opts.dir);
		const coding = { json: json || opts.json, strict };
		const sent = sends ? values.valueText(value, coding) : undefined;
		const ttl = opts.ttl ? values.asText(opts.ttl) : undefined;
		const conditions = compares.conditions(opts, json);
		native.set(id, text, flags.ofSet(opts, strict), sent, ttl, conditions);
	});
};

Client.prototype.update = function (key, value, opts, cb) {
	if (isOnlyCallback(value, opts, cb))
		return this.update(key, undefined, null, value);
	if (typeof opts === "function") return this.update(key, value, null, opts);
	this.set(key, value, options.amend(opts, "prevExist", true), cb);
};

Client.prototype.del = function (key, opts, cb) {
	if (typeof key === "function") return this.del("", null, key);
	if (typeof opts === "function") return this.del(key, null, opts);
	opts = opts || {};
	write(this, "del", key, cb, (native, id, text, { json, strict }) => {
		const conditions = compares.conditions(opts, json);
		native.del(id, text, flags.ofDelete(opts, strict), conditions);
	});
};

Client.prototype.delete = Client.prototype.del;

Client.prototype.mkdir = function (key, opts, cb) {
	if (typeof opts === "function") return this.mkdir(key, null, opts);
	this.set(key, null, options.amend(opts, "dir", true), cb);
};

Client.prototype.rmdir = function (key, opts, cb) {
	if (typeof opts === "function") return this.rmdir(key, null, opts);
	this.del(key, options.amend(opts, "dir", true), cb);
};

Client.prototype.compareAndSwap = function (key, val, prevValue, opts, cb) {
	if (isOnlyCallback(prevValue, opts, cb))
		return refuse(this, "set", prevValue, compares.noPrevValue());
	if (typeof opts === "function")
		return this.compareAndSwap(key, val, prevValue, null, opts);
	const fault = compares.fault(prevValue, opts, this[OPTIONS].strict);
	if (fault) return refuse(this, "set", cb, fault);
	this.set(key, val, options.amend(opts, "prevValue", prevValue), cb);
};

Client.prototype.compareAndDelete = function (key, val, opts, cb) {
	if (isOnlyCallback(val, opts, cb))
		return refuse(this, "del", val, compares.noPrevValue());
	if (typeof opts === "function")
		return this.compareAndDelete(key, val, null, opts);
	const fault = compares.fault(val, opts, this[OPTIONS].strict);
	if (fault) return refuse(this, "del", cb, fault);
	this.del(key, options.amend(opts, "prevValue", val), cb);
};

Client.prototype.push = function (key, value, opts, cb) {
	if (isOnlyCallback(value, opts, cb))
		return this.push(key, undefined, null, value);
	if (typeof opts === "function") return this.push(key, value, null, opts);
	opts = opts || {};
	write(this, "push", key, cb, (native, id, text, { json, strict }) => {
		const sent = values.pushText(value, { json: json || opts.json, strict });
		const ttl = values.pushText(opts.ttl, {});
		native.push(id, text, flags.ofPush(strict), sent, ttl);
	});
};

Client.prototype.wait = function (key, opts, cb) {
	if (typeof opts === "function") return this.wait(key, null, opts);
	checkCallback(cb);
	return wait(this, key, options.amend(opts, "wait", true), cb);
};

Client.prototype.machines = function (cb) {
	submit(this, { operation: "machines", cb }, (native, id) => {
		native.machines(id);
		return answers.machines;
	});
};

Client.prototype.leader = function (cb) {
	submit(this, { operation: "leader", cb }, (native, id) => {
		native.leader(id);
		return answers.text;
	});
};

/** An async iterator of a key's changes, through every fault. */
Client.prototype.watch = function (key, opts) {
	const { strict } = this[OPTIONS];
	return watch(this, checkKey(key), opts, { strict, method: this.watch });
};

/** The same methods, returning promises. */
Object.defineProperty(Client.prototype, "promises", {
	configurable: true,
	get() {
		if (!Object.hasOwn(this, PROMISES))
			define(this, PROMISES, new Promises(this, this[OPTIONS].strict));
		return this[PROMISES];
	},
});

/** Refreshes the list of hosts every 30 s from now on. */
Client.prototype.autoRefresh = function () {
	this[NATIVE].autoRefresh();
};

/** Gives every pending call an error, closes all connections, and refuses later calls. */
Client.prototype.destroy = function () {
	this[OPTIONS].destroyed = true;
	this[NATIVE].destroy();
	calls.failAll(this[NATIVE], storeDestroyed);
};

/** `await using store = …`, where the language has it. */
if (Symbol.asyncDispose)
	Client.prototype[Symbol.asyncDispose] = async function () {
		this.destroy();
	};

function Stats(client) {
	this._client = client;
}

Stats.prototype.self = function (machine, cb) {
	if (typeof machine === "function") return this.self(null, machine);
	submit(this._client, { operation: "stats.self", cb }, (native, id) => {
		const host = machine ? hostNames.ofUrl(values.asText(machine)) : undefined;
		native.statsSelf(id, host);
		return answers.stats;
	});
};

Stats.prototype.store = function (cb) {
	submit(this._client, { operation: "stats.store", cb }, (native, id) => {
		native.statsStore(id);
		return answers.stats;
	});
};

Stats.prototype.leader = function (cb) {
	submit(this._client, { operation: "stats.leader", cb }, (native, id) => {
		native.statsLeader(id);
		return answers.stats;
	});
};

/** Starts a write; unlike a read it has no stop function. */
function write(store, operation, key, cb, start) {
	const call = { operation, key: checkKey(key), cb, isWrite: true };
	submit(store, call, (...args) => {
		start(...args);
		return answers.ofWrite(store[OPTIONS].json);
	});
}

function checkKey(key) {
	if (key === undefined || key === null)
		throw new TypeError(`a key must be a string, not ${key}`);
	return key;
}

function checkCallback(cb) {
	if (cb && typeof cb !== "function")
		throw new TypeError(`a callback must be a function, not ${typeof cb}`);
}

/** The native client of a store, or of what was made from one. */
function nativeOf(store) {
	if (store?.[NATIVE]) return store[NATIVE];
	throw new TypeError(
		"a method was called without its client: call store.method(…), or bind it: store.method.bind(store)",
	);
}

/**
 * Starts a call and returns its stop function. `start` hands it to the addon and returns how its answer is read.
 * What is wrong with its arguments goes to the callback, and is thrown where there is none.
 */
function submit(store, { operation, key = "", cb, opts, isWrite }, start) {
	checkCallback(cb);
	const native = nativeOf(store);
	const settings = store[OPTIONS];
	const id = calls.begin(native, cb || undefined);
	let trace;
	try {
		trace = tracing.begin(operation, key, opts);
		if (settings.destroyed) calls.fail(id, storeDestroyed(), isWait(opts));
		else {
			const text = values.keyText(key);
			calls.detail(id, trace, opts?.[calls.DETAILS]);
			calls.expect(id, start(native, id, text, settings), isWrite);
		}
	} catch (err) {
		if (!cb) calls.end(id);
		if (!cb) throw err;
		calls.fail(id, err, isWait(opts));
	} finally {
		tracing.end(trace);
	}
	return () => {
		calls.stop(id);
	};
}

/** Whether a read waits. An accessor that throws has been reported already. */
function isWait(opts) {
	try {
		return Boolean(opts?.wait);
	} catch {
		return false;
	}
}

/** Ends a call with an error before it has begun. */
function refuse(store, operation, cb, err) {
	submit(store, { operation, cb }, () => {
		throw err;
	});
}

function storeDestroyed() {
	return new Error("store destroyed");
}

/** Whether a call was made with nothing but a callback where this value stands. */
function isOnlyCallback(value, opts, cb) {
	return typeof value === "function" && opts === undefined && cb === undefined;
}
