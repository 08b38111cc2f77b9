// A server in front of a store: its start and its end.
"use strict";

const errors = require("../errors");
const loop = require("../loop");
const { NATIVE } = require("../submission");
const options = require("./options");

/** The addon's servers that are not closed. A program may drop what `serve` gave it: the garbage collector must not end the server. */
const open = new Set();

/** Starts a server; it keeps the event loop open until it is closed. */
async function serve(store, opts) {
	const client = clientOf(store);
	return listen(client, await options.forNative(opts));
}

function clientOf(store) {
	const client = store?.[NATIVE];
	if (!client) throw errors.invalidArgument("serve takes a store of etcdjs");
	return client;
}

/** The same, with options as the addon needs them. */
function listen(client, given) {
	const native = start(client, given);
	open.add(native);
	loop.enter();
	return new Server(native, options.urlOf(given, native.port));
}

function start(client, given) {
	try {
		return client.serve(given);
	} catch (err) {
		throw err.code === "InvalidArg" ? errors.invalidArgument(err.message) : err;
	}
}

class Server {
	#native;
	#closed;

	constructor(native, url) {
		this.#native = native;
		this.url = url;
	}

	/** Finishes the answers in flight, ends the waits, and closes all connections. */
	close() {
		this.#closed ??= new Promise((resolve) => {
			loop.later(
				() => {
					open.delete(this.#native);
					loop.leave();
					resolve();
				},
				(id) => this.#native.close(id),
			);
		});
		return this.#closed;
	}

	async [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]() {
		await this.close();
	}
}

module.exports = { clientOf, listen, serve };
