// Answers of two servers, so that equal ones are the same text: without dates, ids and what raft counts.
const { answersOf, fieldOf } = require("../support/server/raw");

/** Fields that a server of this package never sends. */
const IGNORED = /^(Access-Control-Allow-.*|Date)$/;

/** Fields whose values differ between any two servers. */
const OF_SERVER = /^(X-Etcd-Cluster-Id|X-Raft-(Index|Term))$/;

/** What was not UTF-8: etcd escapes it, a server of this package has read the character itself. */
const REPLACEMENT = Buffer.from("\ufffd").toString("latin1");

const upToHundred = (ttl) => Math.ceil(Number(ttl) / 100) * 100;
const VALUES = [
	[/"expiration":"[^"]*"/g, '"expiration":"E"'],
	[/"ttl":(\d+)/g, (_, ttl) => `"ttl":${upToHundred(ttl)}`],
	[/(?<!\\)((?:\\\\)*)\\ufffd/g, `$1${REPLACEMENT}`],
];

/** A server of this package tells the length of the answer to a malformed request, too. */
function isOfMalformed(fields) {
	const type = fieldOf(fields, "Content-Type") ?? "";
	return (
		type.startsWith("text/plain") && fieldOf(fields, "Connection") === "close"
	);
}

/** A header field as a line. Content-Length counts as right where the body has that length. */
function shownField([name, value], body) {
	if (OF_SERVER.test(name)) return name;
	if (name !== "Content-Length") return `${name}: ${value}`;
	return `${name}: ${body === "" || Number(value) === body.length}`;
}

/** An answer as lines. */
function normalised({ status, fields, body, closed }) {
	if (closed) return "closed";
	const shown = fields
		.filter(([name]) => !IGNORED.test(name))
		.filter(([name]) => name !== "Content-Length" || !isOfMalformed(fields))
		.map((field) => shownField(field, body));
	const text = VALUES.reduce(
		(text, [from, to]) => text.replace(from, to),
		body,
	);
	return [status, ...shown.sort(), "", text].join("\n");
}

/** What has come on a connection, as answers to requests of these methods. */
function normalisedWire({ text, hasEnded }, methods) {
	const { answers, rest } = answersOf(text, methods, hasEnded);
	const shown = answers.map(normalised);
	// etcd has a body in the answer to a malformed HEAD.
	const isLast = answers.some(({ fields }) => isOfMalformed(fields));
	if (answers.length < methods.length && !isLast) {
		const [head, body] = rest.split("\r\n\r\n");
		shown.push(hasEnded ? "closed" : "silence", head.split("\r\n")[0]);
		if (body) shown.push(body);
	}
	return shown.join("\n\n");
}

module.exports = { normalised, normalisedWire };
