// python-etcd's own integration tests, whose servers are `etcdjs serve`: see python/etcd.js and python/run.py.
const assert = require("node:assert/strict");
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { promisify } = require("node:util");
const { installPythonEtcd } = require("../../../scripts/foreign-clients");
const { v3Etcd } = require("../../support/v3/etcd");

const PYTHON = path.join(__dirname, "python");
const LIMIT_MS = 110_000;
const SUITE = "etcd.tests.integration";
const SUITES = [
	`${SUITE}.test_simple.TestSimple`,
	`${SUITE}.test_simple.TestErrors`,
	`${SUITE}.test_simple.TestWatch`,
	`${SUITE}.test_simple.TestClusterFunctions.test_reconnect_not_allowed`,
	`${SUITE}.test_simple.TestClusterFunctions.test_reconnet_fails`,
	`${SUITE}.test_ssl.TestEncryptedAccess`,
];
const RUN = 18;

/** The integration tests that do not run, and why. */
const LEFT_OUT = {
	"test_simple.TestClusterFunctions.test_reconnect":
		"a server names no other in /v2/machines",
	"test_simple.TestClusterFunctions.test_reconnect_with_several_hosts_passed":
		"a server names no other in /v2/machines",
	"test_ssl.TestClientAuthenticatedAccess":
		"a server asks for no certificate of a client",
	"test_auth.EtcdUserTest": "a server has no /v2/auth",
	"test_auth.EtcdRoleTest": "a server has no /v2/auth",
};
/** The tests that python-etcd leaves out itself. */
const SKIPPED = [
	`${SUITE}.test_ssl.TestEncryptedAccess.test_get_set_unauthenticated_missing_ca`,
];

const run = promisify(execFile);

/** A folder with the program `etcd` that the tests start. */
function programs(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-python-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const etcd = path.join(folder, "etcd");
	fs.symlinkSync(path.join(PYTHON, "etcd.js"), etcd);
	return folder;
}

/** Runs the suites; resolves with `{id: "ok" or the failure}`. */
async function resultsOf(t, packages, etcd) {
	const env = {
		...process.env,
		PATH: `${programs(t)}${path.delimiter}${process.env.PATH}`,
		PYTHONPATH: packages,
		PYTHONDONTWRITEBYTECODE: "1",
		...(etcd ? { ETCDJS_STAND_IN_ETCD: etcd } : {}),
	};
	const args = [path.join(PYTHON, "run.py"), ...SUITES];
	const { stdout } = await run("python3", args, { env, timeout: LIMIT_MS });
	return JSON.parse(stdout.trimEnd().split("\n").at(-1));
}

/** Resolves with the folder of the packages; skips the test where they cannot be had. */
async function packagesFor(t) {
	try {
		return await installPythonEtcd();
	} catch (error) {
		t.skip(`python-etcd is missing: ${error.message}`);
	}
}

async function passes(t, etcd) {
	const packages = await packagesFor(t);
	if (!packages) return;
	const results = Object.entries(await resultsOf(t, packages, etcd));
	const failed = results.filter(([, result]) => result !== "ok");
	const unexpected = failed.filter(([id]) => !SKIPPED.includes(id));
	assert.deepEqual(unexpected, []);
	assert.equal(results.length - failed.length, RUN);
}

test("python-etcd's integration tests pass in front of stores in memory", (t) =>
	passes(t));

test("python-etcd's integration tests pass in front of an etcd with the v3 API alone", async (t) => {
	const { host } = await v3Etcd(t);
	await passes(t, host);
});

/** The tests of a file, as `file.Class.test`. */
function testsIn(packages, file) {
	const source = fs.readFileSync(path.join(packages, "etcd", "tests", file));
	let suite = path.basename(file, ".py");
	return [
		...`${source}`.matchAll(/^class (\w+)|^ {4}def (test_\w+)/gm),
	].flatMap(([, name, test]) => {
		if (name) suite = `${path.basename(file, ".py")}.${name}`;
		return test ? [`${suite}.${test}`] : [];
	});
}

test("each integration test runs, or has a reason why not", async (t) => {
	const packages = await packagesFor(t);
	if (!packages) return;
	const files = ["integration/test_simple.py", "integration/test_ssl.py"];
	const all = [...files, "test_auth.py"].flatMap((file) =>
		testsIn(packages, file),
	);
	const isNamed = (names, id) =>
		names.some((name) => id === name || id.startsWith(`${name}.`));
	const run = SUITES.map((name) => name.slice(SUITE.length + 1));
	for (const id of all)
		assert.notEqual(isNamed(run, id), isNamed(Object.keys(LEFT_OUT), id), id);
	const counted = all.filter((id) => isNamed(run, id));
	assert.equal(counted.length, RUN + SKIPPED.length);
});
