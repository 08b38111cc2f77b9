// Keys that cannot be: too long, not UTF-8, with segments etcd does not store. Each is a clear error,
// no crash and no request to a path outside /v2/keys.
const assert = require("node:assert/strict");
const path = require("node:path").posix;
const { test } = require("node:test");
const { call, node, prefix, sharedEtcd } = require("../support");
const { client, hostOf } = require("../support/lifetime");
const { isMemory, isV3 } = require("../support/etcd/api");
const { keyed } = require("../support/every-call");

const FOUND = { body: node("/k", "v", 5) };
const LONG = "k".repeat(100 * 1024);
const LINE_LIMIT = 4096;
const MODES = [false, true];
const WRITES = keyed("").filter(([method]) => !/^(get|wait)$/.test(method));

async function shared(t, opts) {
	return client(t, await sharedEtcd(), opts);
}

/** The errors of the calls, by method; nothing may have been sent for them. */
async function refusals(t, calls, opts) {
	const { url, requests } = await hostOf(t, [FOUND]);
	const store = client(t, url, opts);
	const errors = [];
	for (const args of calls) {
		const { args: results } = await call(store, ...args);
		const [error] = results ?? [];
		assert.ok(error instanceof Error, `${args[0]} gives an error`);
		errors.push([args[0], error]);
	}
	await call(store, "get", "later");
	assert.deepEqual(
		requests.map((request) => request.url),
		["/v2/keys/later"],
	);
	return errors;
}

async function assertRefused(t, calls, opts, expected) {
	for (const [method, error] of await refusals(t, calls, opts))
		for (const [name, value] of Object.entries(expected))
			assert.equal(error[name], value, `${method}: ${name}`);
}

for (const strict of MODES) {
	test(`a key of 100 KB is too large in every call (strict: ${strict})`, async (t) => {
		const code = "ERR_ETCD_TOO_LARGE";
		await assertRefused(t, keyed(LONG), { strict }, { code });
		await assertRefused(t, keyed(`${LONG}é`), { strict }, { code });
	});
}

test("a key of 100 KB with a query, or encoded, is too large", async (t) => {
	const keys = [`a?x=${LONG}`, " x".repeat(1100), "é".repeat(700)];
	const code = "ERR_ETCD_TOO_LARGE";
	for (const key of keys) await assertRefused(t, keyed(key), {}, { code });
});

test("what is after a # does not count", async (t) => {
	const { url, requests } = await hostOf(t, [FOUND]);
	const { args } = await call(client(t, url), "get", `a#${LONG}`);
	assert.equal(args[0], null);
	assert.equal(requests[0].url, "/v2/keys/a");
});

/** A key that makes the request line of the call `length` bytes long, without its end of line. */
function keyFor(verb, length, folder) {
	const line = `${verb} /v2/keys/${folder} HTTP/1.1`;
	return folder + "k".repeat(length - line.length);
}

for (const [method, verb, ...args] of [
	["set", "PUT", "v"],
	["get", "GET"],
	["push", "POST", "v"],
	["del", "DELETE"],
]) {
	test(`a request line of ${method} below 4,096 bytes is taken by etcd on its first connection`, async (t) => {
		const store = await shared(t);
		const key = keyFor(verb, LINE_LIMIT - 3, prefix());
		const { args: results } = await call(store, method, key, ...args);
		if (method === "get") return assert.deepEqual(results, [null, undefined]);
		if (method === "del") return assert.equal(results[0].code, 100);
		assert.equal(results[1].node.value, "v");
	});

	test(`a request line of ${method} of 4,096 bytes is too large`, async (t) => {
		const key = keyFor(verb, LINE_LIMIT - "\r\n".length, prefix());
		const code = "ERR_ETCD_TOO_LARGE";
		await assertRefused(t, [[method, key, ...args]], {}, { code });
	});
}

test("what the options add to the request line counts", async (t) => {
	const code = "ERR_ETCD_TOO_LARGE";
	const value = "v".repeat(LINE_LIMIT);
	const calls = [
		["compareAndDelete", "k", value],
		["del", "k", { prevValue: value }],
		["get", keyFor("GET", LINE_LIMIT - 12, ""), { recursive: true }],
		["wait", keyFor("GET", LINE_LIMIT - 9, "")],
	];
	await assertRefused(t, calls, {}, { code });
});

for (const key of ["a\0b", "\0a", "a/\0/b"]) {
	test(`${JSON.stringify(key)} is refused as etcdjs refuses it`, async (t) => {
		await assertRefused(
			...[t, keyed(key)],
			...[{}, { code: "ERR_UNESCAPED_CHARACTERS", name: "TypeError" }],
		);
		for (const [, error] of await refusals(t, keyed(key)))
			assert.match(
				error.message,
				/^Request path contains unescaped characters/,
			);
	});
}

test("a \\0 at the end of a key is refused, and does not fall off it", async (t) => {
	await assertRefused(
		...[t, keyed("a\0")],
		...[{}, { code: "ERR_UNESCAPED_CHARACTERS", name: "TypeError" }],
	);
});

for (const key of ["\ud800", "a\udc00b", "\udc00\ud800", "a/\ud83d/b"]) {
	for (const strict of MODES) {
		test(`the lone surrogate in ${JSON.stringify(key)} is refused (strict: ${strict})`, async (t) => {
			const code = "ERR_INVALID_ARG_VALUE";
			await assertRefused(t, keyed(key), { strict }, { code });
		});
	}
}

test("a read of a key with // follows the server and finds the key", async (t) => {
	const store = await shared(t);
	const folder = prefix();
	await call(store, "set", `${folder}a/b`, "v");
	for (const key of [`//${folder}a/b`, `${folder}/a/b`, `/${folder}a////b`]) {
		const { args } = await call(store, "get", key);
		assert.equal(args[1]?.node.value, "v", key);
	}
	const { args } = await call(store, "get", `/${folder}/`, { recursive: true });
	assert.equal(args[1].node.nodes[0].nodes[0].value, "v");
	const { args: none } = await call(store, "get", `${folder}/none`);
	assert.deepEqual(none, [null, undefined]);
});

// Over the v3 API, and for a store in memory, the client refuses the key, as it does where it is strict.
const REDIRECTED =
	isV3() || isMemory()
		? [/empty segment/, "ERR_ETCD_INVALID_KEY"]
		: [/^bad status: 301$/, undefined];

for (const [method, , ...args] of WRITES) {
	test(`a ${method} of a key with // is an error (on the v2 API bad status: 301) and writes nothing`, async (t) => {
		const store = await shared(t);
		const folder = prefix();
		const key = `${folder}/a`;
		const { args: results } = await call(store, method, key, ...args);
		assert.equal(results.length, 1);
		assert.match(results[0].message, REDIRECTED[0]);
		assert.equal(results[0].code, REDIRECTED[1]);
		const { args: found } = await call(store, "get", folder);
		assert.deepEqual(found, [null, undefined]);
	});
}

for (const key of ["a//b", "//a", "///a", "a//", "/a//b/"]) {
	test(`strict: the empty segment of ${key} is refused`, async (t) => {
		const code = "ERR_ETCD_INVALID_KEY";
		await assertRefused(t, keyed(key), { strict: true }, { code });
	});
}

test("strict: one slash at either end is no empty segment", async (t) => {
	const store = await shared(t, { strict: true });
	const key = prefix().slice(0, -1);
	await call(store, "set", `/${key}/`, "v");
	for (const same of [key, `/${key}`, `${key}/`]) {
		const { args } = await call(store, "get", same);
		assert.equal(args[1].node.value, "v");
	}
});

for (const key of ["", "/"]) {
	test(`strict: ${JSON.stringify(key)} is the root`, async (t) => {
		const store = await shared(t, { strict: true });
		const { args } = await call(store, "get", key);
		assert.equal(args[1].node.dir, true);
	});
}

const UP = [
	"..",
	"%2e%2e",
	".%2E",
	"..\\",
	"..;",
	".\t.",
	".\n.",
	"..\0",
	".\ud800.",
];
const DOWN = ["machines", "stats/self", "members", "version"];
const ESCAPES = [
	...UP.flatMap((up) => [`${up}/machines`, `a/${up}/${up}/members`]),
	...UP.flatMap((up) => [`/${up}/${up}/version`, `a\\${up}\\${up}\\machines`]),
	...UP.map((up) => `a%2f${up}%2f${up}%2fmachines`),
	...DOWN.flatMap((name) => [`/../${name}`, `//../${name}`, `\\..\\${name}`]),
	...["http://other/v2/machines", "//other/v2/machines", "\\\\other\\machines"],
	...["@other/", ":1/", "?/../machines", "#/../machines", "../machines?wait=1"],
	...["x HTTP/1.1\r\nHost: y\r\n\r\nGET /v2/machines", "\r\n/v2/machines"],
];

// What a server makes of a path.
function resolved(url) {
	const [pathname] = url.split("?");
	return path.normalize(decodeURIComponent(pathname));
}

for (const strict of MODES) {
	test(`no key leads to a path outside /v2/keys (strict: ${strict})`, async (t) => {
		const { url, requests } = await hostOf(t, [FOUND]);
		const store = client(t, url, { strict });
		for (const key of ESCAPES)
			for (const args of keyed(key)) {
				const before = requests.length;
				const { args: results } = await call(store, ...args);
				const sent = requests.length - before;
				assert.equal(sent, results[0] ? 0 : 1, `${args[0]} ${key}`);
			}
		const isOutside = ({ url }) =>
			url.includes("\\") || !resolved(url).startsWith("/v2/keys/");
		assert.deepEqual(requests.filter(isOutside), []);
		assert.ok(requests.length > 0);
	});
}
