// Odd answers of a host, as `{status, headers, body}`, by their names.

const JSON_TYPE = { "content-type": "application/json" };
const NODE =
	'{"action":"get","node":{"key":"/k","value":"5","modifiedIndex":7}}';
const MISS =
	'{"errorCode":100,"message":"Key not found","cause":"/k","index":7}';

const GOOD_BODIES = [
	"",
	" ",
	"text",
	"null",
	"{}",
	"[]",
	"5",
	"0",
	"true",
	"false",
	'"string"',
	'""',
	NODE,
	` ${NODE}\n`,
	`\ufeff${NODE}`,
	NODE.slice(0, -5),
	'{"node":null}',
	'{"node":{}}',
	'{"node":5}',
	'{"node":"text"}',
	'{"node":[]}',
	'{"node":{"value":"no json","modifiedIndex":7}}',
	'{"node":{"value":"","modifiedIndex":7}}',
	'{"node":{"value":null,"modifiedIndex":7}}',
	'{"node":{"value":5,"modifiedIndex":7}}',
	'{"node":{"value":"5"}}',
	'{"node":{"value":"5","modifiedIndex":"7"}}',
	'{"node":{"nodes":null,"modifiedIndex":7}}',
	'{"node":{"nodes":"text","modifiedIndex":7}}',
	'{"node":{"nodes":[null],"modifiedIndex":7}}',
	'{"node":{"nodes":[{"value":"5"},{"value":"x"}],"modifiedIndex":7}}',
	'{"action":"get","node":{"value":"5","modifiedIndex":7},"prevNode":{"value":"x"}}',
	'{"node":{"__proto__":{"value":"5"},"modifiedIndex":7}}',
	'{"message":"not an error","errorCode":100}',
	"http://a:1, http://b:2",
	"\n http://a:1 ,http://b:2\n",
	",",
];
const BAD_BODIES = [
	"",
	"404 page not found\n",
	"null",
	"{}",
	"[]",
	"5",
	'"string"',
	MISS,
	` ${MISS}\n`,
	MISS.slice(0, -5),
	'{"message":"no code"}',
	'{"message":"","errorCode":100}',
	'{"message":5,"errorCode":100}',
	'{"message":null,"errorCode":100}',
	'{"errorCode":100}',
	'{"message":"m","errorCode":"100"}',
	'{"message":"m","errorCode":"text"}',
	'{"message":"m","errorCode":null}',
	'{"message":"m","errorCode":100.5}',
	'{"message":"m","errorCode":105,"cause":5,"index":"7"}',
	'{"message":"m","errorCode":105,"cause":null,"index":null}',
	'{"message":"m","errorCode":401,"index":0}',
	'{"message":"m","errorCode":105,"more":true}',
	'["message"]',
	'{"node":{"value":"5"}}',
];
const GOOD_STATUSES = [201, 202, 203, 204, 205, 206, 299];
const BAD = [
	300, 304, 305, 399, 400, 401, 403, 404, 405, 409, 410, 412, 413, 429,
];
const FAILED = [500, 501, 502, 503, 504, 599];
const REDIRECTS = [301, 302, 303, 307, 308];
const LOCATIONS = [
	"/other",
	"{url}/other",
	"//{host}/other",
	"{url}/again",
	"",
];

function answer(status, body, headers = JSON_TYPE) {
	const shown = body.length > 60 ? `${body.slice(0, 60)}…` : body;
	return { name: `${status} ${JSON.stringify(shown)}`, status, body, headers };
}

function redirect(status, location) {
	const headers = location === undefined ? {} : { location };
	const name = `${status} to ${location}`;
	return { name, status, body: "moved", headers, location };
}

function broken(fault) {
	return { name: fault, fault };
}

// All bodies with the usual statuses, and some with the others.
function allAnswers() {
	const plain = { "content-type": "text/plain" };
	const some = [...BAD_BODIES.slice(0, 4), MISS, BAD_BODIES[10]];
	const full = [400, 404, 412, 500];
	return [
		...GOOD_BODIES.map((body) => answer(200, body)),
		...GOOD_STATUSES.map((status) => answer(status, "")),
		...GOOD_STATUSES.map((status) => answer(status, NODE)),
		...[NODE, "text", ""].map((body) => answer(200, body, plain)),
		...[NODE, "text"].map((body) => answer(200, body, {})),
		...full.flatMap((status) => BAD_BODIES.map((body) => answer(status, body))),
		...[...BAD, ...FAILED]
			.filter((status) => !full.includes(status))
			.flatMap((status) => some.map((body) => answer(status, body))),
		answer(404, MISS, plain),
		answer(404, "404 page not found\n", plain),
		...REDIRECTS.flatMap((status) =>
			[undefined, ...LOCATIONS].map((to) => redirect(status, to)),
		),
		...["hangup", "reset", "cut"].map(broken),
	];
}

module.exports = {
	GOOD: answer(200, NODE),
	allAnswers,
	answer,
	broken,
	redirect,
};
