// What a test needs: etcd, scripted hosts, the package under test, key prefixes, and calls as promises.
const { randomBytes } = require("node:crypto");
const { ofMode } = require("./etcd/api");

let prefixes = 0;

/** A key prefix of its own for each call: `<name>-<counter>-<random>/`. */
function prefix(name = "t") {
	return `${name}-${prefixes++}-${randomBytes(4).toString("hex")}/`;
}

function methodOf(store, name) {
	const path = name.split(".");
	const last = path.pop();
	const owner = path.reduce((object, part) => object[part], store);
	return owner[last].bind(owner);
}

/**
 * Calls `store[method](...args, callback)` ("stats.self" works too). Never rejects: resolves with
 * `{args, returned}`, args being all the callback's arguments, or with `{thrown}` when the call
 * itself threw. A second callback is an uncaught exception.
 */
function call(store, method, ...args) {
	return new Promise((resolve) => {
		let calls = 0;
		let returned;
		const callback = (...results) => {
			if (++calls > 1) {
				process.exitCode = 1;
				throw new Error(`${method} called its callback ${calls} times`);
			}
			// `returned` is known only after the call, even if the callback comes within it.
			queueMicrotask(() => resolve({ args: results, returned }));
		};
		try {
			returned = methodOf(store, method)(...args, callback);
		} catch (thrown) {
			resolve({ thrown });
		}
	});
}

module.exports = {
	...require("./etcd/etcd"),
	...require("./hosts/host"),
	...require("./hosts/black-hole"),
	...require("./etcd/ports"),
	...require("./etcd/stored"),
	prefix,
	call,
	/** The package under test. Loaded on use: the addon may not be built yet. */
	get subject() {
		return ofMode(require(process.env.ETCDJS_SUBJECT || "../.."));
	},
};
