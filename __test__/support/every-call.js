// The calls of a client, for tests that say something about each of them.
const { nextEvent } = require("./index");

// What stands between the key and the options.
const BETWEEN = {
	get: [],
	set: ["v"],
	update: ["v"],
	del: [],
	compareAndSwap: ["v", "p"],
	compareAndDelete: ["p"],
	push: ["v"],
	mkdir: [],
	rmdir: [],
	wait: [],
};

const UNKEYED = [
	"machines",
	"leader",
	"stats.self",
	"stats.store",
	"stats.leader",
];

/** Each call that takes a key, as `[method, key, …, ...rest]`. */
function keyed(key, ...rest) {
	return Object.entries(BETWEEN).map(([method, between]) => [
		method,
		key,
		...between,
		...rest,
	]);
}

/** Every call there is, as `[method, ...args]`. */
function everyCall(key = "k") {
	return [...keyed(key), ...UNKEYED.map((method) => [method])];
}

/** What a scripted host may answer to any of them. */
function anyAnswer({ url }) {
	if (url === "/v2/machines") return { body: "http://a:1, http://b:2" };
	return nextEvent({ url });
}

module.exports = { keyed, everyCall, anyAnswer };
