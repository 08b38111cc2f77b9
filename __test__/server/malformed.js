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
	[`GET /v2/keys/m|<> ${LINE}\r\n`, 404, 400],
	[`GET /v2/keys/m#b ${LINE}\r\n`, 404, 200],
	[`GET  /v2/keys/m ${LINE}\r\n`, 0, 400],
	[`GET /v2/keys/m x ${LINE}\r\n`, 0, 400],
	[`\r\nGET /v2/keys/m ${LINE}\r\n`, 0, 200],
];

module.exports = { DIFFERENT, SAME };
