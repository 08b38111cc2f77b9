// The code blocks of the README and of docs/, as a reader uses them: with the package installed, on a real etcd. A new block
// needs an entry here, or in support/packages/pages.js.
const assert = require("node:assert");
const { after, before, test } = require("node:test");
const { capture } = require("../../scripts/run");
const { scripts } = require("../../package.json");
const { sharedEtcd } = require("../support");
const { TYPESCRIPT, consumer } = require("../support/packages/consumer");
const { cluster, publicDiscovery } = require("../support/hosts/discovery");
const { PLATFORM, publishedRegistry } = require("../support/packages/packed");
const {
	RUN_ELSEWHERE,
	codeBlocks,
	pages,
} = require("../support/packages/pages");
const {
	hostAndKey,
	onEtcd,
	onHost,
	writeDependent,
} = require("../support/packages/scripts");

let registry;
before(async () => {
	registry = await publishedRegistry();
});
after(() => registry.stop());

async function installed(t) {
	const user = consumer(t, registry);
	user.write("tsconfig.json", { compilerOptions: TYPESCRIPT });
	await user.npm("install", "etcdjs");
	return user;
}

/** Runs JavaScript in which a host of the README stands for the real one; resolves with what it printed. */
async function printed(user, code, env) {
	const { host } = new URL(await sharedEtcd());
	user.write("example.js", onHost(code, host));
	return user.run(process.execPath, ["example.js"], env);
}

const prints =
	(expected, { start = "", end = "" } = {}) =>
	async (t, code) => {
		const output = await printed(await installed(t), `${start}${code}${end}`);
		assert.strictEqual(output, expected);
	};

/** An example that needs no etcd: it runs as it stands, and on an etcd. */
const printsAnywhere = (expected) => async (t, code) => {
	const user = await installed(t);
	user.write("example.js", code);
	assert.strictEqual(await user.node("example.js"), expected);
	assert.strictEqual(await printed(user, onEtcd(code)), expected);
};

/** An object of options: it is of this type, has what the type has and no more, and a promise of this call takes it. */
const areOptions = (type, call) => async (t, code) => {
	const user = await installed(t);
	user.write(
		"options.mts",
		`import etcdjs from "etcdjs";
import type * as promises from "etcdjs/promises";
type Options = ${type};
const options = ${code} satisfies Options;
const all: { [Name in keyof Required<Options>]: unknown } = options;`,
	);
	await user.tsc();
	const script = `const etcdjs = require("etcdjs");
const host = "127.0.0.1:2379";
const store = etcdjs(host);
const options = ${code};
${call}.then(() => {
	console.log("taken");
	process.exit();
});`;
	assert.strictEqual(await printed(user, script), "taken\n");
};

/** A package that depends on etcdjs 2 runs on this one by what a package.json says. */
const overrides = async (t, code) => {
	const user = consumer(t, registry);
	writeDependent(user, "old");
	user.write("package.json", {
		dependencies: { old: "file:./old" },
		...JSON.parse(code),
	});
	await user.npm("install", "--install-links");
	assert.deepStrictEqual(user.installed(), ["etcdjs", PLATFORM, "old"]);
	user.write("index.js", 'require("old");');
	const output = await user.node("index.js", ...(await hostAndKey()));
	assert.strictEqual(output, "world\n");
};

/** For each page: how a block is tested, by a text that is in that block and in no other of the page. */
const README = {
	"npm install etcdjs@3": async (t, code) => {
		const user = consumer(t, registry);
		await user.run("sh", ["-e", "-c", code]);
		assert.ok(user.installed().includes("etcdjs"));
	},
	'store.set("hello", "world", (err)': printsAnywhere("hello: world\n"),
	"const same =": prints("null null\n", {
		start: 'const etcdjs = require("etcdjs");',
		end: 'store.get("/", (err) => same.get("/", (error) => console.log(err, error)));',
	}),
	"async function main()": printsAnywhere("hello: world\nset world\n"),
	"maxResponseSize: 256": areOptions(
		'Omit<etcdjs.ClientOptions, "hosts">',
		`etcdjs({ ...options, host }).promises.set("options", "v")`,
	),
	"npm run demo": async (_, code) => {
		const commands = code.split("\n").map((line) => line.split("#")[0].trim());
		const demo = ["npm run demo", "npm run demo -- --etcd"];
		assert.deepStrictEqual(commands, [...demo, "npm test"]);
		assert.ok(scripts.test);
		const args = ["run", "-s", "demo"];
		assert.match(await capture("npm", args), /fault.*\n.*ambiguous: true/);
		const onEtcds = await capture("npm", [...args, "--", "--etcd"]);
		assert.match(onEtcds, /failover/);
	},
};

const USAGE = {
	"https://discovery.etcd.io/my-token": async (t, code) => {
		const etcd = await sharedEtcd();
		const service = await publicDiscovery(t, cluster(etcd));
		const script = `const etcdjs = require("etcdjs");
${code}
store.get("/", (err) => {
	console.log(err, ...store._hosts);
	store.destroy();
});`;
		const output = await printed(await installed(t), script, service.env);
		assert.strictEqual(output, `null ${etcd}\n`);
		assert.strictEqual(service.requests[0].url, "/my-token");
	},
	"interface Job": async (t, code) => {
		const user = await installed(t);
		const { host } = new URL(await sharedEtcd());
		user.write("example.mts", onHost(code, host));
		await user.tsc();
		assert.strictEqual(await user.node("example.mjs"), "job: sweep\n");
	},
	"quorum: false": areOptions(
		'Omit<etcdjs.GetOptions, "consistent">',
		`store.promises.get("/", options)`,
	),
	"noValueOnSuccess: false": areOptions(
		"etcdjs.SetOptions",
		`store.promises.set("options", "v", options)`,
	),
	"function onchange": prints("change! v\n", {
		start: `
const store = require("etcdjs")("127.0.0.1:2379");
const { log } = console;
console.log = (...args) => {
	log(...args);
	setImmediate(stop);
};`,
		end: 'store.set("hello", "v");',
	}),
	"// an AbortSignal: its abort ends the call": areOptions(
		"promises.Limits",
		`store.promises.get("/", options)`,
	),
	"resync: false": areOptions(
		"etcdjs.WatchOptions",
		`(async () => {
			const watch = store.watch("options", options);
			const first = watch.next();
			await store.promises.set("options", "v");
			await first;
		})()`,
	),
};

const PAGES = {
	"README.md": README,
	"docs/usage.md": USAGE,
	"docs/deployment.md": { '"overrides"': overrides },
	"docs/from-etcd3.md": { "async function locked": prints("working\n") },
	"docs/migrating.md": { '"overrides"': overrides },
};

for (const file of pages()) {
	const blocks = codeBlocks(file);
	const known = PAGES[file] ?? {};
	const elsewhere = RUN_ELSEWHERE[file] ?? {};
	const isIn = (mark) => (code) => code.includes(mark);

	test(`each code block of ${file} has a test, or a reason why it has none`, () => {
		const marks = [...Object.keys(known), ...Object.keys(elsewhere)];
		for (const mark of marks)
			assert.strictEqual(blocks.filter(isIn(mark)).length, 1, mark);
		assert.strictEqual(blocks.length, marks.length);
	});

	for (const [mark, run] of Object.entries(known))
		test(`${file}: ${mark}`, (t) => run(t, blocks.find(isIn(mark))));
}
