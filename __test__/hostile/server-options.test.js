// Options of a server that cannot be used: each is an error that names it, and nothing is left behind.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { serve } = require("../../server");
const { inChild } = require("../support/child");
const { command } = require("../support/command");
const { client } = require("../support/lifetime");
const { certificates } = require("../support/tls/certificates");

const NUMBERS = [
	Number.NaN,
	Infinity,
	-1,
	1.5,
	"1",
	2 ** 53,
	1n,
	{},
	[1],
	true,
];
const TEXTS = ["", 0, 1, true, {}, ["a"], Symbol("a")];
const OBJECTS = ["me", 1, true, ["a"], () => {}];
/** Each lacks one of the two texts. The value of a variable that is not set is undefined. */
const CREDENTIALS = [
	{},
	{ pass: "s3cret" },
	{ user: "", pass: "s3cret" },
	{ user: undefined, pass: "s3cret" },
	{ user: 1, pass: "s3cret" },
	{ user: "a" },
	...[undefined, null, "", 1, {}].map((pass) => ({ user: "a", pass })),
];

/** Starts a server. One that is started in spite of its options must not keep this process. */
async function serving(store, options) {
	await (await serve(store, { port: 0, ...options })).close();
}

/** Options by their names, with values that cannot be used, and what names them in the error. */
async function table() {
	const { good, ca } = await certificates();
	const { cert, key } = good.tls;
	const pairs = [
		{},
		{ cert },
		{ key },
		{ cert: key, key: cert },
		{ cert: "", key: "" },
		{ cert: [], key: [] },
		{ cert, key: undefined },
		{ cert: undefined, key },
		{ cert, key, requestCert: true },
		{ cert: 1, key: 1 },
		{ cert, key: ca.tls.key },
		{ cert, key: key.replace(/\n.{20}/, "\n") },
		{ cert: cert.slice(0, 100), key },
		{ cert: Buffer.alloc(1000, 0xff), key },
	];
	return [
		...["port", "maxConnections", "maxWaits", "timeout", "drainTimeout"].map(
			(name) => [name, NUMBERS],
		),
		["name", TEXTS, /name must be a string that is not empty/],
		["host", TEXTS, /host must be a string that is not empty/],
		["auth", [...OBJECTS, "", ...CREDENTIALS]],
		["insecure", ["", "true", "false", 0, 1, {}, ["a"]]],
		["tls", [...OBJECTS, "", 0, ...pairs], /tls|cert|key/],
	];
}

test("a value that cannot be used is an error that names the option, and leaves no descriptor", async (t) => {
	const store = client(t, "memory:");
	const descriptors = () => fs.readdirSync("/proc/self/fd").length;
	await serving(store);
	const before = descriptors();
	for (const [name, values, named = new RegExp(name)] of await table())
		for (const value of values) {
			await assert.rejects(serving(store, { [name]: value }), (err) => {
				assert.equal(err.code, "ERR_INVALID_ARG_VALUE", `${name}: ${err}`);
				assert.match(err.message, named);
				assert.doesNotMatch(err.message, /s3cret/);
				return true;
			});
		}
	assert.ok(descriptors() <= before, `${descriptors()}, not ${before}`);
});

test("an address that cannot be listened on is an error of the system, again and again", async (t) => {
	const store = client(t, "memory:");
	const server = await serve(store, { port: 0 });
	t.after(() => server.close());
	const before = fs.readdirSync("/proc/self/fd").length;
	const port = Number(new URL(server.url).port);
	for (let at = 0; at < 50; at++) {
		await assert.rejects(serve(store, { port }), { code: "EADDRINUSE" });
		const elsewhere = { port: 0, host: "192.0.2.1", insecure: true };
		await assert.rejects(serve(store, elsewhere), { code: "EADDRNOTAVAIL" });
		await assert.rejects(serve(store, { port: 0, host: "no.invalid" }), (err) =>
			/^E(NOTFOUND|AI_AGAIN)$/.test(err.code),
		);
	}
	assert.ok(fs.readdirSync("/proc/self/fd").length <= before + 1);
});

test("a server that has not started does not keep the process", async () => {
	const { code, result } = await inChild(async () => {
		const { serve } = require("../../server");
		const { subject } = require("../support");
		const store = subject("memory:");
		const failed = await serve(store, {
			port: 0,
			host: "192.0.2.1",
			insecure: true,
		}).catch((err) => err.code);
		return [failed, await serve(store, { port: -1 }).catch((err) => err.code)];
	});
	assert.deepEqual(
		[code, result],
		[0, ["EADDRNOTAVAIL", "ERR_INVALID_ARG_VALUE"]],
	);
});

test("the command tells of files and values that cannot be used, and ends", async (t) => {
	const { good, ca } = await certificates();
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-options-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const rows = [
		[["--port", "NaN"], 2, /--port/],
		[["--port", ""], 2, /--port/],
		[["--host", ""], 2, /--host is empty/],
		[["--name", ""], 2, /--name is empty/],
		[["--host", "no.invalid"], 1, /ENOTFOUND|EAI_AGAIN/],
		[["--host", "192.0.2.1", "--insecure"], 1, /EADDRNOTAVAIL/],
		[["--cert", "/no/such", "--key", "/no/such"], 2, /cannot be read: ENOENT/],
		[["--cert", folder, "--key", folder], 2, /cannot be read: EISDIR/],
		[["--cert", good.certFile, "--key", good.certFile], 2, /key/],
		[["--cert", good.certFile, "--key", ca.keyFile], 2, /key/],
		[["--etcd", "http://u:s3cret@["], 1, /Invalid URI/],
	];
	for (const [args, code, expected] of rows) {
		const found = await command(t, "serve", ...args);
		assert.equal(found.code, code, `${args}: ${found.stderr}`);
		assert.match(found.stderr, expected);
		assert.doesNotMatch(found.stderr, /s3cret|^\s+at /m);
	}
});
