// The shape of etcdjs: overloads, coercion of arguments, results of callbacks.
// Touches no network: a call becomes an id and a request to the addon.
"use strict";

const { domainToASCII } = require("node:url");
const answers = require("./lib/answers");
const callOptions = require("./lib/call-options");
const calls = require("./lib/calls");
const compares = require("./lib/compares");
const { define } = require("./lib/define");
const flags = require("./lib/flags");
const { Memory } = require("./lib/memory");
const options = require("./lib/options");
const { Promises } = require("./lib/promises");
const { Refusals } = require("./lib/refusals");
const submission = require("./lib/submission");
const values = require("./lib/values");
const wait = require("./lib/wait");
const watch = require("./lib/watch");

const { NATIVE, OPTIONS, checkCallback, refuse, submit, write } = submission;
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
	const given = options.forNative(host, opts);
	define(this, NATIVE, calls.client(given));
	if (given.memory !== undefined)
		define(this, "memory", new Memory(this[NATIVE], Boolean(opts.strict)));
	this.stats = new Stats(this);
	if (opts.refresh) this.autoRefresh();
}

/** The hosts that requests go to. */
Object.defineProperty(Client.prototype, "_hosts", {
	configurable: true,
	get() {
		return this[NATIVE].hosts();
	},
});

Client.prototype.get = function (key, opts, cb) {
	if (typeof key === "function") return this.get("", null, key);
	if (typeof opts === "function") return this.get(key, null, opts);
	const read = callOptions.ofRead;
	const call = { operation: "get", key: checkKey(key), cb, opts, read };
	return submit(this, call, (native, id, text, extra, given, settings) => {
		const { json, strict } = settings;
		const answer = answers.ofRead(json || given.json);
		const chain = given.wait ? wait.chainOf(this, opts, cb) : undefined;
		const { waitIndex } = given;
		const index = chain ? chain.indexFor(opts, waitIndex) : waitIndex;
		const ofWatch = flags.ofWatch(opts, cb);
		const on = flags.ofRead(given, strict) | extra;
		const from = values.optionalText(index);
		const { id: chainId } = chain ?? ofWatch ?? {};
		const marks = (ofWatch?.flag ?? 0) | (chain?.isRepoll ? flags.Repoll : 0);
		native.get(id, text, on | marks, from, chainId);
		return answer;
	});
};

Client.prototype.set = function (key, value, opts, cb) {
	if (isOnlyCallback(value, opts, cb))
		return this.set(key, undefined, null, value);
	if (typeof opts === "function") return this.set(key, value, null, opts);
	const read = callOptions.ofSet;
	const call = { operation: "set", key: checkKey(key), cb, opts, read };
	write(this, call, (native, id, text, extra, given, { json, strict }) => {
		const sends = !given.refresh && !(strict && given.dir);
		const coding = { json: json || given.json, strict };
		const sent = sends ? values.valueText(value, coding) : undefined;
		const ttl = given.ttl ? values.asText(given.ttl) : undefined;
		const conditions = compares.conditions(given, json);
		const on = flags.ofSet(given, strict) | extra;
		native.set(id, text, on, sent, ttl, conditions);
	});
};

Client.prototype.update = function (key, value, opts, cb) {
	if (isOnlyCallback(value, opts, cb))
		return this.update(key, undefined, null, value);
	if (typeof opts === "function") return this.update(key, value, null, opts);
	this.set(key, value, callOptions.amend(opts, "prevExist", true), cb);
};

Client.prototype.del = function (key, opts, cb) {
	if (typeof key === "function") return this.del("", null, key);
	if (typeof opts === "function") return this.del(key, null, opts);
	const read = callOptions.ofDelete;
	const call = { operation: "del", key: checkKey(key), cb, opts, read };
	write(this, call, (native, id, text, extra, given, { json, strict }) => {
		const conditions = compares.conditions(given, json);
		native.del(id, text, flags.ofDelete(given, strict) | extra, conditions);
	});
};

Client.prototype.delete = Client.prototype.del;

Client.prototype.mkdir = function (key, opts, cb) {
	if (typeof opts === "function") return this.mkdir(key, null, opts);
	this.set(key, null, callOptions.amend(opts, "dir", true), cb);
};

Client.prototype.rmdir = function (key, opts, cb) {
	if (typeof opts === "function") return this.rmdir(key, null, opts);
	this.del(key, callOptions.amend(opts, "dir", true), cb);
};

Client.prototype.compareAndSwap = function (key, val, prevValue, opts, cb) {
	if (isOnlyCallback(prevValue, opts, cb))
		return refuse(this, "set", prevValue, compares.noPrevValue());
	if (typeof opts === "function")
		return this.compareAndSwap(key, val, prevValue, null, opts);
	const fault = compares.fault(prevValue, opts, this[OPTIONS].strict);
	if (fault) return refuse(this, "set", cb, fault);
	this.set(key, val, callOptions.amend(opts, "prevValue", prevValue), cb);
};

Client.prototype.compareAndDelete = function (key, val, opts, cb) {
	if (isOnlyCallback(val, opts, cb))
		return refuse(this, "del", val, compares.noPrevValue());
	if (typeof opts === "function")
		return this.compareAndDelete(key, val, null, opts);
	const fault = compares.fault(val, opts, this[OPTIONS].strict);
	if (fault) return refuse(this, "del", cb, fault);
	this.del(key, callOptions.amend(opts, "prevValue", val), cb);
};

Client.prototype.push = function (key, value, opts, cb) {
	if (isOnlyCallback(value, opts, cb))
		return this.push(key, undefined, null, value);
	if (typeof opts === "function") return this.push(key, value, null, opts);
	const read = callOptions.ofPush;
	const call = { operation: "push", key: checkKey(key), cb, opts, read };
	write(this, call, (native, id, text, extra, given, { json, strict }) => {
		const coding = { json: json || given.json, strict };
		const sent = values.pushText(value, coding);
		const ttl = values.pushText(given.ttl, {});
		native.push(id, text, flags.ofPush(strict) | extra, sent, ttl);
	});
};

Client.prototype.wait = function (key, opts, cb) {
	if (typeof opts === "function") return this.wait(key, null, opts);
	checkCallback(cb);
	return wait(this, key, callOptions.amend(opts, "wait", true), cb);
};

Client.prototype.machines = function (cb) {
	submit(this, { operation: "machines", cb }, (native, id, _, extra) => {
		native.machines(id, extra);
		return answers.machines;
	});
};

Client.prototype.leader = function (cb) {
	submit(this, { operation: "leader", cb }, (native, id, _, extra) => {
		native.leader(id, extra);
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
			define(
				this,
				PROMISES,
				new Promises(this, this[NATIVE], this[OPTIONS].strict),
			);
		return this[PROMISES];
	},
});

/** Refreshes the list of hosts every 30 s from now on. */
Client.prototype.autoRefresh = function () {
	this[NATIVE].autoRefresh();
};

/** Gives every pending call an error, closes all connections, and refuses later calls. */
Client.prototype.destroy = function () {
	this[OPTIONS].refusals ??= new Refusals();
	this[NATIVE].destroy();
	calls.failAll(this[NATIVE], submission.storeDestroyed);
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
	submit(
		this._client,
		{ operation: "stats.self", cb },
		(native, id, _, extra) => {
			const host = machine ? values.asText(machine) : undefined;
			native.statsSelf(id, extra, host, domainToASCII);
			return answers.stats;
		},
	);
};

Stats.prototype.store = function (cb) {
	submit(
		this._client,
		{ operation: "stats.store", cb },
		(native, id, _, extra) => {
			native.statsStore(id, extra);
			return answers.stats;
		},
	);
};

Stats.prototype.leader = function (cb) {
	submit(
		this._client,
		{ operation: "stats.leader", cb },
		(native, id, _, extra) => {
			native.statsLeader(id, extra);
			return answers.stats;
		},
	);
};

function checkKey(key) {
	if (key === undefined || key === null)
		throw new TypeError(`a key must be a string, not ${key}`);
	return key;
}

/** Whether a call was made with nothing but a callback where this value stands. */
function isOnlyCallback(value, opts, cb) {
	return typeof value === "function" && opts === undefined && cb === undefined;
}
