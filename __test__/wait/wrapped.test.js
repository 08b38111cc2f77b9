// To which chain a wait belongs: wrappers of `wait` and `get` may make calls of their own before the one that they wrap.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { nextEvent } = require("../support");
const { client, deferred, hostOf } = require("../support/lifetime");

const SIDE = "side";

/** A host that gives the events of the key `k` and none of the key `side`. */
async function eventHost(t) {
	const sided = deferred();
	const closed = deferred();
	let stays = true;
	const host = await hostOf(t, (request, response) => {
		const isWait = request.url.includes("wait=true");
		if (!request.url.includes(SIDE))
			return stays || !isWait ? nextEvent(request) : "silence";
		response.on("close", closed.resolve);
		sided.resolve(request.url);
		return "silence";
	});
	const silence = () => {
		stays = false;
	};
	return { ...host, silence, sided: sided.promise, closed: closed.promise };
}

const once = (call) => {
	let isMade = false;
	return (...args) => {
		if (!isMade) call(...args);
		isMade = true;
	};
};

/** The indexes of a wait's next events; resolves with them and the stop function of the last `next`. */
function events(store, key, opts, count) {
	return new Promise((resolve, reject) => {
		const seen = [];
		const stop = store.wait(key, opts, function onchange(err, body, next) {
			if (err) return reject(err);
			seen.push(body.node.modifiedIndex);
			next(onchange);
			if (seen.length === count) resolve({ seen, stop });
		});
	});
}

for (const [what, key, storeOf] of [
	["for a key of another store", `${SIDE}/k`, (t, { url }) => client(t, url)],
	["for another key of the same store", SIDE, (_t, _host, store) => store],
])
	for (const method of ["wait", "get"])
		test(`a wait ${what} that a wrapped ${method} calls is no part of the chain`, async (t) => {
			const host = await eventHost(t);
			const store = client(t, host.url);
			const other = storeOf(t, host, store);
			const original = store[method];
			const { wait } = other;
			let calls = 0;
			const side = once(() => wait.call(other, key, () => {}));
			store[method] = function (name, ...args) {
				if (name !== key && calls++ > 0) side();
				return original.call(this, name, ...args);
			};
			const { seen, stop } = await events(store, "k", { waitIndex: 5 }, 3);
			assert.deepEqual(seen, [5, 6, 7]);
			assert.doesNotMatch(await host.sided, /waitIndex/);
			host.silence();
			stop();
			let isClosed = false;
			host.closed.then(() => {
				isClosed = true;
			});
			await new Promise((resolve) => store.get("any", resolve));
			assert.equal(isClosed, false);
		});

const WRAPPERS = {
	"passes all on": (method) =>
		function (...args) {
			return method.apply(this, args);
		},
	"has a callback of its own": (method) =>
		function (key, opts, cb) {
			return method.call(this, key, opts, (...args) => cb(...args));
		},
	"has options of its own": (method) =>
		function (key, opts, cb) {
			return method.call(this, key, { ...opts }, cb);
		},
	"calls the original later": (method) =>
		function (...args) {
			queueMicrotask(() => method.apply(this, args));
		},
};

for (const [what, wrap] of Object.entries(WRAPPERS))
	test(`stop ends the chain that next goes on with through a wrapped wait that ${what}`, async (t) => {
		const closed = deferred();
		const host = await hostOf(t, (request, response) => {
			if (!request.url.endsWith("=7")) return nextEvent(request);
			response.on("close", closed.resolve);
			stop();
			return "silence";
		});
		const store = client(t, host.url);
		store.wait = wrap(store.wait);
		const { wait } = Object.getPrototypeOf(store);
		const stop = wait.call(
			store,
			"k",
			{ waitIndex: 5 },
			function again(...args) {
				args[2](again);
			},
		);
		await closed.promise;
	});

test("two waits that share options each have their own index where a wrapper calls get after both have set theirs", async (t) => {
	const host = await hostOf(t, ({ url }) => {
		const [, key, from] = /keys\/(\w+).*?(\d*)$/.exec(url);
		const first = key === "a" ? 100 : 5;
		return nextEvent({ url: `/?waitIndex=${Number(from) || first}` });
	});
	const store = client(t, host.url);
	const { get } = store;
	const held = [];
	store.get = function (...args) {
		held.push(() => get.apply(this, args));
		if (held.length < 2) return;
		for (const call of held.splice(0)) call();
	};
	const opts = {};
	const both = ["a", "b"].map((key) => events(store, key, opts, 3));
	const [a, b] = await Promise.all(both);
	assert.deepEqual(a.seen, [100, 101, 102]);
	assert.deepEqual(b.seen, [5, 6, 7]);
});
