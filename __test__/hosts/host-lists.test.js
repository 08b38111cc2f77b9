// Lists of hosts in one string, with credentials of any kind. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const diagnostics = require("node:diagnostics_channel");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { call, closedPort, node, subject } = require("../support");
const { client, hostOf } = require("../support/lifetime");
const { Chance } = require("../differential/prng");
const {
	basic,
	hasJoined,
	hostText,
	secretHostText,
	secretsOf,
} = require("../support/hosts/host-texts");

const FOUND = { body: node("/k", "v", 5) };
const ROUNDS = 300;

function credentialsOf({ requests }) {
	return requests.map(({ headers }) => headers.authorization);
}

for (const [title, list, ...credentials] of [
	["two hosts with the same", (a, b) => `u:p@${a},u:p@${b}`, "u:p", "u:p"],
	["two URLs", (a, b) => `http://u:p@${a},http://v:q@${b}`, "u:p", "v:q"],
	["a URL and a host", (a, b) => `http://u:p@${a},v:q@${b}`, "u:p", "v:q"],
	["only the second host", (a, b) => `${a},u:p@${b}`, undefined, "u:p"],
	["only the first host", (a, b) => `u:p@${a},${b}`, "u:p", undefined],
	[
		"a comma in each password",
		(a, b) => `http://u:se,cret@${a},http://v:p,,@${b}`,
		...["u:se,cret", "v:p,,"],
	],
])
	test(`4. each host of a list is asked, with its own credentials: ${title}`, async (t) => {
		const hosts = [await hostOf(t, [FOUND]), await hostOf(t, [FOUND])];
		const store = client(t, list(hosts[0].host, hosts[1].host));
		for (let i = 0; i < 2; i++) await call(store, "get", "k");
		const expected = credentials.map((text) => text && basic(text));
		assert.deepEqual(hosts.flatMap(credentialsOf), expected);
	});

test("4. stats.self takes one machine, and gives no machine the password of another", async (t) => {
	const host = await hostOf(t, [FOUND]);
	const store = client(t, "127.0.0.1:1");
	const list = `u:s3cr3t@127.0.0.1:1,u:p@${host.host}`;
	const [error] = (await call(store, "stats.self", list)).args;
	assert.match(error.message, /^Invalid URI "http:\/\/…@127.0.0.1:\d+" \(a/);
	assert.equal(host.requests.length, 0);
});

for (const [first, shown] of [
	["http://127.0.0.1:99999", "http://127.0.0.1:…"],
	["http://10.0.0.256:1", "http://10.0.0.256:…"],
	[`http://\${HOST1}:1`, `http://\${HOST1}:…`],
	["http://etcd_1 :1", "http://etcd_1 :…"],
])
	test(`4. a member of a list that is no URL fails alone, and the next one is asked: ${first}`, async (t) => {
		const host = await hostOf(t, [FOUND]);
		const lost = await hostOf(t, [FOUND]);
		const good = `HTTP://u:p@${host.host}`;
		const store = client(t, `${first},${good}`);
		const { args } = await call(store, "get", "k");
		assert.equal(args[1]?.node.value, "v", args[0]?.message);
		assert.deepEqual(credentialsOf(host), [basic("u:p")]);
		const bad = client(t, `${first},http://u:p@127.0.0.1:99999`);
		const [error] = (await call(bad, "get", "k")).args;
		assert.ok(inspect(error, { depth: 9 }).includes(`"${shown}"`));
		const three = client(t, `${first},${good},http://u:q@${lost.host}`);
		for (let i = 0; i < 3; i++) await call(three, "get", "k");
		assert.deepEqual(credentialsOf(lost)[0], basic("u:q"));
	});

for (const list of ["A:99999,", "A:4O01,", "A:99999,B:1,", "::1,", "fe80::1,"])
	test(`4. no host is asked with credentials that may be two hosts: ${list}`, async (t) => {
		const host = await hostOf(t, [FOUND]);
		const store = client(t, `${list}u:s3cr3t@${host.host}`);
		const [error] = (await call(store, "get", "k")).args;
		const shown = `Invalid URI "http://…@${host.host}" (a character such as ,`;
		assert.ok(error.message.startsWith(shown), error.message);
		assert.match(error.message, /can be given as an array\)$/);
		assert.doesNotMatch(inspect(error), /s3cr3t/);
		assert.equal(host.connections, 0);
	});

test("4. any hosts that are joined by commas are what each of them is alone", () => {
	const chance = new Chance(Date.now());
	for (let i = 0; i < ROUNDS; i++) {
		const length = chance.below(5);
		const texts = Array.from({ length }, () => hostText(chance));
		const hosts = texts.filter((text) => hostsOf(text).length === 1);
		if (hasJoined(hosts)) continue;
		const list = `,${hosts.join(chance.one([",", " , "]))}`;
		assert.deepEqual(hostsOf(list), hosts.flatMap(hostsOf), list);
	}
});

function hostsOf(host) {
	const store = subject(host);
	store.destroy();
	return store._hosts;
}

/** Everything that a program, a log or a tracer can see of a store and its calls, but for `_hosts`. */
async function visible(store, machine) {
	const channel = diagnostics.tracingChannel("etcdjs:request");
	const seen = [inspect(store, { depth: 9, showHidden: true })];
	const note = (context) => seen.push(inspect(context, { depth: 9 }));
	const subscribers = { start: note, asyncEnd: note, error: note };
	channel.subscribe(subscribers);
	for (const args of [
		["get", "k"],
		["set", "k", "v"],
		["stats.self", machine],
	]) {
		const [error] = (await call(store, ...args)).args;
		const { message, stack, endpoint, attempts } = error;
		seen.push(inspect({ message, stack, endpoint, attempts }, { depth: 9 }));
		seen.push(inspect(error, { showHidden: true }), JSON.stringify(error));
	}
	channel.unsubscribe(subscribers);
	const { stats, ...rest } = store;
	return seen.concat(JSON.stringify([rest, Object.keys(stats)])).join("\n");
}

test("19. nothing that a failing call shows has a part of a password", async (t) => {
	const port = await closedPort();
	const chance = new Chance(Date.now());
	const warnings = [];
	const note = (warning) => warnings.push(inspect(warning));
	process.on("warning", note);
	t.after(() => process.off("warning", note));
	for (let i = 0; i < ROUNDS / 3; i++) {
		const text = (n) => secretHostText(chance, `127.0.0.${n}:${port}`);
		const hosts = [1, 2].map(text);
		const shown = await visible(client(t, hosts.join(",")), hosts[0]);
		for (const part of hosts.flatMap(secretsOf))
			assert.ok(!shown.includes(part), `${part} of ${hosts} shows: ${shown}`);
	}
	assert.deepEqual(warnings, []);
});
