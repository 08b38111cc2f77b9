// Signatures, by what made them and whether they hold: with the verdict, the code and the words of Node's own https.
const { test } = require("node:test");
const { assertJudgedAsByNode, issue } = require("../support/tls/chains");
const { tlv } = require("../support/tls/der");
const { OWN, named, usually } = require("../support/tls/kinds");

const curve = (namedCurve) => ["ec", { namedCurve }];
const rsa = (modulusLength) => ["rsa", { modulusLength }];
const KEYS = {
	"P-256": curve("P-256"),
	"P-384": curve("P-384"),
	Ed25519: ["ed25519", {}],
	RSA: rsa(2048),
};

function rootWith(kind, how) {
	return issue({ subject: "root", ...usually(), kind, ...how });
}

function leafOf(by, how) {
	return issue({ subject: "leaf", ...named(OWN), ...how, by });
}

test("each kind of key and digest is judged as by Node.js", (t) => {
	const chains = [];
	for (const [what, kind] of Object.entries(KEYS)) {
		const root = rootWith(kind);
		const digests =
			what === "Ed25519" ? ["sha256"] : ["sha256", "sha384", "sha512", "sha1"];
		if (what === "RSA") digests.push("pss");
		for (const digest of digests) {
			const sent = [leafOf(root, { digest })];
			chains.push([`${what} with ${digest}`, { sent, ca: [root] }]);
		}
		const own = [leafOf(rootWith(KEYS.RSA), { kind })];
		chains.push([
			`a leaf with a key ${what}, of an unknown root`,
			{ sent: own, ca: [root] },
		]);
		const sent = [leafOf(root, { kind: KEYS["P-256"] })];
		chains.push([`a leaf of ${what}`, { sent, ca: [root] }]);
	}
	return assertJudgedAsByNode(t, chains);
});

test("parameters of algorithms are judged as by Node.js", (t) => {
	const [absent, none, other] = [[], [tlv(5)], [tlv(2, [1])]];
	const chain = (kind, parameters) => {
		const root = rootWith(kind);
		return { sent: [leafOf(root, { parameters })], ca: [root] };
	};
	return assertJudgedAsByNode(
		t,
		Object.entries({
			"ECDSA with NULL": chain(KEYS["P-256"], none),
			"ECDSA with others": chain(KEYS["P-256"], other),
			"RSA with others": chain(KEYS.RSA, other),
			"RSA without parameters": chain(KEYS.RSA, absent),
			"Ed25519 with NULL": chain(KEYS.Ed25519, none),
			"Ed25519 with others": chain(KEYS.Ed25519, other),
		}),
	);
});

/** Changes the last byte of what was signed. */
function forge(signed) {
	const forged = Buffer.from(signed);
	forged[forged.length - 1] ^= 1;
	return forged;
}

test("a forged signature is refused as by Node.js", (t) => {
	const root = rootWith(KEYS["P-256"]);
	const mimic = rootWith(KEYS["P-256"]);
	const middle = issue({ subject: "middle", ...usually(), by: mimic });
	const good = issue({ subject: "middle", ...usually(), by: root });
	const digest = "sha512";
	return assertJudgedAsByNode(
		t,
		Object.entries({
			"of a leaf": {
				sent: [leafOf(root, { forge })],
				ca: [root],
				host: "127.0.0.0",
			},
			"of a leaf, by another key": { sent: [leafOf(mimic)], ca: [root] },
			"of a leaf that has expired": {
				sent: [leafOf(mimic, { until: -1 })],
				ca: [root],
			},
			"of a leaf, by another key, with another digest": {
				sent: [leafOf(mimic, { digest })],
				ca: [root],
			},
			"of an intermediate": { sent: [leafOf(middle), middle], ca: [root] },
			"of a leaf below an intermediate": {
				sent: [leafOf(middle), good],
				ca: [root],
			},
			"of a root, which counts for nothing": (() => {
				const strange = rootWith(KEYS["P-256"], {
					by: { ...mimic, subject: root.subject },
				});
				return { sent: [leafOf(strange)], ca: [strange] };
			})(),
		}),
	);
});
