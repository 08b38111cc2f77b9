// How a client is made. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call, nextEvent, node, subject } = require("../support");
const { client, hostOf, proceed, silentHost } = require("../support/lifetime");
const { anyAnswer } = require("../support/every-call");

const METHODS = [
	...["get", "set", "update", "del", "delete", "mkdir", "rmdir", "wait"],
	...["compareAndSwap", "compareAndDelete", "push"],
	...["machines", "leader", "autoRefresh", "destroy"],
];
const FOUND = { body: node("/k", "v", 5) };

async function works(store) {
	const { args } = await call(store, "get", "k");
	assert.deepEqual(args, [null, FOUND.body]);
	store.destroy();
}

test("1. new is optional", async (t) => {
	const { url } = await hostOf(t, [FOUND]);
	for (const store of [subject(url), new subject(url)]) {
		assert.ok(store instanceof subject);
		await works(store);
	}
});

test("1. an object that inherits from the prototype is made a client", async (t) => {
	const { url } = await hostOf(t, [FOUND]);
	class Modern extends subject {}
	function Old(host) {
		subject.call(this, host);
	}
	Object.setPrototypeOf(Old.prototype, subject.prototype);
	for (const Kind of [Modern, Old]) {
		const store = new Kind(url);
		assert.ok(store instanceof Kind && store instanceof subject);
		await works(store);
	}
});

test("1. the constructor has two parameters", () => {
	assert.equal(subject.length, 2);
});

test("1. del and delete are the same function", () => {
	assert.equal(subject.prototype.del, subject.prototype.delete);
});

for (const method of METHODS) {
	test(`1. ${method} lives on the prototype, where it can be patched`, (t) => {
		const store = client(t, "127.0.0.1:1");
		assert.ok(!Object.hasOwn(store, method));
		const former = subject.prototype[method];
		subject.prototype[method] = () => "patched";
		const returned = store[method]();
		subject.prototype[method] = former;
		assert.equal(returned, "patched");
	});
}

test("1. a get patched on the prototype sees the waits of a client made before", async (t) => {
	const { url, requests } = await hostOf(t, [FOUND]);
	const store = client(t, url);
	const former = subject.prototype.get;
	t.after(() => {
		subject.prototype.get = former;
	});
	subject.prototype.get = function (key, ...rest) {
		return former.call(this, `app/${key}`, ...rest);
	};
	await call(store, "wait", "k");
	assert.equal(requests[0].url, "/v2/keys/app/k?wait=true");
});

test("1. code that wraps get sees each turn of a wait", async (t) => {
	const { url } = await hostOf(t, nextEvent);
	const store = client(t, url);
	const seen = [];
	const former = store.get;
	store.get = function (key, opts, cb) {
		seen.push([key, { ...opts }, typeof cb]);
		return former.call(this, key, opts, cb);
	};
	const { args } = await call(store, "wait", "k", { recursive: true });
	await proceed(args[2]);
	const opts = { recursive: true, wait: true };
	assert.deepEqual(seen, [
		["k", opts, "function"],
		["k", { ...opts, waitIndex: 6 }, "function"],
	]);
});

for (const [what, ...given] of [
	["a result", null, FOUND.body],
	["an error", new Error("from the wrapper")],
]) {
	test(`1. ${what} that a wrapped get gives reaches the wait`, async (t) => {
		const store = client(t, "127.0.0.1:1");
		store.get = (_key, _opts, cb) => setImmediate(cb, ...given);
		const { args } = await call(store, "wait", "k");
		assert.deepEqual(args.slice(0, 2), [given[0], given[1] ?? null]);
	});
}

test("1. the stop function of a wait stops the wrapped get", (t) => {
	const store = client(t, "127.0.0.1:1");
	let stopped = 0;
	store.get = () => () => stopped++;
	store.wait("k", () => {})();
	assert.equal(stopped, 1);
});

test("1. autoRefresh() is public: from then on the list of machines is taken over", async (t) => {
	const other = await hostOf(t, [FOUND]);
	const seed = await hostOf(t, [{ body: other.url }]);
	const store = client(t, seed.url);
	await call(store, "machines");
	assert.deepEqual(store._hosts, [seed.url]);
	assert.equal(store.autoRefresh(), undefined);
	await call(store, "machines");
	assert.deepEqual(store._hosts, [other.url]);
	await call(store, "get", "k");
	assert.equal(other.requests.length, 1);
});

test("1. _hosts is an array of normalised URLs", (t) => {
	const { _hosts } = client(t, ["a", "http://b:1/", "https://c"]);
	assert.ok(Array.isArray(_hosts));
	assert.deepEqual(_hosts, ["http://a:4001", "http://b:1", "https://c:4001"]);
});

for (const [title, ...args] of [
	["a string", "a:1"],
	["an array", ["a:1"]],
	["an object with host", { host: "a:1" }],
	["an object with an array as host", { host: ["a:1"] }],
	["an object with hosts", { hosts: ["a:1"] }],
	["an object with a string as hosts", { hosts: "a:1" }],
	["an object whose host is falsy, with hosts", { host: "", hosts: ["a:1"] }],
	["nothing, and options with host", null, { host: "a:1" }],
	["nothing, and options with hosts", undefined, { hosts: ["a:1"] }],
	["a string, and options that name another", "a:1", { host: "b:1" }],
]) {
	test(`2. the host is ${title}`, (t) => {
		assert.deepEqual(client(t, ...args)._hosts, ["http://a:1"]);
	});
}

test("2. an array has every host of it", (t) => {
	const hosts = ["a:1", "b:2", "a:1"];
	const urls = ["http://a:1", "http://b:2", "http://a:1"];
	assert.deepEqual(client(t, hosts)._hosts, urls);
	assert.deepEqual(client(t, { hosts })._hosts, urls);
});

for (const token of ["as the first argument", "as the second"]) {
	test(`2. an object with token, ${token}, gives the hosts`, async (t) => {
		const host = await hostOf(t, [FOUND]);
		const nodes = [{ key: "/_etcd/m", value: host.url }];
		const discovery = await hostOf(t, [{ body: { node: { nodes } } }]);
		const opts = { token: `${discovery.url}/my-token` };
		const args = token === "as the second" ? [null, opts] : [opts];
		const { args: results } = await call(client(t, ...args), "get", "k");
		assert.deepEqual(results, [null, FOUND.body]);
		assert.equal(discovery.requests[0].url, "/my-token");
		assert.equal(host.requests.length, 1);
	});
}

for (const args of [
	...[[], [undefined], [null], [""], [0], [false], [Number.NaN]],
	...[[{}], [{ host: "" }], [null, {}], [null, null]],
]) {
	const title = args.map((arg) => inspect(arg)).join(", ");
	test(`2. (${title}) means 127.0.0.1`, (t) => {
		assert.deepEqual(client(t, ...args)._hosts, ["http://127.0.0.1:4001"]);
	});
}

test("2. the caller's array is copied", async (t) => {
	const host = await hostOf(t, [FOUND]);
	for (const wrap of [(hosts) => hosts, (hosts) => ({ hosts })]) {
		const hosts = [host.url];
		const store = client(t, wrap(hosts));
		hosts[0] = "elsewhere.invalid";
		hosts.push("elsewhere.invalid");
		assert.deepEqual(store._hosts, [host.url]);
		await works(store);
	}
	const frozen = Object.freeze([`${host.url}/`]);
	await works(client(t, frozen));
	assert.deepEqual(frozen, [`${host.url}/`]);
});

test("2. the caller's array is left as it is", (t) => {
	const hosts = ["a:1/", "b", " c:1,d:1"];
	for (const host of [hosts, { hosts }]) client(t, host);
	assert.deepEqual(hosts, ["a:1/", "b", " c:1,d:1"]);
});

for (const host of [
	...[42, true, 1n, () => "a:1", Symbol("a:1")],
	...[[42], [null], [undefined], ["a:1", {}]],
	...[{ host: 42 }, { host: {} }, { hosts: [42] }],
]) {
	test(`2. a host that is no string throws: ${inspect(host)}`, () => {
		assert.throws(() => subject(host), TypeError);
		assert.throws(() => new subject(host, {}), TypeError);
	});
}

test("2. unknown options are ignored", async (t) => {
	const { url, requests } = await hostOf(t, anyAnswer);
	const opts = { cache: true, namespace: "/app", prefix: "x", agent: {} };
	for (const store of [client(t, url, opts), client(t, { ...opts, host: url })])
		await works(store);
	assert.deepEqual(
		requests.map((request) => request.url),
		["/v2/keys/k", "/v2/keys/k"],
	);
});

test("2. a falsy timeout is none of its own: it ends no call before a real one does", async (t) => {
	const silent = await silentHost(t);
	const ended = [];
	for (const timeout of [0, null, undefined, false, "", Number.NaN]) {
		const store = client(t, silent.url, { timeout });
		store.get("k", () => ended.push(timeout));
	}
	const store = client(t, silent.url, { timeout: 200 });
	const { args } = await call(store, "get", "k");
	assert.equal(args[0].code, "ESOCKETTIMEDOUT");
	assert.deepEqual(ended, []);
});
