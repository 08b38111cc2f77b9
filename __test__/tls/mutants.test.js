// Certificates with one changed element, signed again by their issuer: what Node's own https refuses is refused. Another
// MUTANTS_SEED makes others, MUTANTS says how many.
const assert = require("node:assert/strict");
const { X509Certificate, generateKeyPairSync } = require("node:crypto");
const { test } = require("node:test");
const { call, node } = require("../support");
const { forEach, issue, keyOf, pemOf } = require("../support/tls/chains");
const { bits, extension, name, oid, text, tlv } = require("../support/tls/der");
const { OWN, dns, having, usually } = require("../support/tls/kinds");
const { client, hostOf } = require("../support/lifetime");
const { mutant, numbers } = require("../support/tls/mutants");
const { askedByNode } = require("../support/tls/secure");
const { tls12Host } = require("../support/tls/tls12-host");

const seed = Number(process.env.MUTANTS_SEED || 1);
const count = Number(process.env.MUTANTS || 600);
const host = "localhost";
const CURVE = { namedCurve: "P-256" };

const OTHER = Buffer.concat([oid("1.2.3"), tlv(0xa0, text("x"))]);
const SERVER = "1.3.6.1.5.5.7.3.1";
const constraints = extension.constraints({
	permitted: [dns(host), ["ip", Buffer.from([127, 0, 0, 0, 255, 0, 0, 0])]],
	excluded: [dns("b.example")],
});
const point = tlv(0xa0, tlv(0xa0, tlv(0x86, Buffer.from("http://a"))));
const points = ["2.5.29.31", tlv(0x30, tlv(0x30, point)), false];

/** Leaf, intermediate and root, with all the extensions that are read. */
function original() {
	const { authorityKey, basic, extended, names, netscape } = extension;
	const more = usually(extension.subjectKey("one"), constraints);
	const root = issue({ subject: "root", ...more });
	const middle = issue({ subject: "middle", ...more, by: root });
	const leaf = issue({
		subject: name({ O: "o" }, { CN: host }),
		...having(
			names(dns(host), OWN, ["other", OTHER], ["id", Buffer.from([42, 3])]),
			...[basic(false), ["2.5.29.15", bits(0), true], extended(SERVER)],
			...[authorityKey("one"), netscape(1), points],
		),
		by: middle,
	});
	const anonymous = issue({ subject: host, by: middle });
	return { root, middle, leaf, anonymous };
}

/** A chain in which one certificate is a mutant: `{sent, ca, what}`. */
function changed({ root, middle, leaf, anonymous }, below) {
	const key = (of) => of.keys.privateKey;
	const own = [leaf, anonymous][below(2)];
	const of = (one, by) => mutant(one, key(by), below);
	const chains = [
		() => [of(own, middle), middle, root],
		() => [own, of(middle, root), root],
		() => [own, middle, of(root, root)],
	];
	const place = below(3);
	const chain = chains[place]();
	const what = `${["leaf", "intermediate", "root"][place]}: ${chain[place].what}`;
	return { sent: chain.slice(0, 2), ca: chain.slice(2), what };
}

function isReadByNode({ der }) {
	try {
		return Boolean(new X509Certificate(der));
	} catch {
		return false;
	}
}

const pems = (certificates) => certificates.map(pemOf);

/** Whether Node's own https takes a chain; `undefined` where Node.js cannot serve it. */
async function isTakenByNode(t, { sent, ca }) {
	if (![...sent, ...ca].every(isReadByNode)) return false;
	const tls = { cert: pems(sent).join(""), key: keyOf(sent[0]) };
	try {
		const server = await hostOf(t, [{ body: node("/k", "v", 5) }], { tls });
		const url = `https://127.0.0.1:${server.port}`;
		const options = { ca: pems(ca), servername: host };
		const { error } = await askedByNode(url, options);
		await server.close();
		return !error;
	} catch {
		return undefined;
	}
}

async function isTaken(t, { sent, ca }) {
	const key = sent[0].keys.privateKey;
	const ders = sent.map(({ der }) => der);
	const server = await tls12Host(t, ders, key);
	const options = { ca: pems(ca), servername: host };
	await call(client(t, server.url, options), "get", "k", { maxRetries: 0 });
	await server.close();
	return server.isTaken();
}

test(`mutants that Node.js refuses are refused (MUTANTS_SEED=${seed})`, async (t) => {
	const chain = original();
	const { sent, ca } = { sent: [chain.leaf, chain.middle], ca: [chain.root] };
	assert.equal(await isTaken(t, { sent, ca }), true);
	const below = numbers(seed);
	const wrong = [];
	const mutants = Array.from({ length: count }, () => changed(chain, below));
	await forEach(mutants, async (one) => {
		if (!(await isTaken(t, one).catch(() => false))) return;
		if ((await isTakenByNode(t, one)) === false) wrong.push(one.what);
	});
	assert.deepEqual(wrong, []);
});

test("a host of TLS 1.2 that has not the key of its certificate is refused", async (t) => {
	const { leaf, middle, root } = original();
	const chain = { sent: [leaf, middle], ca: [root] };
	const keys = generateKeyPairSync("ec", CURVE);
	const sent = [{ ...leaf, keys }, middle];
	assert.equal(await isTaken(t, { ...chain, sent }), false);
});
