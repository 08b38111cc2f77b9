// Mutated requests of a seed, each with a probe behind it on the same connection.
const { Chance } = require("../differential/prng");

const HOST = "Host: localhost\r\n";
const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

const withLength = (line, form) =>
	`${line} HTTP/1.1\r\n${HOST}${FORM}Content-Length: ${form.length}\r\n\r\n${form}`;
const chunked = (line, ...chunks) =>
	`${line} HTTP/1.1\r\n${HOST}${FORM}Transfer-Encoding: chunked\r\n\r\n${chunks
		.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
		.join("")}0\r\n\r\n`;

/** Valid requests for a key. */
const VALID = [
	(key) => withLength(`PUT /v2/keys/${key}`, "value=1"),
	(key) => withLength(`PUT /v2/keys/${key}?prevExist=false`, "value=12&ttl="),
	(key) => chunked(`PUT /v2/keys/${key}`, "value=1"),
	(key) => chunked(`PUT /v2/keys/${key}`, "va", "lue=0123456", "789"),
	(key) => withLength(`POST /v2/keys/${key}`, "value=2"),
	(key) => `GET /v2/keys/${key}?recursive=true HTTP/1.1\r\n${HOST}X: a\r\n\r\n`,
	(key) => `PUT /v2/keys/${key}?value=3 HTTP/1.1\r\n${HOST}\r\n`,
	(key) => `DELETE /v2/keys/${key} HTTP/1.1\r\n${HOST}Accept: */*\r\n\r\n`,
];

const BYTES = [
	..."\r\n\t :;,#?/%\"'<>|\\{}[]()=&+-_.@*^`~!$0123456789abcdefghxzACGPT",
	...["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\x80", "\xa0"],
	...["\xc3", "\xff"],
];

/** Lines of a header section that change how a request is read. */
const LINES = [
	"Transfer-Encoding: chunked",
	"Transfer-Encoding:chunked",
	"Transfer-Encoding : chunked",
	"Transfer-Encoding: \tchunked ",
	"Transfer-Encoding: \x0bchunked",
	"Transfer-Encoding: chunked, chunked",
	"Transfer-Encoding: identity",
	"Transfer-Encoding: chunked, identity",
	"Transfer-Encoding: x",
	"Transfer-Encoding:",
	"transfer_encoding: chunked",
	"Transfer-Encoding\t: chunked",
	"Content-Length: 0",
	"Content-Length: 7",
	"Content-Length: 70",
	"Content-Length: 07",
	"Content-Length: 7, 7",
	"Content-Length: +7",
	"Content-Length: -7",
	"Content-Length: 0x7",
	"Content-Length: 7 ",
	"Content-Length:\t7",
	"Content-Length: 7\x0b",
	"Content-Length:",
	"Content-Length: 99999999999999999999",
	"Content-Length : 7",
	"content-length: 7",
	"Host: localhost",
	"Host: a b",
	"Expect: 100-continue",
	"Expect: x",
	"Connection: close",
	"Connection: keep-alive",
	"Connection: Transfer-Encoding",
	"Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
	"Trailer: Content-Length",
	" folded",
	"\tfolded: x",
	" Transfer-Encoding: chunked",
	": x",
	"x",
	"X: \x00",
	"X: a\rb",
	"X: a\nb: c",
	"",
	"X\x80: a",
	"X: \x80\xff",
];

/** Sizes of chunks. */
const SIZES = [
	...["0", "00", "07", "7 ", " 7", "7;", "7;a=b", "7 ;a", "7\t", "+7", "-7"],
	...["0x7", "7h", "g", "", ";", "fffffffffffffffff", "7\x00", "7;a\x00", "70"],
	...["000000000000000000007", "7;\rx", "7\n"],
];

/** Makes mutated requests. */
class Mutations {
	constructor(seed) {
		this.chance = new Chance(seed);
		this.count = 0;
	}

	/** The next one, as `{request, text, key}`: the `text` also has the probe behind it. */
	next() {
		const { chance } = this;
		this.count++;
		const key = `k${this.count}q${chance.below(1e6).toString(36)}`;
		this.key = `${key}/u`;
		let text = chance.one(VALID)(`${key}/a`);
		const changes = chance.happens(0.7) ? 1 : 2;
		for (let change = 0; change < changes; change++) text = this.#mutated(text);
		const probe = withLength(`PUT /v2/keys/${key}/p`, "value=probe");
		const last = probe.replace(HOST, `${HOST}Connection: close\r\n`);
		return { request: text, text: text + last, key };
	}

	#mutated(text) {
		const kinds = { byte: 5, part: 2, line: 3, size: 1, token: 1, end: 1 };
		switch (this.chance.weighted(kinds)) {
			case "byte":
				return this.#byte(text);
			case "part":
				return this.#part(text);
			case "line":
				return this.#line(text);
			case "size":
				return text.replace(/\r\n\r\n7(?=\r\n)/, () => {
					return `\r\n\r\n${this.chance.one(SIZES)}`;
				});
			case "token":
				return this.#token(text);
			default:
				return this.#lineEnd(text);
		}
	}

	/** A place in the request, mostly in its request line or its framing. */
	#place(text) {
		const { chance } = this;
		const line = text.indexOf("\r\n");
		const end = text.indexOf("\r\n\r\n") + 4;
		const part = chance.weighted({ line: 4, head: 4, rest: 2 });
		if (part === "line") return chance.below(line + 2);
		if (part === "head") return line + chance.below(Math.max(1, end - line));
		return end + chance.below(Math.max(1, text.length - end));
	}

	#byte(text) {
		const { chance } = this;
		const at = this.#place(text);
		const removed = chance.below(2);
		const added = chance.one(["", chance.one(BYTES), chance.one(BYTES)]);
		return text.slice(0, at) + added + text.slice(at + removed);
	}

	/** A part that is cut out or there twice. */
	#part(text) {
		const { chance } = this;
		const from = this.#place(text);
		const to = from + 1 + chance.below(chance.happens(0.7) ? 6 : 60);
		const part = text.slice(from, to);
		const place = chance.happens(0.5) ? from : this.#place(text);
		if (chance.happens(0.5)) return text.slice(0, from) + text.slice(to);
		return text.slice(0, place) + part + text.slice(place);
	}

	/** A line of the header section that is added, replaced or there twice. */
	#line(text) {
		const { chance } = this;
		const [head, ...rest] = text.split("\r\n\r\n");
		const lines = head.split("\r\n");
		const at = chance.below(lines.length + 1);
		const line = chance.one([...LINES, chance.one(lines)]);
		lines.splice(at, chance.below(2), line);
		return [lines.join("\r\n"), ...rest].join("\r\n\r\n");
	}

	/** The method, the version or what is between the parts of the request line. */
	#token(text) {
		const { chance } = this;
		const versions = [
			"HTTP/1.0",
			"HTTP/1.2",
			"HTTP/2.0",
			"HTTP/0.9",
			"http/1.1",
		];
		const others = [
			"HTTP/1.10",
			"HTTP/1.1 ",
			"HTTP/01.1",
			"HTTP/1",
			"",
			"HTTP/3",
		];
		const version = chance.one([...versions, ...others]);
		const methods = [
			"get",
			"PUT\t",
			" PUT",
			"P UT",
			"",
			"CONNECT",
			"TRACE",
			"É",
		];
		const targets = [
			"*",
			`http://localhost/v2/keys/${this.key}`,
			`//x/v2/keys/${this.key}`,
			"x:1",
			"?a",
			"/",
		];
		return chance.one([
			text.replace(/HTTP\/1\.1/, version),
			text.replace(/^\w+/, chance.one(methods)),
			text.replace(/(?<= )\S+/, chance.one(targets)),
			text.replace(
				/(?<=\S)(?= HTTP)/,
				chance.one(["#", "#b", "|", "<>", "\t"]),
			),
		]);
	}

	/** Another end of a line. */
	#lineEnd(text) {
		const { chance } = this;
		const ends = [...text.matchAll(/\r\n/g)].map(({ index }) => index);
		const at = chance.one(ends);
		const other = chance.one([
			"\n",
			"\r",
			"\n\r",
			"\r\r\n",
			"\r\n\r\n",
			"",
			" \r\n",
		]);
		return text.slice(0, at) + other + text.slice(at + 2);
	}
}

module.exports = { Mutations };
