// What is to name the hosts of a cluster, a discovery service or a host's /v2/machines, and answers anything.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { client, hostOf } = require("../support/lifetime");

const GOOD = node("/k", "v", 5);
const DEEP = "[".repeat(100_000) + "]".repeat(100_000);
const MOST = 256;

const membersOf = (...values) => ({
	node: { nodes: values.map((value) => ({ key: "k", value })) },
});

/** Bodies of a discovery service in which there is no host. */
const NO_HOSTS = {
	nothing: "",
	text: "http://127.0.0.1:1",
	"text that is no UTF-8": Buffer.from([0xff, 0xfe]),
	"100,000 arrays in each other": DEEP,
	"a node that is deep": `{"node":{"nodes":${DEEP}}}`,
	"nodes that are an object": { node: { nodes: { 0: { value: "h" } } } },
	"nodes that are no nodes": {
		node: { nodes: [null, 5, "h", [], { value: {} }] },
	},
	"values that are no hosts": membersOf(
		"",
		"%",
		"ftp://h",
		"http://",
		"a=b=c://",
		"\0",
	),
	"two nodes, of which the last counts":
		'{"node":{"nodes":[{"value":"h"}]},"node":{}}',
	"4 MiB of one host": membersOf("h".repeat(4 * 1024 * 1024)),
};

for (const [what, body] of Object.entries(NO_HOSTS))
	test(`a discovery service that answers ${what} is an error of each call`, async (t) => {
		const service = await hostOf(t, [{ body }]);
		const store = client(t, { token: `${service.url}/token`, timeout: 5000 });
		for (const method of ["get", "set"]) {
			const { args } = await call(store, method, "k", {});
			assert.ok(args[0] instanceof Error, method);
			assert.equal(args.length, 1);
		}
	});

test("a discovery service that answers a loop of redirects is an error", async (t) => {
	const service = await hostOf(t, [
		{ status: 307, headers: { location: "/token" } },
	]);
	const store = client(t, { token: `${service.url}/token`, timeout: 5000 });
	const { args } = await call(store, "get", "k");
	assert.match(args[0].message, /maxRedirects/);
	assert.equal(service.requests.length, 11);
});

test("hosts that redirect to each other for ever are an error", async (t) => {
	const urls = [];
	const other = (index) => (request) => ({
		status: 307,
		headers: { location: urls[1 - index] + request.url },
	});
	const hosts = [await hostOf(t, other(0)), await hostOf(t, other(1))];
	urls.push(...hosts.map((host) => host.url));
	const store = client(t, urls, { timeout: 5000 });
	const { args } = await call(store, "push", "k", "v");
	assert.match(args[0].message, /maxRedirects/);
	assert.equal(hosts[0].requests.length + hosts[1].requests.length, 11);
});

test("of a list of 100,000 members so many are taken as a cluster may have", async (t) => {
	const host = await hostOf(t, [{ body: GOOD }]);
	const service = await hostOf(t, [
		{ body: membersOf(...Array(100_000).fill(host.url)) },
	]);
	const store = client(t, { token: `${service.url}/token`, timeout: 5000 });
	assert.deepEqual((await call(store, "get", "k")).args, [null, GOOD]);
	assert.equal(store._hosts.length, MOST);
});

test("of a list of 100,000 machines so many become hosts as a cluster may have", async (t) => {
	const host = await hostOf(t, (request) => ({
		body:
			request.url === "/v2/machines" ? `${host.url}, `.repeat(100_000) : GOOD,
	}));
	const store = client(t, host.url, { refresh: true });
	const { args } = await call(store, "machines");
	assert.equal(args[1].length, 2 ** 16);
	assert.equal(store._hosts.length, MOST);
	assert.deepEqual((await call(store, "get", "k")).args, [null, GOOD]);
});

for (const [what, body] of [
	["nothing but commas", ",".repeat(4 * 1024 * 1024)],
	["nothing but spaces", `a${" ".repeat(4 * 1024 * 1024)}b`],
	["what is no URL", "%, ftp://h, http://, \0, \ufffd"],
	["a page", "<!doctype html><title>Sign in</title>"],
	["text that is no UTF-8", Buffer.from([0xff, 0x2c, 0xfe])],
])
	test(`machines that are ${what} are one result, and harm no call`, async (t) => {
		const host = await hostOf(t, (request) => ({
			body: request.url === "/v2/machines" ? body : GOOD,
		}));
		const store = client(t, host.url, { refresh: true, timeout: 5000 });
		const { args } = await call(store, "machines");
		assert.equal(args[0], null);
		assert.ok(Array.isArray(args[1]));
		assert.deepEqual((await call(store, "get", "k")).args, [null, GOOD]);
	});
