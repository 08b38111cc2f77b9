// Raw requests to an etcd 3.4.23 and to a server in front of an etcd that has the v3 API alone: the answers are the same but for the
// differences of docs/server.md and docs/v3.md, which are taken out of both here.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { raw } = require("../support/server/raw");
const { v3Etcd } = require("../support/v3/etcd");
const { besideEtcd } = require("./beside");
const { normalised } = require("./normalise");
const { REFUSED, WRITES, random } = require("./requests");
const { served } = require("./stage");

const FIXED_SEED = 14;
const SEED = Number(process.env.WIRE_SEED ?? 5);
const COUNT = Number(process.env.WIRE_REQUESTS ?? 900) / 3;

/** What differs on the v3 API, each with what it becomes. */
const TAKEN_OUT = [
	// Indexes are revisions.
	[/"(modifiedIndex|createdIndex|index)":\d+/g, '"$1":N'],
	[/X-Etcd-Index: [1-9]\d*/, "X-Etcd-Index: N"],
	[/\d{20}/g, "K"],
	[/(\d+ != )\d+\]/g, "$1N]"],
	// The keys below a directory with a TTL have its TTL, in its lease.
	[/"expiration":"E","ttl":\d+,?/g, ""],
	// A body with a TTL more may be sent in chunks.
	[/^(Content-Length|Transfer-Encoding): .*\n/gm, ""],
];

/** A missing key is named itself, also if a directory above it is missing. */
const CAUSE = [/("errorCode":100,.*"cause":").*(?=","index")/, "$1C"];

/** A value may have 1.5 MiB with its key, and a wait from a past index ends otherwise. */
const isLeftOut = (text) => text.length > 1_000_000 || text.includes("wait=");

function shown(answer, text) {
	const isRead = /^(GET|HEAD) /.test(text);
	const all = isRead ? [...TAKEN_OUT, CAUSE] : TAKEN_OUT;
	const take = (left, [from, to]) => left.replace(from, to);
	return all.reduce(take, normalised(answer));
}

const beside = besideEtcd();

test("requests that are refused, requests that write, and random ones", async (t) => {
	t.diagnostic(`WIRE_SEED=${SEED} WIRE_REQUESTS=${3 * COUNT}`);
	const { host } = await v3Etcd(t);
	const { port } = await served(t, { hosts: host, client: { api: "v3" } });
	const texts = [...REFUSED, ...WRITES];
	for (const seed of [FIXED_SEED, SEED]) texts.push(...random(COUNT, seed));
	for (const text of texts.filter((one) => !isLeftOut(one))) {
		const answers = [beside.etcd, port].map((to) => raw(to, text));
		const [theirs, ours] = await Promise.all(answers);
		const where = `WIRE_SEED=${SEED}: ${JSON.stringify(text.slice(0, 400))}`;
		assert.equal(shown(ours, text), shown(theirs, text), where);
	}
});
