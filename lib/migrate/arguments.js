// The arguments of `etcdjs migrate`. No message repeats the value of an argument that may be a password.
"use strict";

const fs = require("node:fs");
const { parseArgs } = require("node:util");
const { isHiddenBelow, isWithin } = require("./tree");

const OPTIONS = {
	prefix: { type: "string", multiple: true },
	"dry-run": { type: "boolean" },
	watch: { type: "boolean" },
	verify: { type: "boolean" },
	"delete-source": { type: "boolean" },
	user: { type: "string" },
	cacert: { type: "string" },
	cert: { type: "string" },
	key: { type: "string" },
	help: { type: "boolean", short: "h" },
};

/** The arguments cannot be used: the message says why. */
class UsageError extends Error {}

/**
 * `{help: true}`, or what is to be done: `{from, to, prefixes, isDry, follows, verifies, deletes, clientOptions}`.
 */
function parse(args) {
	const { values, positionals } = split(args);
	if (values.help) return { help: true };
	const [from, to = from, ...others] = positionals;
	if (!from) throw new UsageError("FROM is missing: the host of the v2 store");
	if (others.length > 0)
		throw new UsageError("there are more arguments than FROM and TO");
	return {
		from,
		to,
		prefixes: prefixesOf(values.prefix ?? ["/"]),
		...modesOf(values),
		clientOptions: clientOptionsOf(values),
	};
}

function split(args) {
	try {
		return parseArgs({ args, options: OPTIONS, allowPositionals: true });
	} catch (err) {
		throw new UsageError(faultOf(err, args));
	}
}

/** Node's own messages may show a value. */
function faultOf({ code, message }, args) {
	const names = args.map((arg) => arg.split("=")[0]);
	const isKnown = (name) => name === "-h" || name.slice(2) in OPTIONS;
	const unknown = names.find((name) => name.startsWith("-") && !isKnown(name));
	if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" && unknown)
		return `there is no option ${unknown}`;
	const [, option] = /--([\w-]+)/.exec(message) ?? [];
	if (!(option in OPTIONS)) return "an option cannot be read";
	const needsValue = OPTIONS[option].type === "string";
	return `--${option} ${needsValue ? "needs a value" : "takes no value"}`;
}

function modesOf(values) {
	const isDry = Boolean(values["dry-run"]);
	const follows = Boolean(values.watch);
	const deletes = Boolean(values["delete-source"]);
	if (isDry && follows)
		throw new UsageError("--dry-run changes nothing: it has no --watch");
	if (isDry && deletes)
		throw new UsageError(
			"--dry-run changes nothing: it has no --delete-source",
		);
	return { isDry, follows, deletes, verifies: values.verify || deletes };
}

/** `/a/b` without empty segments and without a slash at its end; `/` for the root. */
function canonical(prefix) {
	if (!prefix.startsWith("/"))
		throw new UsageError("a --prefix begins with a slash, such as /a");
	return `/${prefix.split("/").filter(Boolean).join("/")}`;
}

/** Without those that the listing of another one has. */
function prefixesOf(given) {
	const all = [...new Set(given.map(canonical))];
	const covers = (one, other) =>
		one !== other && isWithin(one, other) && !isHiddenBelow(one, other);
	return all.filter((one) => !all.some((other) => covers(other, one)));
}

function clientOptionsOf({ user, cacert, cert, key }) {
	if (Boolean(cert) !== Boolean(key))
		throw new UsageError("--cert and --key are given together");
	const files = { ca: cacert, cert, key };
	const given = Object.entries(files).filter(([, file]) => file);
	const tls = given.map(([name, file]) => [name, contentOf(file)]);
	return {
		...(user ? { auth: authOf(user) } : {}),
		...Object.fromEntries(tls),
	};
}

function authOf(user) {
	const colon = user.indexOf(":");
	if (colon < 1) throw new UsageError("--user is name:password");
	return { user: user.slice(0, colon), pass: user.slice(colon + 1) };
}

function contentOf(file) {
	try {
		return fs.readFileSync(file);
	} catch (err) {
		throw new UsageError(`${file} cannot be read: ${err.code}`);
	}
}

module.exports = { UsageError, parse };
