// The layers of src/: each imports only the layers that it may know, and none imports another in a circle.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");

const SRC = path.join(__dirname, "..", "..", "src");

/** For each layer, what it may import of others: a layer, or a module of one. */
const MAY_IMPORT = {
	api: [],
	net: ["api::error", "task"],
	cluster: ["api", "backoff", "net", "task"],
	waits: ["api", "backoff", "task"],
	v2: ["api", "cluster", "net", "task", "waits"],
	v3: ["api", "backoff", "cluster", "net", "single_flight", "task", "waits"],
	memory: ["api"],
	client: [
		"api",
		"cluster",
		"memory",
		"net::failure::silence",
		"net::Settings",
		"net::Transport",
		"net::unless_silent",
		"single_flight",
		"task",
		"v2",
		"v3",
		"waits",
	],
	server: ["api", "client", "memory", "task"],
	binding: [
		"api",
		"client",
		"cluster",
		"net",
		"server",
		"task",
		"waits::Chain",
	],
};

/** Modules of the tests, which may build what they test from any layer. */
const OF_TESTS = /(^|\/)(tests|properties|fixtures)(\/|\.rs$)/;

function rustFiles() {
	const names = fs.readdirSync(SRC, { recursive: true });
	const files = names.map((name) => name.split(path.sep).join("/"));
	return files.filter((name) => name.endsWith(".rs") && !OF_TESTS.test(name));
}

/** What stands in front of the tests of a file, without its comments. */
function sourceOf(file) {
	const text = fs.readFileSync(path.join(SRC, file), "utf8");
	const [source] = text.split(/^#\[cfg\(test\)\]\nmod \w+ \{/m);
	return source.replace(/\/\/.*$/gm, "");
}

/** The paths below `crate::` that a source names, braces opened: `crate::a::{b, c::d}` is `a::b` and `a::c::d`. */
function importsOf(source) {
	const uses = source.matchAll(/\bcrate::((?:\w+::)*)(\w+|\{[^;]*?\}(?=;))/g);
	return [...uses].flatMap(([, prefix, last]) => {
		if (!last.startsWith("{")) return [prefix + last];
		const members = last.slice(1, -1).split(",");
		return members.map((member) => prefix + member.trim().split(/[ {]/)[0]);
	});
}

function isAllowed(layer, imported) {
	const allowed = [layer, ...MAY_IMPORT[layer]];
	return allowed.some(
		(of) => imported === of || imported.startsWith(`${of}::`),
	);
}

/** `file: import` for each import of a file that its layer may not know. */
function faultsOf(file, source) {
	const [layer] = file.split(/[/.]/);
	if (!(layer in MAY_IMPORT)) return [];
	const wrong = importsOf(source).filter((it) => !isAllowed(layer, it));
	return wrong.map((imported) => `${file}: crate::${imported}`);
}

test("each layer of src/ imports only the layers that it may know", () => {
	const faults = rustFiles().flatMap((file) => faultsOf(file, sourceOf(file)));
	assert.deepEqual(faults, []);
});

test("a wrong import is found, in braces too", () => {
	const table = [
		["net/dial.rs", "use crate::cluster::Host;", 1],
		["net/dial.rs", "use crate::api::error::Failure;", 0],
		["net/dial.rs", "use crate::api::{error::Failure, request::Get};", 1],
		["api/key.rs", "fn f() -> crate::net::Method {}", 1],
		["api.rs", "use crate::v2::Http;", 1],
		["binding.rs", "use crate::client::Client;", 0],
	];
	for (const [file, source, count] of table)
		assert.equal(faultsOf(file, source).length, count, `${file} ${source}`);
});

test("every module at the top of src/ is a layer or is shared by all", () => {
	const names = fs.readdirSync(SRC).map((name) => name.replace(/\.rs$/, ""));
	const shared = ["lib", "arbitrary", "backoff", "single_flight", "task"];
	const expected = [...Object.keys(MAY_IMPORT), ...shared].sort();
	assert.deepEqual([...new Set(names)].sort(), expected);
});

test("no layer imports itself by way of another", () => {
	const reach = (layer, seen = new Set()) => {
		for (const next of MAY_IMPORT[layer] ?? [])
			if (!seen.has(next)) reach(next, seen.add(next));
		return seen;
	};
	for (const layer of Object.keys(MAY_IMPORT))
		assert.ok(!reach(layer).has(layer), layer);
});
