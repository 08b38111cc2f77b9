// How keys become paths. The numbers are those of the points of docs/compatibility.md.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call, node, prefix, sharedEtcd } = require("../support");
const { client, hostOf } = require("../support/lifetime");
const { keyed } = require("../support/every-call");

const FOUND = { body: node("/k", "v", 5) };
// Every character of ASCII but the slash, within a name.
const NAMES = Array.from({ length: 128 }, (_, i) => String.fromCharCode(i))
	.filter((character) => character !== "/")
	.map((character) => `a${character}b`);
const WORDS = [
	"é",
	"ключ",
	"日本語",
	"😀",
	"a\u2028b",
	"\ufeffx",
	"e\u0301",
	"ß ß",
];

async function shared(t, opts) {
	return client(t, await sharedEtcd(), opts);
}

/** What each call that takes a key asks for, as paths and parsed queries. */
async function asked(t, key, opts) {
	const { url, requests } = await hostOf(t, [FOUND]);
	const store = client(t, url, opts);
	for (const args of keyed(key)) await call(store, ...args);
	assert.equal(requests.length, keyed(key).length);
	return requests.map(({ url }) => {
		const [path, query] = url.split("?");
		return { path, query: new URLSearchParams(query) };
	});
}

async function pathsOf(t, key, opts) {
	return new Set((await asked(t, key, opts)).map(({ path }) => path));
}

for (const [key, path] of [
	["/a", "a"],
	["/a/b", "a/b"],
	["//a", "/a"],
	["a/b", "a/b"],
	["/", ""],
	["", ""],
	["a/", "a/"],
]) {
	test(`17. one leading slash is dropped from ${JSON.stringify(key)}, where it has one`, async (t) => {
		assert.deepEqual(await pathsOf(t, key), new Set([`/v2/keys/${path}`]));
	});
}

for (const [title, key, path] of [
	["a space is percent-encoded", "a b  c", "a%20b%20%20c"],
	["a % is sent as it is", "50%/100%", "50%/100%"],
	["an encoded key is sent as it is", "a%20b%2Fc%C3%A9", "a%20b%2Fc%C3%A9"],
	["a # ends the key", "a#b/c", "a"],
	["a # at its start ends the key", "#b", ""],
	["what a path may have is sent as it is", "a-._~!$&()*+,;=:@[]b", undefined],
	["\", <, >, `, {, |, }, ^ and ' are encoded", "\"<>`'", "%22%3C%3E%60%27"],
	["so are braces, bars and circumflexes", "{|}^", "%7B%7C%7D%5E"],
	["so are tabs and ends of lines", "a\tb\r\nc", "a%09b%0D%0Ac"],
	["a backslash is a slash", "a\\b", "a/b"],
	["white space at the end does not count", "a b \t\r\n\u00a0", "a%20b"],
	["white space at the start counts", " a", "%20a"],
	["a second host is no host", "http://x:1/y", "http://x:1/y"],
	["an array is its elements with commas between them", ["a", "b"], "a,b"],
	["a slash that is an array's first element is dropped", ["/", "a"], "a"],
]) {
	test(`17. ${title}`, async (t) => {
		const expected = new Set([`/v2/keys/${path ?? key}`]);
		assert.deepEqual(await pathsOf(t, key), expected);
	});
}

test("17. a ? starts a query, in every call", async (t) => {
	for (const { path, query } of await asked(t, "a b?quorum=true&x=1#y")) {
		assert.equal(path, "/v2/keys/a%20b");
		assert.equal(query.get("quorum"), "true");
		assert.equal(query.get("x"), "1");
	}
});

test("17. the query of a key is beside that of the options", async (t) => {
	const { url, requests } = await hostOf(t, [FOUND]);
	const store = client(t, url);
	const opts = { recursive: true, sorted: true };
	await call(store, "get", "a?quorum=true", opts);
	await call(store, "del", "a?quorum=true", { prevIndex: 5 });
	const [get, del] = requests.map(({ url }) => new URL(url, "http://a"));
	const expected = { quorum: "true", recursive: "true", sorted: "true" };
	assert.deepEqual(Object.fromEntries(get.searchParams), expected);
	const condition = { quorum: "true", prevIndex: "5" };
	assert.deepEqual(Object.fromEntries(del.searchParams), condition);
});

test("17. a # does not end the options", async (t) => {
	const { url, requests } = await hostOf(t, [FOUND]);
	const store = client(t, url);
	await call(store, "get", "a#b", { recursive: true });
	await call(store, "compareAndDelete", "a#b", "old");
	assert.deepEqual(
		requests.map(({ url }) => url),
		["/v2/keys/a?recursive=true", "/v2/keys/a?prevValue=old"],
	);
});

test("17. etcd takes the query of a key", async (t) => {
	const store = await shared(t);
	const folder = prefix();
	await call(store, "set", `${folder}a/b`, "v");
	const { args } = await call(store, "get", `${folder}?recursive=true`);
	assert.equal(args[1].node.nodes[0].nodes[0].value, "v");
	const { args: read } = await call(store, "get", `${folder}a/b?quorum=true`);
	assert.equal(read[1].node.value, "v");
	const existing = `${folder}a/b?prevExist=false`;
	const { args: refused } = await call(store, "set", existing, "w");
	assert.equal(refused[0].code, 105);
});

test("17. etcd decodes an encoded key", async (t) => {
	const store = await shared(t);
	const folder = prefix();
	const { args } = await call(store, "set", `/${folder}a%20b%2Fc d`, "v");
	assert.equal(args[1].node.key, `/${folder}a b/c d`);
	const { args: found } = await call(store, "get", `${folder}a b/c%20d`);
	assert.equal(found[1].node.value, "v");
});

for (const [key, path] of [
	["/a b", "a%20b"],
	["100%", "100%25"],
	["a%20b%2Fc", "a%2520b%252Fc"],
	["a?quorum=true", "a%3Fquorum=true"],
	["a#b", "a%23b"],
	["?", "%3F"],
	["#", "%23"],
	["a\\b", "a%5Cb"],
	["a[b]", "a%5Bb%5D"],
	['"<>`{|}^', "%22%3C%3E%60%7B%7C%7D%5E"],
	["a\0b\t\r\n\x7f", "a%00b%09%0D%0A%7F"],
	["%2e%2e/%2E", "%252e%252e/%252E"],
	["a/b", "a/b"],
]) {
	test(`17. strict: ${JSON.stringify(key)} is sent as ${path}`, async (t) => {
		const paths = await pathsOf(t, key, { strict: true });
		assert.deepEqual(paths, new Set([`/v2/keys/${path}`]));
	});
}

test("17. strict: each name that set stores, get finds under the same name", async (t) => {
	const store = await shared(t, { strict: true });
	const folder = `/${prefix()}`;
	await Promise.all(
		NAMES.map((name) => call(store, "set", folder + name, name)),
	);
	const { args } = await call(store, "get", folder);
	const found = args[1].node.nodes.map(({ key, value }) => [key, value]);
	const expected = NAMES.map((name) => [folder + name, name]);
	assert.deepEqual(found.sort(), expected.sort());
	for (const name of NAMES) {
		const { args: one } = await call(store, "get", folder + name);
		assert.equal(one[1]?.node.value, name);
	}
});

for (const strict of [false, true]) {
	for (const word of WORDS) {
		const key = `/${word}/k`;
		test(`18. ${JSON.stringify(word)} is UTF-8, percent-encoded, in every call (strict: ${strict})`, async (t) => {
			const path = `/v2/keys${encodeURI(key)}`;
			assert.deepEqual(await pathsOf(t, key, { strict }), new Set([path]));
		});

		test(`18. what is stored under ${JSON.stringify(word)} is found (strict: ${strict})`, async (t) => {
			const store = await shared(t, { strict });
			const folder = `/${prefix()}${word}/`;
			const name = `${folder}${word}`;
			const waited = call(store, "wait", name);
			const { args: written } = await call(store, "set", name, word);
			assert.equal(written[1].node.key, name);
			assert.equal((await waited).args[1].node.key, name);
			for (const [method, ...rest] of [
				["get"],
				["update", "b"],
				["compareAndSwap", "c", "b"],
				["compareAndDelete", "c"],
				["mkdir"],
				["push", "p"],
				["del", { recursive: true }],
				["mkdir"],
				["rmdir"],
			]) {
				const { args } = await call(store, method, name, ...rest);
				assert.equal(args[0], null, method);
				assert.ok(args[1].node.key.startsWith(name), method);
			}
			const { args: empty } = await call(store, "get", folder);
			assert.equal(empty[1].node.nodes, undefined);
		});
	}
}

test("18. a query within a key may be outside ASCII", async (t) => {
	for (const { path, query } of await asked(t, "a?q=é")) {
		assert.equal(path, "/v2/keys/a");
		assert.equal(query.get("q"), "é");
	}
});

const DOTS = [
	".",
	"..",
	"./a",
	"a/.",
	"a/..",
	"a/../b",
	"/..",
	"/../a",
	"a/./b",
];
const LOOSE_DOTS = [
	...["%2e", "%2E%2e", ".%2e", "a/%2e./b", "a%2f..%2fb", "a%2F%2e%2E"],
	...["a\\..\\b", ".\\", "..?quorum=true", "a/..#b"],
];

for (const [key, modes] of [
	...DOTS.map((key) => [key, [false, true]]),
	...LOOSE_DOTS.map((key) => [key, [false]]),
]) {
	for (const strict of modes) {
		test(`18. the key ${JSON.stringify(key)} is an error and sends nothing (strict: ${strict})`, async (t) => {
			const { url, requests } = await hostOf(t, [FOUND]);
			const store = client(t, url, { strict });
			for (const args of keyed(key)) {
				const { args: results } = await call(store, ...args);
				assert.ok(results[0] instanceof Error, args[0]);
				assert.equal(results[0].code, "ERR_ETCD_INVALID_KEY");
			}
			await call(store, "get", "later");
			assert.deepEqual(
				requests.map(({ url }) => url),
				["/v2/keys/later"],
			);
		});
	}
}

for (const name of [
	"...",
	".a",
	"a.",
	"..a",
	"a..b",
	"%252e%252e",
	"a?/../b",
]) {
	test(`18. the name ${JSON.stringify(name)} has no such segment`, async (t) => {
		const store = await shared(t);
		const key = `${prefix()}${name}`;
		const { args } = await call(store, "set", key, "v");
		assert.equal(args[0], null);
		const { args: found } = await call(store, "get", key);
		assert.equal(found[1].node.value, "v");
	});
}
