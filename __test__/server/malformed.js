// Malformed requests, each with the statuses of etcd and of a server of this package. 0: the connection ends without an answer.
const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
const LINE = "HTTP/1.1\r\nHost: localhost\r\n";

const put = (fields, body = "") =>
	`PUT /v2/keys/m ${LINE}${FORM}${fields}\r\n\r\n${body}`;
const chunked = (fields, body = "7\r\nvalue=3\r\n0\r\n\r\n") =>
	put(`Transfer-Encoding: ${fields}`, body);
const get = (field) => `GET /v2/keys/m ${LINE}${field}\r\n\r\n`;

/** Requests that get the same status from both. */
const SAME = [
	[get("Bad Header: x"), 400],
	[get("A : x"), 400],
	[get("A: \x00"), 400],
	[put("Content-Length: x"), 400],
	[put("Content-Length: -1"), 400],
	[put("Content-Length: +7", "value=1"), 400],
	[put("Content-Length: 7\r\nContent-Length: 8", "value=1"), 400],
	[put("Content-Length: 7\r\nContent-Length: 7", "value=1"), 201],
	[put("Content-Length: 7, 7", "value=1"), 400],
	[chunked("chunked\r\nContent-Length: 3"), 200],
	[chunked("chunked\r\nTransfer-Encoding: chunked"), 501],
	[chunked("gzip, chunked"), 501],
	[chunked("chunked", "zz\r\nvalue=3\r\n0\r\n\r\n"), 400],
	[chunked("chunked", "7\r\nvalue=3X\r\n0\r\n\r\n"), 400],
	[chunked("chunked", "-7\r\nvalue=3\r\n0\r\n\r\n"), 400],
	[chunked("chunked", "fffffffffffffffff\r\nvalue=3\r\n0\r\n\r\n"), 400],
	[put("Expect: x\r\nContent-Length: 7", "value=1"), 417],
	[`GET v2/keys/m ${LINE}\r\n`, 400],
	[`G@T /v2/keys/m ${LINE}\r\n`, 400],
	[`GET /v2/keys/m\x00 ${LINE}\r\n`, 400],
	[chunked("chunked\r\nTrailer: Content-Length"), 400],
	[`GET * ${LINE}\r\n`, 400],
	[`GET m ${LINE}\r\n`, 400],
	[`GET x:1 ${LINE}\r\n`, 301],
	[`CONNECT /v2/keys/m ${LINE}\r\n`, 405],
	[`CONNECT /v2/keys/../m ${LINE}\r\n`, 405],
	[`CONNECT x:1 ${LINE}\r\n`, 404],
	["GET /v2/keys/m HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
	[`GET /v2/keys/m|\\^[]{} ${LINE}\r\n`, 404],
	["GET /v2/keys/m HTTP/1.1\nHost: localhost\n\n", 200],
];

/** Requests that get another status, as `[request, etcd's, ours]`. */
const DIFFERENT = [
	[chunked("gzip"), 501, 400],
	[chunked("xchunked"), 501, 400],
	["GARBAGE\r\n\r\n", 0, 400],
	["GET /v2/keys/m HTTP/2.0\r\nHost: localhost\r\n\r\n", 0, 400],
	["GET /v2/keys/m HTTP/1.2\r\nHost: localhost\r\n\r\n", 200, 400],
	[get("A: x\r\n folded"), 200, 400],
	[get(": x"), 200, 400],
	[put("Content-Length:"), 200, 400],
	[put("Content-Length: 7\r\nContent-Length: 07", "value=1"), 400, 200],
	[chunked("chunked", "7 ;a\r\nvalue=3\r\n0\r\n\r\n"), 400, 200],
	[chunked("chunked", `${"0".repeat(20)}7\r\nvalue=3\r\n0\r\n\r\n`), 400, 200],
	[chunked("chunked", "7\nvalue=3\r\n0\r\n\r\n"), 200, 400],
	[`GET /v2/keys/m<> ${LINE}\r\n`, 404, 400],
	[`GET /v2/keys/m#b ${LINE}\r\n`, 404, 400],
	[`PUT /v2/keys/n#b?value=1 ${LINE}\r\n`, 201, 400],
	[`GET  /v2/keys/m ${LINE}\r\n`, 0, 400],
	[`GET /v2/keys/m x ${LINE}\r\n`, 0, 400],
	[`\r\nGET /v2/keys/m ${LINE}\r\n`, 0, 200],
];

/** Requests before another one on their connection, with the outcomes. */
const FOLLOWED = [
	[chunked("chunked"), "200 200 closed", "200 200 closed"],
	[chunked("chunked", "0\r\n\n"), "200 200 closed", "200 closed"],
	[chunked("chunked", "0\r\nA: b\r\n\n"), "200 200 closed", "200 closed"],
	[chunked("chunked", "0\r\nA: b\r\n\r\n"), "200 200 closed", "200 closed"],
	[chunked("chunked\r\nContent-Length: 3"), "200 200 closed", "200 closed"],
	[put("Content-Length: 7", "value=1\r\n"), "200 400 closed", "200 200 closed"],
	[`PUT /v2/keys/m#b ${LINE}\r\n`, "200 200 closed", "400 closed"],
	[
		put("Content-Length: 7", `value=1PUT /v2/keys/n#b?value=1 ${LINE}\r\n`),
		"200 200 200 closed",
		"200 400 closed",
	],
	[
		put("Content-Length: 31", "value= /v2/keys/other#b HTTP/1."),
		"200 200 closed",
		"200 200 closed",
	],
];

module.exports = { DIFFERENT, FOLLOWED, SAME };
