// Users, roles and tokens of the v3 API, on real etcds.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { call } = require("../support");
const { rejection } = require("../support/lifetime");
const {
	ROOT,
	VERSIONS,
	ctl,
	enableAuth,
	handled,
	v3Client,
	v3Etcd,
} = require("../support/v3/etcd");

const TTL = ["--auth-token-ttl", "2"];
const TTL_MS = 2000;
// etcd looks for expired tokens once a second.
const EXPIRED_MS = TTL_MS + 1500;
const CALLERS = 40;

function assertRefused(error) {
	assert.equal(error.code, 110);
	assert.equal(error.status, 401);
	assert.equal(error.message, "The request requires user authentication");
	assert.equal(error.ambiguous, undefined);
}

async function secured(t, version, args = [], users = {}) {
	const member = await v3Etcd(t, { version, args });
	await enableAuth(member, users);
	return member;
}

/** Has etcd forget the tokens of root: setting its password does, also to the same one. */
function dropTokens(member) {
	const args = ["user", "passwd", "root", "--interactive=false"];
	return ctl(member, args, { user: ROOT, input: `${ROOT.pass}\n` });
}

for (const version of VERSIONS) {
	test(`a wrong password, or none, is error 110 for each call on etcd ${version}`, async (t) => {
		const member = await secured(t, version);
		for (const auth of [{ ...ROOT, pass: "wrong" }, undefined]) {
			const store = v3Client(t, member.url, { auth, timeout: 5000 });
			for (const [method, ...args] of [
				["get", "a"],
				["get", "a", { quorum: true }],
				["set", "a", "v"],
				["set", "a", "v", { ttl: 60 }],
				["del", "a"],
				["push", "a", "v"],
				["mkdir", "a"],
				["wait", "a"],
				["wait", "a", { recursive: true, waitIndex: 1 }],
			]) {
				const { args: answer } = await call(store, method, ...args);
				assertRefused(answer[0]);
			}
		}
	});

	test(`a token that etcd ${version} has dropped is renewed once for all callers and waits`, async (t) => {
		const member = await secured(t, version);
		const { promises } = v3Client(t, member.url, { auth: ROOT });
		await promises.set("a", "0");
		const live = promises.wait("live");
		await member.watched();
		await dropTokens(member);
		const before = await handled(member, "Authenticate");
		const waits = Array.from({ length: CALLERS }, (_, i) =>
			promises.wait(`new/${i}`),
		);
		const gets = Array.from({ length: CALLERS }, () => promises.get("a"));
		const pushes = Array.from({ length: CALLERS }, () =>
			promises.push("queue", "v"),
		);
		await Promise.all([...gets, ...pushes]);
		await Promise.all(waits.map((_, i) => promises.set(`new/${i}`, "v")));
		await promises.set("live", "v");
		for (const event of await Promise.all(waits))
			assert.equal(event.action, "set");
		assert.equal((await live).node.value, "v");
		const { node } = await promises.get("queue");
		assert.equal(node.nodes.length, CALLERS);
		assert.equal((await handled(member, "Authenticate")) - before, 1);
	});

	test(`a wait outlives its token on etcd ${version}, and a new wait gets a new one`, async (t) => {
		const member = await secured(t, version, TTL);
		const { promises } = v3Client(t, member.url, { auth: ROOT });
		const live = promises.wait("live");
		await member.watched();
		await sleep(EXPIRED_MS); // the token expires meanwhile
		const late = promises.wait("late");
		await member.watched((count) => count === 2);
		const other = v3Client(t, member.url, { auth: ROOT });
		await other.promises.set("live", "1");
		await other.promises.set("late", "2");
		assert.equal((await live).node.value, "1");
		assert.equal((await late).node.value, "2");
		assert.equal((await promises.get("live")).node.value, "1");
	});

	test(`a client goes on when auth is switched on at etcd ${version} meanwhile`, async (t) => {
		const member = await v3Etcd(t, { version });
		const { promises } = v3Client(t, member.url, { auth: ROOT });
		const guest = v3Client(t, member.url);
		await promises.set("a", "1");
		await guest.promises.set("a", "2");
		const live = promises.wait("a");
		await member.watched();
		await enableAuth(member);
		const late = promises.wait("b");
		await promises.set("a", "3");
		await promises.set("b", "4");
		assert.equal((await live).node.value, "3");
		assert.equal((await late).node.value, "4");
		assertRefused(await rejection(guest.promises.set("a", "5")));
		assertRefused(await rejection(guest.promises.get("a")));
		assertRefused(await rejection(guest.promises.wait("a")));
		assert.equal((await promises.get("a")).node.value, "3");
	});
}

test("a client whose password was changed is refused, and one with the new password is served", async (t) => {
	const old = { user: "app", pass: "old" };
	const grants = [["readwrite", "/", "0"]];
	const member = await secured(t, undefined, [], { app: { ...old, grants } });
	const store = v3Client(t, member.url, { auth: old });
	await store.promises.set("a", "1");
	const args = ["user", "passwd", "app", "--interactive=false"];
	await ctl(member, args, { user: ROOT, input: "new\n" });
	for (const [method, ...rest] of [
		["get", "a"],
		["set", "a", "2"],
		["wait", "a"],
	])
		assertRefused((await call(store, method, ...rest)).args[0]);
	const auth = { ...old, pass: "new" };
	const { promises } = v3Client(t, member.url, { auth });
	await promises.set("a", "2");
	assert.equal((await promises.get("a")).node.value, "2");
});
