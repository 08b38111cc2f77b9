// The arguments of `npx etcdjs migrate`: what they mean, and what is said of wrong ones.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { UsageError, parse } = require("../../lib/migrate/arguments");
const { command } = require("./stage");

test("TO is FROM unless it is given, and the prefix is the root", () => {
	assert.deepEqual(parse(["a:1"]), {
		from: "a:1",
		to: "a:1",
		prefixes: ["/"],
		isDry: false,
		follows: false,
		deletes: false,
		verifies: false,
		clientOptions: {},
	});
	assert.equal(parse(["a:1", "b:1"]).to, "b:1");
});

test("--delete-source verifies", () => {
	const { deletes, verifies } = parse(["a:1", "--delete-source"]);
	assert.deepEqual([deletes, verifies], [true, true]);
});

test("a prefix that another one contains is left out, but hidden keys are in no listing", () => {
	const table = [
		[["/a/", "/a"], ["/a"]],
		[["/a/b", "/a"], ["/a"]],
		[
			["/", "/a", "/_x"],
			["/", "/_x"],
		],
		[
			["/a", "/ab", "/a/_x", "/a/_x/y"],
			["/a", "/ab", "/a/_x"],
		],
		[
			["/_x", "/_x/_y"],
			["/_x", "/_x/_y"],
		],
	];
	for (const [given, expected] of table) {
		const args = given.flatMap((prefix) => ["--prefix", prefix]);
		assert.deepEqual(parse(["a:1", ...args]).prefixes, expected);
	}
});

test("a password may contain colons", () => {
	const { clientOptions } = parse(["a:1", "--user", "me:pass:word"]);
	assert.deepEqual(clientOptions.auth, { user: "me", pass: "pass:word" });
});

test("wrong arguments are told without the values that they have", () => {
	const table = [
		[[], /FROM is missing/],
		[["a", "b", "s3cret"], /more arguments than FROM and TO/],
		[["a", "--pasword=s3cret"], /there is no option --pasword$/],
		[["a", "--user"], /--user needs a value/],
		[["a", "--user", "s3cret"], /--user is name:password/],
		[["a", "--watch=s3cret"], /--watch takes no value/],
		[["a", "--prefix", "a"], /begins with a slash/],
		[["a", "--dry-run", "--watch"], /it has no --watch/],
		[["a", "--dry-run", "--delete-source"], /it has no --delete-source/],
		[["a", "--cert", "c.pem"], /--cert and --key are given together/],
		[["a", "--cacert", "/no/such"], /\/no\/such cannot be read: ENOENT/],
	];
	for (const [args, expected] of table)
		assert.throws(
			() => parse(args),
			(err) => {
				assert.ok(err instanceof UsageError);
				assert.match(err.message, expected);
				return !err.message.includes("s3cret");
			},
		);
});

test("wrong arguments end the command with exit code 2, and --help with 0", async (t) => {
	const wrong = await command(t, "migrate", "a:1", "--no-such");
	assert.equal(wrong.code, 2);
	assert.match(wrong.stderr, /^etcdjs: there is no option --no-such; see/);
	assert.equal((await command(t, "copy")).code, 2);
	assert.equal((await command(t)).code, 2);
	const host = await command(t, "migrate", "http://u:s3cret@a:port");
	assert.equal(host.code, 2, host.stderr);
	assert.ok(!host.stderr.includes("s3cret"));
	const all = await command(t, "--help");
	assert.match(all.stdout, /^Usage: etcdjs COMMAND/);
	const { code, stdout } = await command(t, "migrate", "-h");
	assert.deepEqual([all.code, code], [0, 0]);
	assert.match(stdout, /^Usage: etcdjs migrate FROM \[TO\]/);
});
