// Answers of two servers, so that equal ones are the same text: without dates, ids and what raft counts.
const { fieldOf } = require("../support/server/raw");

/** Fields that differ between any two servers, or that a server of this package never sends. */
const IGNORED = [
	/^Access-Control-Allow-/,
	/^Date$/,
	/^X-Etcd-Cluster-Id$/,
	/^X-Raft-(Index|Term)$/,
];

const VALUES = [
	[/"expiration":"[^"]*"/g, '"expiration":"E"'],
	[/"ttl":(99|100)\b/g, '"ttl":100'],
	[/"ttl":(199|200)\b/g, '"ttl":200'],
];

/** A server of this package tells the length of the answer to a malformed request, too. */
function isOfMalformed(fields) {
	const type = fieldOf(fields, "Content-Type") ?? "";
	return (
		type.startsWith("text/plain") && fieldOf(fields, "Connection") === "close"
	);
}

/** An answer as lines. The field Content-Length counts as right where the body has that length. */
function normalised({ status, fields, body, closed }) {
	if (closed) return "closed";
	const length = fieldOf(fields, "Content-Length");
	const isRight =
		length === undefined || body === "" || Number(length) === body.length;
	const shown = fields
		.filter(([name]) => !IGNORED.some((ignored) => ignored.test(name)))
		.filter(([name]) => name !== "Content-Length" || !isOfMalformed(fields))
		.map(([name, value]) =>
			name === "Content-Length" ? `${name}: ${isRight}` : `${name}: ${value}`,
		);
	const text = VALUES.reduce(
		(text, [from, to]) => text.replace(from, to),
		body,
	);
	return [status, ...shown.sort(), "", text].join("\n");
}

/** Which fields an answer has of those that only their values differ in. */
function idsOf({ fields = [] }) {
	const names = fields.map(([name]) => name);
	return names
		.filter((name) => /^(X-Etcd-Cluster-Id|X-Raft-.*)$/.test(name))
		.sort();
}

module.exports = { idsOf, normalised };
