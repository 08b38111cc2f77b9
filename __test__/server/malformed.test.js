// Malformed requests to an etcd 3.4.23 and to a server: by hand, and mutations of valid ones with a probe behind each on its connection.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { raw } = require("../support/server/raw");
const { besideEtcd } = require("./beside");
const { exchange } = require("./exchange");
const { DIFFERENT, FOLLOWED, SAME } = require("./malformed");
const { kindOf } = require("./malformed-kinds");
const { Mutations } = require("./mutations");
const { get } = require("./requests");

const FIXED_SEED = 14;
const SEED = Number(process.env.WIRE_SEED ?? 5);
const COUNT = Number(process.env.WIRE_MUTATIONS ?? 1000);
const AT_ONCE = 32;
/** The name of a key that no other mutation has. */
const OWN = /^k\d+q/;

const beside = besideEtcd();

test("malformed requests by hand", async (t) => {
	const port = await beside(t);
	const statusOf = async (to, text) =>
		Number((await raw(to, text)).status?.split(" ")[1] ?? 0);
	const table = [
		...SAME.map(([text, status]) => [text, status, status]),
		...DIFFERENT,
	];
	for (const [text, ...expected] of table) {
		const found = [];
		for (const to of [beside.etcd, port]) found.push(await statusOf(to, text));
		assert.deepEqual(found, expected, JSON.stringify(text));
	}
});

/** The statuses of the answers on a connection, and whether it is closed. A created key is as good as one that was set. */
function outcomeOf({ text, hasEnded }) {
	const found = [...text.matchAll(/^HTTP\/1\.[01] (\d+)/gm)];
	const statuses = found.map(([, status]) => status.replace("201", "200"));
	const final = statuses.filter((status) => status !== "100");
	return [...final, hasEnded ? "closed" : "open"];
}

const NEXT = get("/v2/keys/m").replace(
	"\r\n\r\n",
	"\r\nConnection: close\r\n\r\n",
);

test("a request behind one that hyper reads otherwise is never read as a part of it, nor a part as a request", async (t) => {
	const ports = [beside.etcd, await beside(t)];
	for (const [text, theirs, ours] of FOLLOWED) {
		const all = text + NEXT;
		const found = await exchange(ports, [all], { isDone: () => false });
		const outcomes = found.map((one) => outcomeOf(one).join(" "));
		assert.deepEqual(outcomes, [theirs, ours], JSON.stringify(text));
	}
});

/** The values of all keys, by their keys. The name of an in-order key is its index. */
async function valuesOf(port) {
	const target = "/v2/keys/?recursive=true&sorted=true";
	const { body } = await raw(port, get(target));
	const values = new Map();
	const add = ({ key, value, nodes = [] }) => {
		if (value !== undefined) values.set(key.replace(/\d{20}/, "N"), value);
		nodes.forEach(add);
	};
	add(JSON.parse(Buffer.from(body, "latin1").toString()).node);
	return values;
}

/** Sends so many mutations to both. The texts whose probe or write only the server takes, by a kind that says why. */
async function compareMutations(ports, seed) {
	const mutations = new Mutations(seed);
	const [counts, looser] = [{}, []];
	const one = async () => {
		const mutation = mutations.next();
		const { request, text } = mutation;
		const found = await exchange(ports, [text], { isDone: () => false });
		const [theirs, ours] = found.map(outcomeOf);
		const kind = kindOf(mutation, theirs, ours);
		const shown = JSON.stringify({ seed, request, theirs, ours });
		assert.ok(kind, `another outcome than etcd's, of no known kind: ${shown}`);
		counts[kind.name] = (counts[kind.name] ?? 0) + 1;
		if (kind.isLooser) looser.push(`${mutation.key} ${request}`);
	};
	for (let sent = 0; sent < COUNT; sent += AT_ONCE)
		await Promise.all(Array.from({ length: AT_ONCE }, one));
	return { counts, looser };
}

for (const seed of new Set([FIXED_SEED, SEED]))
	test(`${COUNT} mutations of requests of the seed ${seed}: outcome, and the request behind each`, async (t) => {
		t.diagnostic(`WIRE_SEED=${seed} WIRE_MUTATIONS=${COUNT}`);
		const ports = [beside.etcd, await beside(t)];
		const { counts, looser } = await compareMutations(ports, seed);
		t.diagnostic(JSON.stringify(counts));
		const [theirs, ours] = await Promise.all(ports.map(valuesOf));
		for (const [key, value] of ours) {
			const [, name] = key.split("/");
			if (looser.some((text) => text.includes(name))) continue;
			const shown = `WIRE_SEED=${seed}: the server has ${key} = ${value}`;
			assert.ok(theirs.has(key), shown);
			if (OWN.test(name)) assert.equal(theirs.get(key), value, shown);
		}
	});
