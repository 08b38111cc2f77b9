// How the outcome of a malformed request may differ from etcd's, and why. docs/server.md tells it. The list is closed.

/** Both Content-Length and Transfer-Encoding are present (RFC 9112 §6.1). */
const BOTH_LENGTHS = [
	/\ncontent-length:[^\n]*\n([\s\S]*\n)?transfer-encoding:/i,
	/\ntransfer-encoding:[^\n]*\n([\s\S]*\n)?content-length:/i,
];

/** A line of the chunked coding that does not end in CRLF. */
const CROOKED_CHUNK = /\ntransfer-encoding:[\s\S]*(\r\r\n|[^\r]\n|\r[^\r\n])/i;

/** What a request has that only the server refuses. The reason is hyper's parser, which takes less. */
const STRICT = [
	// Characters of a target that must be percent-encoded. hyper would cut a target at `#`.
	/^[^\r\n]*[<>`"#]/,
	// A target that is not UTF-8.
	/^[^\r\n]*[\x80-\xff]/,
	// Versions above HTTP/1.1.
	/^[^\r\n]* HTTP\/1\.[2-9]\r?\n/,
	// A folded line (RFC 9112 §5.2).
	/\n[ \t]/,
	// A field without a name.
	/\n:/,
	// A Content-Length without a number.
	/\ncontent-length:[ \t]*\r?\n/i,
	// A Content-Length that is none, which etcd does not read beside a Transfer-Encoding.
	...BOTH_LENGTHS,
	// A Transfer-Encoding in HTTP/1.0 (RFC 9112 §6.1).
	/ HTTP\/1\.0\r?\n([\s\S]*\n)?transfer-encoding:/i,
	// The end of a line of the chunked coding that is not CRLF, and a chunk without a size.
	CROOKED_CHUNK,
	/\ntransfer-encoding:[\s\S]*\r\n\r\n\r\n/i,
	// A CONNECT without the field Host, or for a word.
	/^CONNECT /,
];

/** A request whose connection only the server ends behind its answer. */
const LAST = [
	...BOTH_LENGTHS,
	// Trailers, and what hyper reads as such.
	/\r\n0+\r\n(?!\r\n)/,
	// The end of a chunk that nobody has read.
	CROOKED_CHUNK,
];

/** A request that only the server takes: the same framing, written otherwise. */
const LOOSE = [
	// An empty line before a request line (RFC 9112 §2.2: a server should ignore it).
	/^\r?\n|\r?\n\r?\n\r?\n|\n\r?\n(value=\w+)?\r?\n/,
	// A size of a chunk with leading zeros: of more than 16 digits for etcd.
	/\r\n0{10,}7\r\n/,
	// A space before the extension of a chunk (RFC 9112 §7.1.1: a recipient must take it).
	/\r\n7 ;a\r\n/,
	// Two equal Content-Lengths, one of them with a leading zero.
	/content-length: 0?7\r\n[\s\S]*content-length: 0?7\r\n/i,
];

const LOCAL =
	/\nhost:[ \t]*(localhost|(\d+\.){3}\d+|\[::1\])(:\d*)?[ \t]*\r?\n/i;

const isRefusal = ([status, ...more]) =>
	more.length === 0
		? status === "closed"
		: status >= "400" && more[0] === "closed";

/** Whether the path of a request is not UTF-8. Keys that differ only in what is not UTF-8 would be one key. */
function isNotUtf8(request) {
	const [, path] = /^\S+ ([^\s?]*)/.exec(request) ?? [];
	try {
		decodeURIComponent(path);
		return false;
	} catch {
		return true;
	}
}

const hasOne = (patterns, text) => patterns.some((one) => one.test(text));

/** The statuses of requests for keys. */
const OF_KEYS = ["200", "400", "403", "404", "412"];

/** The kinds, the harmless ones first. `theirs` and `ours`: the outcomes, without their common beginning. */
const KINDS = [
	{ name: "same", holds: (_, theirs) => theirs.length === 0 },
	{
		// etcd closes the connection without an answer, or gives another status.
		name: "refused by both",
		holds: (_, theirs, ours) => isRefusal(theirs) && isRefusal(ours),
	},
	{
		name: "taken",
		isLooser: true,
		holds: (text, theirs) => isRefusal(theirs) && hasOne(LOOSE, text),
	},
	{
		// Another mutation may have written its key at the same time.
		name: "of a key that is not its own",
		holds: (text, [theirs, ...left], [ours, ...right], key) =>
			!text.includes(`/${key}`) &&
			OF_KEYS.includes(theirs) &&
			OF_KEYS.includes(ours) &&
			left.join() === right.join(),
	},
	{
		name: "refused before its end",
		holds: (_, [theirs], ours) => theirs === "open" && isRefusal(ours),
	},
	{
		// The connection goes on, also where etcd has another reason to end it.
		name: "refused as for another machine",
		isLooser: true,
		holds: (text, _, [ours]) => ours === "421" && !LOCAL.test(text),
	},
	{
		name: "refused",
		holds: (text, _, ours) => isRefusal(ours) && hasOne(STRICT, text),
	},
	{
		name: "refused as not UTF-8",
		holds: (text, _, [ours]) => ours === "400" && isNotUtf8(text),
	},
	{
		name: "the last of its connection",
		holds: (text, _, [ours]) => ours === "closed" && hasOne(LAST, text),
	},
	{
		// Go looks for the word close anywhere in the field Connection.
		name: "not the last of its connection",
		isLooser: true,
		holds: (text, [theirs]) =>
			theirs === "closed" && /\nconnection:[^\n]*close/i.test(text),
	},
];

/** The kind of a difference; undefined if there is none. `request`: without the probe behind it. */
function kindOf({ request, key }, theirs, ours) {
	const isSame = theirs.map((part, i) => part === ours[i]);
	const begins = isSame.includes(false) ? isSame.indexOf(false) : theirs.length;
	const [left, right] = [theirs.slice(begins), ours.slice(begins)];
	return KINDS.find(({ holds }) => holds(request, left, right, key));
}

module.exports = { kindOf };
