// Names, values and header fields for random requests: usual ones and odd ones. All are bytes as latin1.
const bytes = (text) => Buffer.from(text).toString("latin1");

/** Segments of keys, as they stand in a request line. */
const NAMES = [
	...["a", "b", "c", "a", "b", "c", "%61", "a%20b", "a+b", "a%2Bb", "a:b"],
	...["_h", "_", "__", "a;b", "a=b", "a&b", "a@b", "a%25", "%3F", "%23", "'"],
	...["~", "*", "(a)", "[a]", '"', "{a}", "$", "!", "%00", "%0A", "%7F", "%5C"],
	...["%C3%BC", bytes("ü"), "%e2%80%a8", "%F0%9F%98%80", "%3C%3E", "%2e%2e%2e"],
	...["...", ".a", "00000000000000000007", "true", "x".repeat(300)],
];

/** Segments that a server cleans away, or that are no segments. */
const CROOKED = [
	"",
	".",
	"..",
	"%2E",
	"%2e%2e",
	"a%2Fb",
	"%2F",
	"%2f%2f",
	"a/",
];

/** Segments that no server reads. */
const BROKEN = ["%", "%z", "%zz", "%4", "a%%", "%u0041", "%-1"];

/** Values of a form or query. Each sequence that is not UTF-8 has another length, so that none equals another one read lossily. */
const VALUES = [
	...["", "1", "2", "3", "1", "2", "a+b", "a%20b", "+", "%2B", "%00", "%0D%0A"],
	...["%FF", "%E2%80", "%ED%A0%80", "%C3%BC", bytes("ü"), "\xff", "%c3\xbc"],
	...["%3C%26%3E", "<>", "%22", '"', "%5C", "\\", "%E2%80%A9", "%F0%9F%98%80"],
	...["a=b", "=", "%3D", "%26", "?", "%7F", "%01", "\t", "/", "#", "{}", "'"],
	...["true", "null", "%EF%BB%BF", "x".repeat(2100)],
];

const BOOLEANS = [
	...["true", "true", "true", "false", "1", "t", "T", "TRUE", "True", "0", "f"],
	...["F", "FALSE", "False", "", "tRue", "yes", "2", "%74rue", "true%20", "+"],
];

/** `@-1@` is an index relative to the latest one. */
const INDEXES = [
	...["@0@", "@0@", "@-1@", "@-2@", "@-5@", "@-1500@", "0", "00", "1", "-1"],
	...["+1", "%2B1", "%201", "", "x", "1.0", "0x1", "1e3", "1_0", "%D9%A1"],
	...["18446744073709551615", "18446744073709551616", "9".repeat(400)],
];

/** Nothing expires while a test runs: what is left of a ttl counts up to a multiple of 100. */
const TTLS = [
	...[
		"1000",
		"5000",
		"2000000000",
		"",
		"01000",
		"-1",
		"+1000",
		"1000.5",
		"1e3",
	],
	...["%201000", "0x10", "18446744073709551616", "x", "\xff", "1000%00"],
];

/** The values of each parameter. */
const PARAMETERS = {
	value: VALUES,
	prevValue: VALUES.filter((value) => !/[\xff]|%c3\xbc/.test(value)),
	prevIndex: INDEXES,
	ttl: TTLS,
	waitIndex: INDEXES,
	dir: BOOLEANS,
	prevExist: BOOLEANS,
	recursive: BOOLEANS,
	sorted: BOOLEANS,
	refresh: BOOLEANS,
	noValueOnSuccess: BOOLEANS,
	quorum: BOOLEANS,
	stream: BOOLEANS,
	wait: BOOLEANS,
	consistent: BOOLEANS,
	Value: VALUES,
	"val%75e": VALUES,
	"%FF": VALUES,
	"": VALUES,
};

/** What stands between `&` and is no parameter with a value. */
const STRAY = [
	"",
	"value",
	"dir",
	"x=%zz",
	"%zz",
	"%g\x01=1",
	"a;b=1",
	"%a\xc3",
];

const FORM = "application/x-www-form-urlencoded";
const CONTENT_TYPES = [
	...Array(30).fill(FORM),
	`${FORM}; charset=UTF-8`,
	`${FORM};charset="a;b"`,
	`${FORM} ; a=1; a=1`,
	`${FORM}; a=1; a=2`,
	`${FORM}; a=1; A=2`,
	`${FORM};`,
	`${FORM}; ;`,
	`${FORM}; a`,
	`${FORM}; a=`,
	`${FORM}; a=""`,
	`${FORM}; a="\\"b"`,
	`${FORM}; a="b`,
	`${FORM}; a="b"c`,
	`${FORM}; a=b c`,
	`${FORM}; a = b`,
	`${FORM}; a*0=b; a*1=c`,
	`${FORM}; a*=utf-8''%zz`,
	`${FORM}, text/plain`,
	FORM.toUpperCase(),
	`\t${FORM}\t `,
	`${FORM}x`,
	"application/x-www-form-urlencoded\xa0",
	"application/{x}",
	"application",
	"application /x-www-form-urlencoded",
	"text/plain; x=é".replace("é", "\xe9"),
	"multipart/form-data; boundary=x",
	"multipart/form-data",
	"application/json",
	"/",
	"*/*",
	"",
];

/** Fields that change nothing, or how a connection goes on. */
const FIELDS = [
	"Accept: */*",
	"accept-encoding: gzip, br",
	"X-Empty:",
	"X-Odd:\t a\tb \t",
	"X-Latin: \xe9\xff",
	"Cookie: a=b; c=d",
	"Authorization: Basic cm9vdDpyb290",
	"Authorization: nonsense",
	"Sec-Fetch-Site: none",
	"If-None-Match: *",
	"Range: bytes=0-1",
	"User-Agent: x",
	"Connection: keep-alive",
	"Connection: close",
	"CONNECTION: Close",
	"Connection: keep-alive, close",
	"Connection: x",
	"Connection:",
	"Upgrade: websocket",
	"Upgrade: h2c\r\nConnection: Upgrade",
	"TE: trailers",
	"Trailer: X-T",
	"X-Forwarded-For: 1.2.3.4",
	"X-HTTP-Method-Override: DELETE",
	"Keep-Alive: timeout=5",
	"Max-Forwards: 0",
	`X-Long: ${"y".repeat(5000)}`,
];

const HOSTS = [
	...Array(8).fill("Host: localhost"),
	"host:127.0.0.1",
	"HOST: \t[::1]:2379 ",
	"hOsT: LOCALHOST:80",
];

module.exports = {
	BROKEN,
	CONTENT_TYPES,
	CROOKED,
	FIELDS,
	FORM,
	HOSTS,
	NAMES,
	PARAMETERS,
	STRAY,
};
