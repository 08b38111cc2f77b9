// After `npx etcdjs migrate --delete-source`: etcd 3.6 starts on the data directory of etcd 3.5, by the steps that the command prints.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const etcd = require("../../promises");
const { binaryOf, installedVersions } = require("../../scripts/etcd-folder");
const { command, stage, treeOf, writes } = require("./stage");

function binary(release) {
	const versions = installedVersions("v3");
	const version = versions.find((one) => one.startsWith(release));
	assert.ok(version, `etcd ${release} is missing: run node scripts/setup.js`);
	return binaryOf(version, "v3");
}

const withoutV2 = (args) => args.filter((arg) => !/^--enable-v2/.test(arg));
const withoutSnapshots = (args) =>
	withoutV2(args).filter((arg) => !arg.startsWith("--snapshot-count"));

test("etcd 3.6 refuses v2 keys, and starts after the printed steps with what was copied", async (t) => {
	const [old, recent] = [binary("3.5."), binary("3.6.")];
	const { member, v2, v3 } = await stage(t, { binary: old });
	await writes(200, (i) => v2.set(`/app/d${i % 5}/k${i}`, `${i}\n€`));
	await v2.mkdir("/app/empty");
	const expected = await treeOf(v2);
	await assert.rejects(member.become(recent, withoutV2), /v2store|v2 WAL/);
	await member.become(old, (args) => [...args, "--enable-v2=true"]);
	const run = () => command(t, "migrate", member.url, "--delete-source");
	const { code, stdout, stderr } = await run();
	assert.equal(code, 0, stdout + stderr);
	await member.become(old, (args) => [...args, "--snapshot-count=1"]);
	await writes(10, (i) => v3.set("/last", `${i}`));
	await v3.del("/last");
	await member.become(old, withoutSnapshots);
	await member.become(recent);
	const service = etcd(member.url);
	t.after(() => service.destroy());
	assert.deepEqual(await treeOf(service), expected);
	await service.set("/app/d1/k1", "new");
	assert.equal((await service.get("/app/d1/k1")).node.value, "new");
});
