// Arguments of a command. No message repeats the value of an argument that may be a password.
"use strict";

const fs = require("node:fs");
const { parseArgs } = require("node:util");

/** The arguments cannot be used: the message says why. */
class UsageError extends Error {}

/**
 * `{values, positionals}` of the arguments, by options as `parseArgs` takes them. None may be empty: a script whose variable is not set
 * would otherwise do something else than it says.
 */
function split(args, options) {
	const found = parsed(args, options);
	const [empty] =
		Object.entries(found.values).find(([, value]) =>
			[value].flat().includes(""),
		) ?? [];
	if (empty) throw new UsageError(`--${empty} is empty`);
	if (found.positionals.includes(""))
		throw new UsageError("an argument is empty");
	return found;
}

function parsed(args, options) {
	try {
		return parseArgs({ args, options, allowPositionals: true });
	} catch (err) {
		throw new UsageError(faultOf(err, args, options));
	}
}

/** Node's own messages may show a value. */
function faultOf({ code, message }, args, options) {
	const names = args.map((arg) => arg.split("=")[0]);
	const isKnown = (name) =>
		name === "-h" || Object.hasOwn(options, name.slice(2));
	const unknown = names.find((name) => name.startsWith("-") && !isKnown(name));
	if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" && unknown)
		return `there is no option ${unknown}`;
	const [, option] = /--([\w-]+)/.exec(message) ?? [];
	if (!option || !Object.hasOwn(options, option))
		return "an option cannot be read";
	const needsValue = options[option].type === "string";
	return `--${option} ${needsValue ? "needs a value" : "takes no value"}`;
}

/** The content of the file that an argument names. */
function contentOf(file) {
	try {
		return fs.readFileSync(file);
	} catch (err) {
		throw new UsageError(`${file} cannot be read: ${err.code}`);
	}
}

/** The credentials that the option --user has. */
function authOf(user) {
	const colon = user.indexOf(":");
	if (colon < 1) throw new UsageError("--user is name:password");
	return { user: user.slice(0, colon), pass: user.slice(colon + 1) };
}

module.exports = { UsageError, authOf, contentOf, split };
