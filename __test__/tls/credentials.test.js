// Credentials go to the hosts that the caller gave and to no other, and show nowhere.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { before, test } = require("node:test");
const { inspect } = require("node:util");
const { call, closedPort, node, prefix, subject } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { client, hostOf } = require("../support/lifetime");
const { secureEtcd } = require("../support/tls/secure");

const FOUND = { body: node("/k", "v", 5) };
const AUTH = { user: "caller", pass: "s3cr3t-pass" };
const BASIC = `Basic ${Buffer.from("caller:s3cr3t-pass").toString("base64")}`;

let made;
before(async () => {
	made = await certificates();
});

const options = () => ({ ca: made.ca.pem, auth: AUTH });

function credentialsOf(host) {
	return host.requests.map(({ headers }) => headers.authorization);
}

function secureHost(t, answers) {
	return hostOf(t, answers, { tls: made.good.tls });
}

function to(location, status = 307) {
	return { status, headers: { location } };
}

const refuse = (host) => to(`${host.url}/v2/keys/k`);

test("the option auth goes to each host of the list, but not over what its URL says", async (t) => {
	const own = await hostOf(t, ["hangup"]);
	const other = await hostOf(t, [FOUND]);
	const hosts = [`http://someone:else@${own.host}`, other.url];
	const store = client(t, hosts, options());
	await call(store, "get", "k");
	const basic = `Basic ${Buffer.from("someone:else").toString("base64")}`;
	assert.deepEqual(credentialsOf(own), [basic]);
	assert.deepEqual(credentialsOf(other), [BASIC]);
});

for (const method of ["get", "set"]) {
	const args = method === "get" ? ["k"] : ["k", "v"];

	test(`a redirect of a ${method} takes credentials to a host of the list alone`, async (t) => {
		const listed = await hostOf(t, [FOUND]);
		const stranger = await hostOf(t, [FOUND]);
		const secure = await secureHost(t, [FOUND]);
		for (const [target, expected] of [
			[listed, BASIC],
			[stranger, undefined],
			[secure, undefined],
		]) {
			const first = await hostOf(t, [refuse(target)]);
			const store = client(t, [first.url, listed.url], options());
			assert.equal((await call(store, method, ...args)).args[0], null);
			assert.deepEqual(credentialsOf(target).slice(-1), [expected]);
			assert.deepEqual(credentialsOf(first), [BASIC]);
		}
	});

	test(`a redirect of a ${method} to the same name has no credentials on another port or scheme, whatever it names`, async (t) => {
		const stranger = await hostOf(t, [FOUND]);
		const location = `http://caller:s3cr3t-pass@${stranger.host}/v2/keys/k`;
		const first = await hostOf(t, [to(location)]);
		const { args: got } = await call(
			client(t, first.url, options()),
			...[method, ...args],
		);
		assert.equal(got[0], null);
		assert.deepEqual(credentialsOf(stranger), [undefined]);
	});

	test(`a redirect of a ${method} never leads from https to http, nor out of both`, async (t) => {
		const plain = await hostOf(t, [FOUND]);
		for (const location of [
			`${plain.url}/v2/keys/k`,
			`ftp://${plain.host}/k`,
			"file:///etc/hostname",
			`unix:/run/${plain.host}`,
			"unix:///run/etcd.sock",
			"javascript:0",
			"data:application/json,{}",
		]) {
			const first = await secureHost(t, [to(location)]);
			const store = client(t, first.url, options());
			const [err] = (await call(store, method, ...args)).args;
			assert.match(
				err.message,
				/redirects to where the client does not follow/,
			);
			assert.equal(plain.requests.length, 0);
		}
	});
}

test("hosts that a refresh names have no credentials, unless they are those of the caller", async (t) => {
	const stranger = await hostOf(t, [FOUND]);
	const second = await hostOf(t, [FOUND]);
	const seed = await hostOf(t, (request) =>
		request.url === "/v2/machines"
			? { body: `${stranger.url}, ${second.url}` }
			: FOUND,
	);
	const store = client(t, [seed.url, second.url], {
		...options(),
		refresh: true,
	});
	await call(store, "machines");
	for (let i = 0; i < 2; i++) await call(store, "get", "k");
	assert.deepEqual(credentialsOf(stranger), [undefined]);
	assert.deepEqual(credentialsOf(second), [BASIC]);
});

test("a discovery and the hosts that it names have no credentials, and it never leads from https to http", async (t) => {
	const named = await hostOf(t, [FOUND]);
	const body = { node: { nodes: [{ value: named.url }] } };
	const service = await secureHost(t, [{ body }]);
	const store = client(t, { token: `${service.url}/token`, ...options() });
	assert.equal((await call(store, "get", "k")).args[0], null);
	assert.deepEqual(credentialsOf(service), [undefined]);
	assert.deepEqual(credentialsOf(named), [undefined]);
	const plain = await hostOf(t, [{ body }]);
	const redirecting = await secureHost(t, [to(`${plain.url}/token`)]);
	const token = `${redirecting.url}/token`;
	const [err] = (await call(client(t, { token, ...options() }), "get", "k"))
		.args;
	assert.match(err.message, /redirects to where the client does not follow/);
	assert.equal(plain.requests.length, 0);
});

test("a machine that stats.self names has credentials where it is a host of the list alone", async (t) => {
	const listed = await hostOf(t, [FOUND]);
	const stranger = await hostOf(t, [FOUND]);
	const store = client(t, listed.url, options());
	for (const { host } of [listed, stranger])
		await call(store, "stats.self", host);
	assert.deepEqual(credentialsOf(listed), [BASIC]);
	assert.deepEqual(credentialsOf(stranger), [undefined]);
});

function secretsOf({ good }) {
	return ["s3cr3t", BASIC.slice(6), ...good.tls.key.split("\n").slice(1, 3)];
}

function assertHidden(shown, what) {
	for (const secret of secretsOf(made))
		assert.ok(!shown.includes(secret), `${what} shows ${secret}: ${shown}`);
}

const deep = (value) =>
	inspect(value, { depth: 20, showHidden: true, maxStringLength: null });

test("a store shows no credentials, before and after its end", async (t) => {
	const { pem: cert, tls } = made.good;
	const host = await hostOf(t, [FOUND]);
	const url = `http://url:s3cr3t-url@${host.host}`;
	const store = subject(url, { ...options(), cert, key: tls.key });
	await call(store, "get", "k");
	assertHidden(deep(store), "a store");
	// The whole of it is circular, as for etcdjs.
	const { stats, ...rest } = store;
	assertHidden(JSON.stringify([rest, Object.keys(stats)]), "a store in JSON");
	store.destroy();
	assertHidden(deep(store), "a destroyed store");
	// As for etcdjs, it is what was given; it is not shown.
	assert.deepEqual(store._hosts, [url]);
});

test("no error shows credentials", async (t) => {
	const { pem: cert, tls } = made.good;
	const refusing = await closedPort();
	const strange = await hostOf(t, [FOUND], { tls: made.unknownChain.tls });
	const plain = await hostOf(t, [FOUND]);
	const answering = (answer) => hostOf(t, [answer]);
	const loop = await hostOf(t, (request) => to(request.url));
	const away = await answering(to("ftp://url:s3cr3t-url@h/"));
	const rest = "url:s3cr3t-url@";
	const failing = [
		`http://${rest}127.0.0.1:${refusing}`,
		`https://${rest}${strange.host}`,
		`https://${rest}${plain.host}`,
		`http://${rest}${(await answering("hangup")).host}`,
		`http://${rest}${(await answering("reset")).host}`,
		`http://${rest}${(await answering("silence")).host}`,
		`http://${rest}${(await answering({ status: 500 })).host}`,
		`http://${rest}${(await answering({ status: 404 })).host}`,
		`http://${rest}${loop.host}`,
		`http://${rest}${away.host}`,
		`http://${rest}no-such-host.invalid:1`,
		`ftp://${rest}h`,
		`http://url:s3cr3t-url/@h`,
	];
	for (const url of failing) {
		const own = { ...options(), cert, key: tls.key, timeout: 300 };
		const store = client(t, url, own);
		for (const args of [
			["get", "k"],
			["push", "k", "v"],
			["stats.self", url],
		]) {
			const [err] = (await call(store, ...args)).args;
			assert.ok(err instanceof Error, `${args[0]} of ${url}`);
			assertHidden(deep(err), "an error");
			assertHidden(`${err.stack} ${JSON.stringify(err)}`, "an error");
		}
	}
});

test("what Node.js and the environment can make a process print shows no credentials", async (t) => {
	const member = await secureEtcd(t);
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-report-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const { pem: cert, tls } = made.good;
	const { result, stderr, code } = await inChild(
		async ({ subject, call }, url, key, options) => {
			const store = subject(url, options);
			await call(store, "set", key, "v");
			const { header, javascriptStack, ...rest } = process.report.getReport();
			store.destroy();
			// Its lists of the environment and the libraries are Node's own.
			return JSON.stringify([
				header.commandLine.slice(0, 2),
				javascriptStack,
				Object.keys(rest),
			]);
		},
		[member.url, prefix(), { ...options(), cert, key: tls.key }],
		{ NODE_DEBUG: "*", RUST_LOG: "trace", RUST_BACKTRACE: "full" },
	);
	assert.equal(code, 0);
	assertHidden(stderr, "stderr");
	assertHidden(result, "a report");
});
