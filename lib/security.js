// The options of trust anchors, client certificates and credentials.
"use strict";

const errors = require("./errors");

/** What the addon needs of it. The names and what they mean are those of Node's `tls.connect`. */
function forNative(opts) {
	return {
		ca: pems(opts.ca, "ca"),
		cert: pems(opts.cert, "cert"),
		key: pems(opts.key, "key"),
		servername: text(opts.servername || undefined, "servername"),
		rejectUnauthorized: rejectUnauthorized(opts),
		auth: credentials(opts.auth),
	};
}

/** The option counts where it is given; any value but `false` is a yes, as in Node.js. */
function rejectUnauthorized(opts) {
	if (opts.rejectUnauthorized !== undefined)
		return opts.rejectUnauthorized !== false;
	return process.env.NODE_TLS_REJECT_UNAUTHORIZED !== "0";
}

/** PEM texts; undefined where nothing is given. */
function pems(value, name) {
	if (!value) return undefined;
	return [value].flat(Infinity).map((one) => pem(one, name));
}

function pem(value, name) {
	if (typeof value === "string") return value;
	if (ArrayBuffer.isView(value)) {
		const { buffer, byteOffset, byteLength } = value;
		return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
	}
	throw invalid(`${name} must be PEM as a string or a Buffer, or an array`);
}

/** `{user, pass}`, by the names that `request` takes. */
function credentials(auth) {
	if (auth === undefined || auth === null || auth === false) return undefined;
	if (typeof auth !== "object" || Array.isArray(auth))
		throw invalid("auth must be an object with a user and a pass");
	const user = text(auth.user ?? auth.username, "auth.user");
	if (user === undefined) throw invalid("auth has no user");
	return { user, pass: text(auth.pass ?? auth.password, "auth.pass") ?? "" };
}

function text(value, name) {
	if (value === undefined || typeof value === "string") return value;
	throw invalid(`${name} must be a string, not ${typeof value}`);
}

// The message does not show the value, which may be a secret in the wrong place.
function invalid(message) {
	return errors.invalidArgument(message);
}

module.exports = { forNative };
