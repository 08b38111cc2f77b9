// Every code block of the README and of docs/migrating.md, as a reader takes it: with the package installed, on a real
// etcd. A new block needs an entry here.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { after, before, test } = require("node:test");
const { ROOT, capture } = require("../../scripts/run");
const { scripts } = require("../../package.json");
const { sharedEtcd } = require("../support");
const { TYPESCRIPT, consumer } = require("../support/packages/consumer");
const { cluster, publicDiscovery } = require("../support/hosts/discovery");
const { PLATFORM, publishedRegistry } = require("../support/packages/packed");
const {
	hostAndKey,
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

/** By a text that is in the block and in no other of its file. */
const README = {
	"npm install etcdjs@3": async (t, code) => {
		const user = consumer(t, registry);
		await user.run("sh", ["-e", "-c", code]);
		assert.ok(user.installed().includes("etcdjs"));
	},
	'"overrides"': overrides,
	'store.set("hello", "world", (err)': prints("hello: world\n"),
	"const same =": prints("null null\n", {
		start: 'const etcdjs = require("etcdjs");',
		end: 'store.get("/", (err) => same.get("/", (error) => console.log(err, error)));',
	}),
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
	"async function main()": prints("hello: world\nset world\n"),
	"interface Job": async (t, code) => {
		const user = await installed(t);
		const { host } = new URL(await sharedEtcd());
		user.write("example.mts", onHost(code, host));
		await user.tsc();
		assert.strictEqual(await user.node("example.mjs"), "job: sweep\n");
	},
	"maxResponseSize: 256": areOptions(
		'Omit<etcdjs.ClientOptions, "hosts">',
		`etcdjs({ ...options, host }).promises.set("options", "v")`,
	),
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
	"npm run demo": async (_, code) => {
		const commands = code.split("\n").map((line) => line.split("#")[0].trim());
		const tests = ["npm test", "npm test -- --quick"];
		assert.deepStrictEqual(commands, ["npm run demo", ...tests]);
		assert.ok(scripts.test);
		assert.match(await capture("npm", ["run", "-s", "demo"]), /failover/);
	},
};

const MIGRATING = { overrides };

function codeBlocks(file) {
	const text = fs.readFileSync(path.join(ROOT, file), "utf8");
	return [...text.matchAll(/^```\w*\n(.*?)\n```$/gms)].map(([, code]) => code);
}

for (const [file, known] of [
	["README.md", README],
	["docs/migrating.md", MIGRATING],
]) {
	const blocks = codeBlocks(file);
	const isIn = (mark) => (code) => code.includes(mark);

	test(`each code block of ${file} is known here, and no other`, () => {
		for (const mark of Object.keys(known))
			assert.strictEqual(blocks.filter(isIn(mark)).length, 1, mark);
		assert.strictEqual(blocks.length, Object.keys(known).length);
	});

	for (const [mark, run] of Object.entries(known))
		test(`${file}: ${mark}`, (t) => run(t, blocks.find(isIn(mark))));
}
