// Raw requests by hand, and texts of random ones.
const { Generator } = require("./random-requests");

const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
const HOST = "Host: localhost\r\n";

/** A request with this form, or none. */
function request(method, target, form, fields = FORM) {
	const line = `${method} ${target} HTTP/1.1\r\n${HOST}`;
	if (form === undefined) return `${line}\r\n`;
	return `${line}${fields}Content-Length: ${form.length}\r\n\r\n${form}`;
}

const get = (path) => request("GET", path);
const put = (key, form, fields) =>
	request("PUT", `/v2/keys${key}`, form, fields);
const del = (key) => request("DELETE", `/v2/keys${key}`);
const post = (key, form) => request("POST", `/v2/keys${key}`, form);

const ROUTES = [
	"/",
	"/v2",
	"/v2/",
	"/v2/keysx",
	"/v2/machinesx",
	"/v2/machines/",
	"/v2/members/x",
	"/v2/stats",
	"/v2/stats/self/",
	"/v2/stats/x",
	"/version",
	"/version/",
	"/health",
	"/nothing",
];

/** Requests that do not write, or only refuse. */
const REFUSED = [
	...ROUTES.map(get),
	...["/version", "/health", "/v2/machines", "/v2/stats/self"].map((path) =>
		request("POST", path, ""),
	),
	...["/version", "/health", "/v2/stats/leader", "/v2/keys/none"].map((path) =>
		request("HEAD", path),
	),
	...["PATCH", "FOO", "get", "TRACE"].map((method) =>
		request(method, "/v2/keys/a"),
	),
	request("OPTIONS", "/v2/keys/a"),
	request("OPTIONS", "*"),
	request("CONNECT", "x:1"),
	...[
		"/v2//keys/a",
		"/v2/keys//a/",
		"/v2/keys/a/./b?x=1&y=%20'",
		"/v2/keys/%2e%2e/x",
		"/v2/keys/a%2F%2Fb",
		"/v2/../v2/keys/a%20b%3F%25",
		"/v2/keys/..",
		"/v2/keys/../../..",
	].flatMap((path) => [get(path), request("PUT", path, "value=1")]),
	get("/v2/keys/%zz"),
	get("/v2/keys/%"),
	get("/v2/keys/a%2"),
	get("/v2/keys/a?x=%zz"),
	get("/v2/keys/a?x=1;y"),
	get("/v2/keys/a?%zz=1&wait=x;"),
	get("/v2/keys/none?quorum=true"),
	get("/v2/keys/none?wait=true&quorum=true"),
	...["recursive", "sorted", "wait", "dir", "quorum", "stream"].flatMap(
		(name) =>
			["", "maybe", "2", `F&${name}=TRUE`].map((value) =>
				get(`/v2/keys/none?${name}=${value}`),
			),
	),
	...["", "x", "-1", "+1", "18446744073709551616", " 1"].flatMap((value) => [
		get(`/v2/keys/none?waitIndex=${encodeURIComponent(value)}`),
		del(`/none?prevIndex=${encodeURIComponent(value)}`),
	]),
	request("HEAD", "/v2/keys/none?wait=true"),
	put("/a", "wait=true"),
	put("/a", "prevValue="),
	put("/a", "ttl=x"),
	put("/a", "ttl=-1"),
	put("/a", "prevExist=x"),
	put("/a", "refresh=true"),
	put("/a", "refresh=true&value=1&ttl=1"),
	put("/a", "noValueOnSuccess=x"),
	put("/a", "value=%zz"),
	put("/a", "value=1;ttl=1"),
	put("/a", "value=1", "Content-Type: foo/\r\n"),
	put("/a", "value=1", "Content-Type: ;\r\n"),
	put("", "value=1"),
	put("/", "value=1"),
	del(""),
	del("/?recursive=true&dir=true"),
	"GET /v2/keys/none HTTP/1.1\r\n\r\n",
	"GET /v2/keys/none HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
	"GET /v2/keys/none HTTP/1.0\r\n\r\n",
	`GET http://localhost/v2/keys/none HTTP/1.1\r\n${HOST}\r\n`,
	`GET /v2/keys/none HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
];

/** Requests that write, in their order. */
const WRITES = [
	put("/a", "value=1"),
	get("/v2/keys/a"),
	request("HEAD", "/v2/keys/a"),
	put("/a", "value=2&value=3&prevValue=1"),
	put("/a?value=4&ttl=", "value=5"),
	put("/a", "value=6", "Content-Type: text/plain\r\n"),
	put("/a", "value=6", ""),
	put(
		"/a",
		"value=7",
		"Content-Type: Application/X-WWW-Form-URLencoded ; charset=utf-8\r\n",
	),
	put("/a", "value=8", `${FORM}Expect: 100-continue\r\n`),
	`PUT /v2/keys/a HTTP/1.1\r\n${HOST}${FORM}Transfer-Encoding: chunked\r\n\r\n3\r\nval\r\n4;x=y\r\nue=9\r\n0\r\n\r\n`,
	put("/a", "noValueOnSuccess=true&value=10"),
	put("/a/b", "value=1"),
	post("/a", "value=1"),
	post("/q", "value=a+b%20c"),
	post("/q", "dir=true"),
	post("/q", "value=1&noValueOnSuccess=true&prevExist=true&prevValue=x"),
	get("/v2/keys/q?recursive=true&sorted=true"),
	put("/d", "dir=true"),
	put("/d", "dir=true"),
	put("/d", "value=1"),
	put("/d", "prevExist=true&dir=true"),
	del("/d"),
	del("/d?dir=true"),
	del("/d?dir=true&prevExist=false"),
	del("/q?dir=true"),
	del("/q?recursive=true"),
	del("/a?prevValue=wrong&prevIndex=1"),
	del("/a?prevValue=10"),
	put("/e", "value=%3C%26%3E%E2%80%A8%C3%BC%00%22"),
	get("/v2/keys/e"),
	put("/%C3%BC%20x%25", "value=1"),
	get("/v2/keys/%C3%BC%20x%25/"),
	put("/_hidden", "value=1"),
	get("/v2/keys/_hidden"),
	put("/ttl", "value=1&ttl=100"),
	put("/ttl", "ttl=200&refresh=true&prevExist=true"),
	get("/v2/keys/ttl"),
	put("/ttl", "ttl=&value=2&prevExist=1"),
	put("/large", `value=${"x".repeat(1900)}`),
	put("/large", `value=${"x".repeat(3000)}`),
	get("/v2/keys/large"),
	get("/v2/keys/?recursive=true&sorted=true"),
	get("/v2/keys/a?wait=true&waitIndex=1&recursive=x"),
];

/** Random requests of a seed. */
function random(count, seed) {
	const generator = new Generator(seed);
	return Array.from({ length: count }, () => generator.request().text);
}

module.exports = {
	FORM,
	REFUSED,
	WRITES,
	del,
	get,
	post,
	put,
	random,
	request,
};
