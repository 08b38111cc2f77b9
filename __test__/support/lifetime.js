// Clients and hosts that end with the test that made them, and promises for what a test waits for.
const assert = require("node:assert/strict");
const { scriptedHost } = require("./hosts/host");

/** A client of the package under test, made of `args`; destroyed after the test. */
function client(t, ...args) {
	const { subject } = require(".");
	const store = subject(...args);
	t.after(() => store.destroy());
	return store;
}

/** A scripted host (see host.js), closed after the test. */
async function hostOf(t, answer, options) {
	const host = await scriptedHost(answer, options);
	t.after(() => host.close());
	return host;
}

/** Several of them, each with its own answer. */
function hostsOf(t, ...answers) {
	return Promise.all(answers.map((answer) => hostOf(t, answer)));
}

/** A promise and its `resolve`. */
function deferred() {
	const result = {};
	result.promise = new Promise((resolve) => {
		result.resolve = resolve;
	});
	return result;
}

/**
 * A host that never answers; `asked` resolves with its first request, `left` when the client has
 * let go of that request's connection.
 */
async function silentHost(t) {
	const asked = deferred();
	const left = deferred();
	const host = await hostOf(t, (request, response) => {
		response.on("close", left.resolve);
		asked.resolve(request);
	});
	return Object.assign(host, { asked: asked.promise, left: left.promise });
}

/** Calls `next` of a wait; resolves with the callback's arguments and what `next` returned. */
function proceed(next) {
	return new Promise((resolve) => {
		const returned = next((...args) => resolve({ args, returned }));
	});
}

/** The events of a wait and of those after it, up to so many. */
async function events(store, key, options, count) {
	const { call } = require(".");
	const seen = [];
	let { args } = await call(store, "wait", key, options);
	for (;;) {
		const [error, event, next] = args;
		assert.equal(error, null, `${error?.message}`);
		seen.push(event);
		if (seen.length === count) return seen;
		({ args } = await proceed(next));
	}
}

/** What an event did, to which key, and the value. */
const short = ({ action, node }) => [action, node.key, node.value];

/** What a promise is rejected with. */
function rejection(promise) {
	return promise.then(
		(result) => assert.fail(`resolved with ${JSON.stringify(result)}`),
		(error) => error,
	);
}

/** A host that answers nothing; `all` resolves when it has been asked `count` times. */
async function busyHost(t, count) {
	let left = count;
	let resolve;
	const all = new Promise((done) => {
		resolve = done;
	});
	const host = await hostOf(t, () => {
		if (--left === 0) resolve();
	});
	return Object.assign(host, { all });
}

module.exports = {
	busyHost,
	client,
	deferred,
	events,
	hostOf,
	hostsOf,
	proceed,
	rejection,
	short,
	silentHost,
};
