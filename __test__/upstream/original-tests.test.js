// The test files that etcdjs 2.4.2 carries, run from the installed package against this one.
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { sharedEtcd } = require("../support");
const { isMemory, memoryOf } = require("../support/etcd/api");

const ROOT = path.join(__dirname, "..", "..");
const ROUNDS = 20;

/** A folder in which `require("../../..")` of a test file is this package. */
function checkout(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-upstream-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const original = path.dirname(require.resolve("etcdjs-original"));
	fs.cpSync(path.join(original, "test"), path.join(folder, "test"), {
		recursive: true,
	});
	const support = JSON.stringify(path.join(ROOT, "__test__", "support"));
	const index = `module.exports = require(${support}).subject\n`;
	fs.writeFileSync(path.join(folder, "index.js"), index);
	fs.symlinkSync(
		path.join(ROOT, "node_modules"),
		path.join(folder, "node_modules"),
	);
	return folder;
}

function runTape(folder, host) {
	const tape = path.join(ROOT, "node_modules", ".bin", "tape");
	return execFileSync(process.execPath, [tape, "test/*.js"], {
		cwd: folder,
		encoding: "utf8",
		env: { ...process.env, ETCD_HOST: host, NODE_TEST_CONTEXT: "" },
	});
}

test(`etcdjs's own tests pass ${ROUNDS} times in a row`, async (t) => {
	const etcd = await sharedEtcd();
	const host = isMemory() ? memoryOf(etcd) : etcd;
	const folder = checkout(t);
	for (let round = 1; round <= ROUNDS; round++) {
		const output = runTape(folder, host);
		assert.match(output, /^# pass {2}40$/m, `round ${round}:\n${output}`);
		assert.doesNotMatch(output, /^not ok/m);
	}
});
