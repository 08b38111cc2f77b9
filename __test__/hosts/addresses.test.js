// Names with several addresses of which not all can be reached. Each client runs in a process that has its own names.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const http2 = require("node:http2");
const { before, test } = require("node:test");
const { blackHole, closedPort, node } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { cluster } = require("../support/hosts/discovery");
const { hostOf } = require("../support/lifetime");
const { proxyOf } = require("../support/hosts/proxy");

const FOUND = { body: node("/k", "v", 5) };
const BOTH = ["127.0.0.1", "127.0.0.2"];
/** The certificate `discovery` is for this name. */
const NAME = "discovery.etcd.io";
const TIMEOUT_MS = 20_000;

let made;
before(async () => {
	made = await certificates();
});

/** What listens at the second address of a name, at whose first address connecting never ends. */
async function behindBlackHole(t, start) {
	const hole = await blackHole();
	t.after(() => hole.close());
	const server = await start({ port: hole.port, address: "127.0.0.2" });
	return Object.assign(server, { at: `${NAME}:${hole.port}` });
}

/** The last of `count` gets in a child that knows these names: its value or its error, and how long all took in ms. */
async function get(args, options = {}) {
	const { names = { [NAME]: BOTH }, env, count = 1 } = options;
	const script = async ({ subject, call }, count, ...args) => {
		const store = subject(...args);
		const start = performance.now();
		for (let i = 1; i < count; i++) await call(store, "get", "k");
		const [error, result] = (await call(store, "get", "k")).args;
		const ms = performance.now() - start;
		store.destroy();
		const { message, code, connect, syscall, address, port } = error ?? {};
		const fields = { message, code, connect, syscall, address, port };
		const isHidden = !Object.keys(error ?? {}).includes("errors");
		const errors = isHidden && error?.errors?.map((e) => [e.message, { ...e }]);
		return { value: result?.node.value, ms, fields, errors };
	};
	const ca = { NODE_EXTRA_CA_CERTS: made.ca.certFile };
	const given = [count, ...args];
	const child = await inChild(script, given, { ...ca, ...env }, { names });
	assert.equal(child.code, 0, child.stderr);
	return child.result;
}

async function succeeds(args, options) {
	const { value, ms, fields } = await get(args, options);
	assert.equal(value, "v", fields.message);
	assert.ok(ms < TIMEOUT_MS / 2, `it took ${ms} ms`);
}

for (const scheme of ["http", "https"])
	test(`a name whose first address does not answer is reached at its second: ${scheme}`, async (t) => {
		const tls = scheme === "https" ? made.discovery.tls : undefined;
		const start = (at) => hostOf(t, [FOUND], { tls, ...at });
		const host = await behindBlackHole(t, start);
		await succeeds([`${scheme}://${host.at}`, { timeout: TIMEOUT_MS }]);
		assert.equal(host.requests.length, 1);
	});

test("a name whose first address does not answer is reached at its second: HTTP/2", async (t) => {
	const host = await behindBlackHole(t, async ({ port, address }) => {
		const server = http2.createSecureServer(made.discovery.tls);
		t.after(() => server.close());
		server.on("stream", (stream) => {
			stream.respond({ ":status": 200, "content-type": "application/json" });
			stream.end(JSON.stringify(FOUND.body));
		});
		await once(server.listen(port, address), "listening");
		return server;
	});
	await succeeds([`https://${host.at}`, { timeout: TIMEOUT_MS }]);
});

for (const [proxied, scheme] of [
	["http", "http"],
	["https", "http"],
	["http", "https"],
	["https", "https"],
])
	test(`a proxy whose first address does not answer is reached at its second: ${proxied} through ${scheme}`, async (t) => {
		const tls = (isOne) => (isOne === "https" ? made.good.tls : undefined);
		const host = await hostOf(t, [FOUND], { tls: tls(proxied) });
		const proxy = await behindBlackHole(t, ({ port, address }) =>
			proxyOf(
				t,
				{},
				{
					tls: scheme === "https" ? made.discovery.tls : undefined,
					listen: [port, address],
				},
			),
		);
		const env = { [`${proxied}_proxy`]: `${scheme}://${proxy.at}` };
		await succeeds([host.url, { timeout: TIMEOUT_MS }], { env });
		assert.equal(proxy.requests.length, 1);
	});

test("a discovery service whose first address does not answer is reached at its second", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const start = (at) => hostOf(t, [cluster(host.url)], at);
	const service = await behindBlackHole(t, start);
	const token = `http://${service.at}/token`;
	await succeeds([{ token, timeout: TIMEOUT_MS }]);
});

test("a name of both families is reached where only one of them listens", async (t) => {
	const names = { [NAME]: ["::1", "127.0.0.1"] };
	for (const address of ["::1", "127.0.0.1"]) {
		const { port } = await hostOf(t, [FOUND], { address });
		await succeeds([`${NAME}:${port}`], { names });
	}
});

function refused(address, port) {
	const fields = { code: "ECONNREFUSED", errno: -111, syscall: "connect" };
	const message = `connect ECONNREFUSED ${address}:${port}`;
	return [message, { ...fields, address, port }];
}

test("where every address of a name refuses, the error has what happened at each, and the fields of the first", async () => {
	const port = await closedPort();
	const env = { HTTP_PROXY: `http://${NAME}:${port}` };
	const direct = [`${NAME}:${port}`, { timeout: TIMEOUT_MS }];
	for (const [args, options] of [[direct], [["127.0.0.1:1"], { env }]]) {
		const { fields, errors } = await get(args, options);
		const expected = BOTH.map((address) => refused(address, port));
		assert.deepEqual(errors, expected);
		const [[one, { errno, ...first }], [two]] = expected;
		assert.deepEqual(fields, { message: `${one}, ${two}`, ...first });
	}
});

test("one address that refuses is an error as it is without a name, with no others", async () => {
	const port = await closedPort();
	const names = { [NAME]: ["127.0.0.2"] };
	const { fields, errors } = await get([`${NAME}:${port}`], { names });
	const [message, { errno, ...rest }] = refused("127.0.0.2", port);
	assert.deepEqual(fields, { message, ...rest });
	assert.equal(errors, undefined);
});

for (const way of ["directly", "directly, through TLS", "through a proxy"])
	test(`where no address of a name answers, connectTimeout bounds the whole, and the error names each: ${way}`, async (t) => {
		const hole = await blackHole("0.0.0.0");
		t.after(() => hole.close());
		const at = `${NAME}:${hole.port}`;
		const env = way === "through a proxy" ? { HTTP_PROXY: at } : {};
		const url = `${way.endsWith("TLS") ? "https" : "http"}://${at}`;
		const opts = { timeout: TIMEOUT_MS, connectTimeout: 400 };
		const { fields, errors, ms } = await get([url, opts], { env });
		assert.ok(ms < TIMEOUT_MS / 2, `it took ${ms} ms`);
		const each = BOTH.map((one) => `connect ETIMEDOUT ${one}:${hole.port}`);
		const timeout = { code: "ETIMEDOUT", connect: true };
		const message = `ETIMEDOUT: ${each.join(", ")}`;
		assert.deepEqual(fields, { message, ...timeout });
		const messages = errors.map(([message]) => message);
		assert.deepEqual(messages, each);
	});

for (const way of ["directly", "through a proxy"]) {
	test(`the second address of a name has its turn within a connectTimeout that is shorter than 250 ms: ${way}`, async (t) => {
		const isDirect = way === "directly";
		const host = await hostOf(t, [FOUND]);
		const start = ({ port, address }) =>
			isDirect
				? hostOf(t, [FOUND], { port, address })
				: proxyOf(t, {}, { listen: [port, address] });
		const { at } = await behindBlackHole(t, start);
		const env = isDirect ? {} : { HTTP_PROXY: at };
		const opts = { timeout: TIMEOUT_MS, connectTimeout: 245 };
		await succeeds([isDirect ? at : host.url, opts], { env });
	});

	test(`sixteen addresses of a name are tried: ${way}`, async (t) => {
		const hole = await blackHole("0.0.0.0");
		t.after(() => hole.close());
		const at = `${NAME}:${hole.port}`;
		const addresses = Array.from({ length: 40 }, (_, i) => `127.0.0.${i + 1}`);
		const env = way === "directly" ? {} : { HTTP_PROXY: at };
		const opts = { timeout: TIMEOUT_MS, connectTimeout: 400 };
		const names = { [NAME]: addresses };
		const { errors } = await get([at, opts], { env, names });
		assert.equal(errors.length, 16);
	});
}

test("where connections to a proxy of several addresses follow each other, only the first one needs another to find its address", async (t) => {
	const headers = { connection: "close" };
	const host = await hostOf(t, [{ ...FOUND, headers }]);
	const proxy = await behindBlackHole(t, ({ port, address }) =>
		proxyOf(t, {}, { listen: [port, address] }),
	);
	const env = { HTTP_PROXY: proxy.at };
	const args = [host.url, { timeout: TIMEOUT_MS }];
	await succeeds(args, { env, count: 3 });
	assert.equal(proxy.requests.length, 3);
	assert.equal(proxy.connections, 4);
});
