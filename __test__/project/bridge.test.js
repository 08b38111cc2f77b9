// The bridge between lib/ and the addon: what each side names, the other one has.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { ROOT } = require("../../scripts/run");
const addon = require("../../lib/addon");

const read = (...parts) => fs.readFileSync(path.join(ROOT, ...parts), "utf8");

function sources() {
	const lib = fs.readdirSync(path.join(ROOT, "lib"), { recursive: true });
	const names = lib.filter((name) => name.endsWith(".js"));
	const files = names.map((name) => read("lib", name));
	return [read("index.js"), ...files].join("\n");
}

/** The names that a text takes from an object: `of.Name`, or those that it destructures. */
function namesOf(text, of) {
	const members = text.matchAll(new RegExp(`\\b${of}\\.(\\w+)`, "g"));
	const pattern = new RegExp(`const \\{([^}]*)\\} = ${of}\\b`, "g");
	const destructured = [...text.matchAll(pattern)].flatMap(([, list]) =>
		list.split(",").map((name) => name.trim()),
	);
	const names = [...[...members].map(([, name]) => name), ...destructured];
	return [...new Set(names.filter(Boolean))].sort();
}

/** The names of a JSON object that a Rust function makes by `json!`. */
function keysOf(rust) {
	return [...rust.matchAll(/"(\w+)":/g)].map(([, name]) => name);
}

/** The number of arguments in a list, as Rust or JavaScript writes it. */
const countOf = (list) =>
	list.split(",").filter((argument) => argument.trim()).length;

test("lib/flags.js uses each flag of the addon, and no other", () => {
	const used = namesOf(read("lib", "flags.js"), "CallFlag");
	assert.deepEqual(used, Object.keys(addon.CallFlag).sort());
});

test("each flag is a bit of its own", () => {
	const bits = Object.values(addon.CallFlag);
	assert.equal(new Set(bits).size, bits.length);
	for (const bit of bits) assert.equal(Math.log2(bit) % 1, 0, bit);
});

test("lib/calls.js knows each kind of result, and no other", () => {
	const used = namesOf(read("lib", "calls.js"), "ResultKind");
	const kinds = Object.keys(addon.ResultKind).sort();
	// Any other kind is a body.
	assert.deepEqual([...used, "Body"].sort(), kinds);
});

test("lib/errors.js reads the fields of an error that the addon writes", () => {
	const rust = read("src", "binding", "error_json.rs");
	const body = rust.slice(rust.indexOf("json!({"), rust.indexOf("fn fields"));
	const written = keysOf(body).sort();
	const js = read("lib", "errors.js");
	const hidden = ["status", "endpoint", "attempts", "errors"];
	const isRead = (name) => new RegExp(`\\b${name}\\b`).test(js);
	const unread = written.filter((name) => !isRead(name));
	// They are copied as they are.
	assert.deepEqual(
		unread.filter((name) => !hidden.includes(name)),
		[],
	);
	const [, taken] = /const \{([^}]*)\} = described/.exec(js);
	for (const name of taken.split(","))
		assert.ok(written.includes(name.trim()), name);
});

test("each method of the addon is called with as many arguments as it takes", () => {
	const rust = ["calls", "native_client", "runtime"]
		.map((name) => read("src", "binding", `${name}.rs`))
		.join("\n");
	const js = sources();
	const methods = rust.matchAll(
		/#\[napi\]\s+pub fn (\w+)(?:<[^>]*>)?\(\s*&(?:mut )?self,?([^)]*(?:\([^)]*\)[^)]*)*?)\)\s*(?:->|\{)/g,
	);
	let checked = 0;
	for (const [, name, list] of methods) {
		const method = name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
		const own = list
			.replace(/env: Env,?/, "")
			.replace(/<[^<>]*(<[^<>]*>)?[^<>]*>/g, "");
		const expected = countOf(own.replace(/\([^)]*\)/g, ""));
		const calls = [
			...js.matchAll(
				new RegExp(
					`\\b(?:native|runtime|client|openRuntime\\(\\)|NATIVE\\])\\.${method}\\(([^;]*?)\\);`,
					"g",
				),
			),
		];
		for (const [call, given] of calls) {
			const flat = given.replace(/\([^()]*(\([^()]*\))?[^()]*\)/g, "");
			assert.equal(countOf(flat), expected, call);
			checked++;
		}
	}
	assert.ok(checked >= 15, `${checked} calls`);
});
