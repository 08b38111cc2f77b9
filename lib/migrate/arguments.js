// The arguments of `etcdjs migrate`. No message repeats the value of an argument that may be a password.
"use strict";

const { UsageError, authOf, contentOf, split } = require("../command-line");
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

/**
 * `{help: true}`, or what is to be done: `{from, to, prefixes, isDry, follows, verifies, deletes, clientOptions}`.
 */
function parse(args) {
	const { values, positionals } = split(args, OPTIONS);
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

module.exports = { UsageError, parse };
