// `etcdjs serve` in front of three members: a member that is behind the others, and one that has hung.
process.env.ETCD_API = "v3";
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { binaryOf } = require("../../scripts/etcd-folder");
const { GatewayStage } = require("../chaos/gateway/stage");
const { put } = require("../chaos/direct");
const { call, prefix } = require("../support");
const { until } = require("../support/etcd/member");
const { gateway } = require("../support/etcd/stored");
const { WHOLE } = require("../support/v3-suites");

const READS = 9;
const AT_A_TIME = 6;
// Reads leave a member that has hung after 3 s, and a server's write ends after 10 s. Else both take the timeout of 60 s.
const LIMIT_MS = 30_000;

let stage;
before(async () => {
	stage = await GatewayStage.open({ binary: binaryOf(WHOLE, "v3") });
});
after(() => stage.close());

/** A member that is not the leader, and the others. */
async function follower() {
	const leader = await stage.leader();
	const { member } = stage.seats.find((seat) => seat !== leader);
	const others = stage.members.filter((other) => other !== member);
	return { member, others };
}

/** Resolves when a member no longer knows a leader: it is cut off from the others. */
async function cutOff(t, { member }) {
	stage.relays.cut({ name: member.name, id: BigInt(member.id).toString(16) });
	t.after(async () => {
		stage.relays.heal();
		await stage.healthy();
	});
	const status = () => gateway(member.url, "maintenance/status", {});
	await until(
		async () => ((await status()).leader ?? "0") === "0",
		() => new Error("the member has a leader"),
	);
}

test("no answer of a server is older than an earlier one, whichever member gives it", async (t) => {
	const client = stage.client({});
	const key = `/${prefix()}key`;
	await call(client, "set", key, "old");
	const away = await follower();
	await cutOff(t, away);
	await put(away.others, key, "new");
	const values = [];
	for (let i = 0; i < READS; i++) {
		const { args } = await call(client, "get", key, {});
		assert.equal(args[0], null);
		values.push(args[1].node.value);
	}
	const fresh = values.indexOf("new");
	assert.ok(fresh >= 0 && fresh < 3, `${values}`);
	assert.ok(!values.slice(fresh).includes("old"), `${values}`);
	assert.deepEqual(stage.violations, []);
});

test("a member that has hung costs a read seconds, a write of a server is an error 300, and later calls pass over the member", async () => {
	const client = () => stage.client({ timeout: LIMIT_MS });
	const directory = `/${prefix()}`;
	const { member } = await follower();
	await call(client(), "set", `${directory}read`, "1");
	await member.pause();
	const many = (method, ...args) =>
		Array.from({ length: AT_A_TIME }, () => call(client(), method, ...args));
	const writes = many("set", `${directory}write`, "1");
	const quorum = { quorum: true };
	const reads = ["", "read"].flatMap((name) => [
		...many("get", `${directory}${name}`, {}),
		...many("get", `${directory}${name}`, quorum),
	]);
	const store = stage.directClient();
	const started = performance.now();
	reads.push(
		...Array.from({ length: AT_A_TIME }, () =>
			call(store, "get", `${directory}read`, quorum),
		),
	);
	for (const { args } of await Promise.all(reads)) assert.equal(args[0], null);
	assert.ok(performance.now() - started < LIMIT_MS, "reads stay at the member");
	const errors = (await Promise.all(writes)).map(({ args }) => args[0]);
	const failed = errors.filter(Boolean);
	assert.ok(failed.length < AT_A_TIME, "no write is done");
	for (const error of failed) assert.match(error.message, /"errorCode":300/);
	const later = await Promise.all(many("set", `${directory}write`, "2"));
	for (const { args } of later) assert.equal(args[0], null);
	await member.resume();
});
