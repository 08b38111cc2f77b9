// napi-rs makes a threadsafe function as an addon is loaded, `CustomGC`, which lasts as long as the environment. Nothing here uses
// it. So async hooks are told that it has ended: to a test runner that looks for open handles it would be one.
"use strict";

const { AsyncResource } = require("node:async_hooks");

function marker() {
	return new AsyncResource("etcdjs", { requireManualDestroy: true });
}

/** The id that an async resource gets now: they are numbered. */
function takeId() {
	const resource = marker();
	resource.emitDestroy();
	return resource.asyncId();
}

/** Node.js has no function for it. Where a resource does not have its id as a property, nothing happens. */
function emitDestroy(id) {
	const resource = marker();
	const own = resource.asyncId();
	resource.emitDestroy();
	const names = Object.getOwnPropertySymbols(resource);
	const name = names.find((symbol) => resource[symbol] === own);
	if (!name) return;
	resource[name] = id;
	resource.emitDestroy();
}

/** Loads an addon of napi-rs. */
function withoutCustomGc(load) {
	const made = takeId() + 1;
	const addon = load();
	// If there are more, it is not known which of them it is.
	if (takeId() === made + 1) emitDestroy(made);
	return addon;
}

module.exports = { withoutCustomGc };
