// Chains of every kind: each is taken or refused as by Node's own https, with its code and its words.
const { describe, test } = require("node:test");
const { assertJudgedAsByNode, issue } = require("../support/tls/chains");
const { AUTHORITIES, usually } = require("../support/tls/kinds");
const {
	LEAVES,
	ODD_LEAVES,
	ODD_NAMES,
} = require("../support/tls/kinds-of-leaves");

const root = issue({ subject: "root", ...usually() });

function leafOf(by, { host, ...how }) {
	return { leaf: issue({ subject: "leaf", ...how, by }), host };
}

/** Leaves of an authority, and the chains that they make: `sent` are those after the leaf. */
function chainsOf(leaves, by, sent, ca) {
	return Object.entries(leaves).map(([what, how]) => {
		const { leaf, host } = leafOf(by, how);
		return [`a certificate ${what}`, { sent: [leaf, ...sent], ca, host }];
	});
}

describe("the leaves of a root in ca are judged as by Node.js", () => {
	for (const [what, how] of Object.entries(AUTHORITIES))
		test(`a root ${what}`, (t) => {
			const ca = issue({ subject: "root", ...how });
			return assertJudgedAsByNode(t, chainsOf(LEAVES, ca, [], [ca]));
		});
});

describe("the leaves of an intermediate are judged as by Node.js", () => {
	for (const [what, how] of Object.entries(AUTHORITIES))
		test(`an intermediate ${what}`, (t) => {
			const middle = issue({ subject: "middle", ...how, by: root });
			const chains = chainsOf(LEAVES, middle, [middle], [root]);
			return assertJudgedAsByNode(t, chains);
		});
});

test("leaves with odd names are judged as by Node.js", (t) =>
	assertJudgedAsByNode(t, chainsOf(ODD_NAMES, root, [], [root])));

test("odd leaves are judged as by Node.js", (t) =>
	assertJudgedAsByNode(t, chainsOf(ODD_LEAVES, root, [], [root])));
