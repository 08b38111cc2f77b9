// The time to live of a node in an event. Its `ttl` is that of the moment of the write, which may be long ago; its `expiration` is a time
// of the server's clock, which need not agree with this one.
"use strict";

const { entryOf } = require("./tree");

class SourceClock {
	/** How far the server's clock is ahead, at least: an event cannot arrive before it has happened. */
	#ahead = -Infinity;

	/** The entry of an event's node that has arrived at a time of `performance.now()`. */
	entryOf(node, at = performance.now()) {
		const entry = entryOf(node, at);
		const expiration = Date.parse(node.expiration);
		if (node.ttl === undefined || Number.isNaN(expiration)) return entry;
		this.#ahead = Math.max(this.#ahead, expiration - node.ttl * 1000 - at);
		const expiresAt = expiration - this.#ahead;
		return { ...entry, expiresAt, ownExpiresAt: expiresAt };
	}
}

module.exports = { SourceClock };
