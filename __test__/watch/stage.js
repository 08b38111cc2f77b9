// A store to watch, and what a watch gives.
const assert = require("node:assert/strict");
const { sharedEtcd } = require("../support");
const { client, rejection } = require("../support/lifetime");
const { until } = require("../support/etcd/member");

async function storeOf(t, opts) {
	return client(t, await sharedEtcd(), opts);
}

/** The next so many events of a watch. */
async function take(watch, count) {
	const events = [];
	for (let i = 0; i < count; i++) {
		const { value, done } = await watch.next();
		assert.equal(done, false);
		events.push(value);
	}
	return events;
}

const valuesOf = (events) => events.map(({ node }) => node.value);
const numbers = (count) => Array.from({ length: count }, (_, i) => `${i}`);

async function write(store, key, values) {
	for (const value of values) await store.promises.set(key, value);
}

/** Counts how often a store polls from now on. */
function pollsOf(store) {
	const { get } = store;
	const polls = { count: 0 };
	store.get = function (...args) {
		polls.count++;
		return get.apply(this, args);
	};
	polls.moreThan = (count) =>
		until(
			() => polls.count > count,
			() => new Error("it has not been polled again"),
		);
	return polls;
}

/** The end of a watch that fails. */
const failure = (watch) => rejection(watch.next());

module.exports = {
	failure,
	numbers,
	pollsOf,
	storeOf,
	take,
	valuesOf,
	write,
};
