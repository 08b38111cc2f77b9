// Discovery URLs with credentials and with an @. The numbers are those of the list of behaviours that the README's section
// "Differences from etcdjs" summarises.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node } = require("../support");
const { cluster } = require("../support/hosts/discovery");
const { client, hostOf } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };

test("40. the credentials of a token's URL go to the service alone", async (t) => {
	const named = await hostOf(t, [FOUND]);
	const service = await hostOf(t, [cluster(named.url)]);
	const token = `http://u:s3cr3t@${service.host}/token`;
	await call(client(t, { token }), "get", "k");
	const basic = `Basic ${Buffer.from("u:s3cr3t").toString("base64")}`;
	assert.equal(service.requests[0].headers.authorization, basic);
	assert.equal(named.requests[0].headers.authorization, undefined);
});

test("40. a token's URL whose password is not encoded is an error without it", async (t) => {
	const service = await hostOf(t, [cluster("http://a:1")]);
	for (const secret of ["8x/s3cr3t", "p@8/s3cr3t", "99999?s3cr3t"]) {
		const token = `http://u:${secret}@${service.host}/token`;
		const [error] = (await call(client(t, { token }), "get", "k")).args;
		assert.match(error.message, /^Invalid URI "http:\/\/127.*percent-encoded/);
		assert.doesNotMatch(error.stack, /s3cr3t|u:/);
	}
});

test("40. a token's URL may have an @ in its path and its query", async (t) => {
	const named = await hostOf(t, [FOUND]);
	const service = await hostOf(t, [cluster(named.url)]);
	for (const token of ["/tok/a@b", "/tok?a=b@c"]) {
		const store = client(t, { token: `${service.url}${token}` });
		const { args } = await call(store, "get", "k");
		assert.equal(args[1]?.node.value, "v", args[0]?.message);
		assert.equal(service.requests.at(-1).url, token);
	}
});
