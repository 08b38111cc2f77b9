// Redirects. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node, prefix, sharedEtcd } = require("../support");
const { client, hostOf, hostsOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };
const WRITES = [
	["set", "k", "v w"],
	["update", "k", "v w"],
	["compareAndSwap", "k", "v w", "u"],
	["push", "k", "v w"],
	["mkdir", "k"],
	["del", "k", { recursive: true }],
	["compareAndDelete", "k", "u"],
	["rmdir", "k"],
];
const LOCATION = (host, path = "/v2/keys/k") => `${host.url}${path}`;

function to(status, location) {
	return { status, headers: { location } };
}

for (const [method, ...args] of WRITES) {
	test(`31. a 307 keeps method and body of ${method}`, async (t) => {
		const target = await hostOf(t, [FOUND]);
		const host = await hostOf(t, (request) =>
			to(307, LOCATION(target, request.url)),
		);
		const { args: results } = await call(client(t, host.url), method, ...args);
		assert.deepEqual(results, [null, FOUND.body]);
		assert.equal(host.requests.length, 1);
		const [before] = host.requests;
		const [after] = target.requests;
		for (const part of ["method", "url", "body"])
			assert.equal(after[part], before[part]);
		for (const header of ["content-type", "content-length"])
			assert.equal(after.headers[header], before.headers[header]);
	});
}

test("31. a 307 with a relative Location stays on the host", async (t) => {
	for (const location of ["/v2/keys/there", "there"]) {
		const host = await hostOf(t, [to(307, location), FOUND]);
		const { args } = await call(client(t, host.url), "set", "k", "v");
		assert.deepEqual(args, [null, FOUND.body]);
		const [, second] = host.requests;
		assert.equal(second.method, "PUT");
		assert.equal(second.url, "/v2/keys/there");
		assert.equal(second.body, "value=v");
	}
});

test("31. a 307 keeps the conditions of a delete that its Location does not have", async (t) => {
	const target = await hostOf(t, [FOUND]);
	const host = await hostOf(t, [
		to(307, LOCATION(target)),
		to(307, LOCATION(target, "/v2/keys/k?x=1&prevValue=other")),
	]);
	const store = client(t, host.url);
	await call(store, "compareAndDelete", "k", "a b", { recursive: true });
	await call(store, "compareAndDelete", "k", "a b", { prevIndex: 5 });
	assert.deepEqual(
		target.requests.map(({ method, url }) => `${method} ${url}`),
		[
			"DELETE /v2/keys/k?prevValue=a+b&recursive=true",
			"DELETE /v2/keys/k?x=1&prevValue=a+b&prevIndex=5",
		],
	);
});

for (const [title, headers] of [
	["without a Location", {}],
	["with an empty Location", { location: "" }],
])
	test(`31. a 307 ${title} is bad status: 307`, async (t) => {
		for (const args of [
			["get", "k"],
			["set", "k", "v"],
		]) {
			const host = await hostOf(t, [{ status: 307, headers }]);
			const [error] = (await call(client(t, host.url), ...args)).args;
			assert.equal(error.message, "bad status: 307");
			assert.equal(host.requests.length, 1);
		}
	});

for (const [method, ...args] of [
	["get", "k"],
	["set", "k", "v"],
	["push", "k", "v"],
]) {
	test(`31. redirects of ${method} that do not end are an error after 10`, async (t) => {
		const host = await hostOf(t, (request) => to(307, request.url));
		const { args: results } = await call(client(t, host.url), method, ...args);
		assert.ok(results[0] instanceof Error);
		// Each attempt ends after 10; only a push may not be attempted again.
		const most = method === "push" ? 11 : 22;
		assert.ok(host.requests.length <= most, `${host.requests.length} requests`);
		assert.equal(host.requests.length % 11, 0);
	});

	test(`31. 10 redirects of ${method} are followed`, async (t) => {
		const host = await hostOf(t, (request, _response, index) =>
			index < 10 ? to(307, request.url) : FOUND,
		);
		const { args: results } = await call(client(t, host.url), method, ...args);
		assert.deepEqual(results, [null, FOUND.body]);
	});
}

for (const [method, ...args] of [
	["get", "k"],
	["set", "k", "v"],
	["push", "k", "v"],
]) {
	test(`31. a redirect of ${method} takes no credentials to a host that is not of the list`, async (t) => {
		const stranger = await hostOf(t, [FOUND]);
		const host = await hostOf(t, [to(307, LOCATION(stranger))]);
		const store = client(t, `http://u:p@${host.host}`);
		const { args: results } = await call(store, method, ...args);
		assert.deepEqual(results, [null, FOUND.body]);
		assert.ok(host.requests[0].headers.authorization);
		assert.equal(stranger.requests[0].headers.authorization, undefined);
	});

	test(`31. a redirect of ${method} takes the credentials of a host of the list there`, async (t) => {
		const [one, two] = await hostsOf(
			t,
			(request) => to(307, `http://${two.host}${request.url}`),
			[FOUND],
		);
		const store = client(t, [
			`http://u:p@${one.host}`,
			`http://u:p@${two.host}`,
		]);
		const { args: results } = await call(store, method, ...args);
		assert.deepEqual(results, [null, FOUND.body]);
		const basic = `Basic ${Buffer.from("u:p").toString("base64")}`;
		assert.equal(two.requests[0].headers.authorization, basic);
	});
}

test("31. credentials in a Location are not sent to a host that is not of the list", async (t) => {
	const stranger = await hostOf(t, [FOUND]);
	const host = await hostOf(t, [
		to(307, `http://u:p@${stranger.host}/v2/keys/k`),
	]);
	await call(client(t, `http://u:p@${host.host}`), "set", "k", "v");
	for (const { headers } of stranger.requests)
		assert.equal(headers.authorization, undefined);
});

for (const status of [301, 302, 303, 307, 308]) {
	test(`31. a get follows ${status}, to another host and on its own`, async (t) => {
		const target = await hostOf(t, [FOUND]);
		const there = LOCATION(target, "/v2/keys/other?recursive=true");
		const host = await hostOf(t, [
			to(status, there),
			to(status, "/v2/keys/own"),
			FOUND,
		]);
		const store = client(t, host.url);
		for (let i = 0; i < 2; i++)
			assert.deepEqual((await call(store, "get", "k")).args, [
				null,
				FOUND.body,
			]);
		assert.equal(target.requests[0].method, "GET");
		assert.equal(target.requests[0].url, "/v2/keys/other?recursive=true");
		assert.equal(host.requests[2].url, "/v2/keys/own");
	});
}

for (const status of [301, 302, 308]) {
	test(`31. a write answered ${status} is 'bad status'`, async (t) => {
		const target = await hostOf(t, [FOUND]);
		const host = await hostOf(t, [to(status, LOCATION(target))]);
		for (const [method, ...args] of WRITES) {
			const { args: results } = await call(
				client(t, host.url),
				method,
				...args,
			);
			assert.equal(results[0].message, `bad status: ${status}`);
		}
		assert.equal(target.requests.length, 0);
	});
}

test("31. a redirect without a Location is 'bad status'", async (t) => {
	const host = await hostOf(t, [{ status: 307 }]);
	for (const args of [
		["get", "k"],
		["set", "k", "v"],
	]) {
		const { args: results } = await call(client(t, host.url), ...args);
		assert.equal(results[0].message, "bad status: 307");
	}
});

test("31. etcd cleans a path by a redirect: a get follows it and a set does not", async (t) => {
	const store = client(t, await sharedEtcd());
	const dir = `${prefix()}dir`;
	await call(store, "set", `${dir}/key`, "v");
	const get = await call(store, "get", `${dir}//key`);
	assert.equal(get.args[1].node.value, "v");
	const set = await call(store, "set", `${dir}//key`, "w");
	assert.equal(set.args[0].message, "bad status: 301");
});

test("31. a wait follows a redirect and keeps its query", async (t) => {
	const target = await hostOf(t, [FOUND]);
	const host = await hostOf(t, (request) =>
		to(307, LOCATION(target, request.url)),
	);
	const { args } = await call(client(t, host.url), "wait", "k", {
		waitIndex: 3,
	});
	assert.deepEqual(args.slice(0, 2), [null, FOUND.body]);
	assert.match(target.requests[0].url, /wait=true/);
	assert.match(target.requests[0].url, /waitIndex=3/);
});
