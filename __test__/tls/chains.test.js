// How chains are built and what is verified along them: with the verdict, the code and the words of Node's own https.
const { describe, test } = require("node:test");
const { assertJudgedAsByNode, issue } = require("../support/tls/chains");
const { extension, name, text } = require("../support/tls/der");
const { OWN, dns, having, named, usually } = require("../support/tls/kinds");

const { basic, constraints, names, subjectKey, authorityKey } = extension;
const leafOf = (by, how) =>
	issue({ subject: "leaf", ...named(OWN), ...how, by });
const middleOf = (by, how) =>
	issue({ subject: "middle", ...usually(), ...how, by });
const rootWith = (how) => issue({ subject: "root", ...usually(), ...how });

const root = rootWith();
const other = rootWith({ subject: "other" });
const middle = middleOf(root);
const leaf = leafOf(middle);
const direct = leafOf(root);

/** A root or an intermediate of the same name and key as another. */
const again = (one, how) =>
	rootWith({ subject: one.subject, keys: one.keys, ...how });
/** What `openssl req -x509 -subj /CN=localhost` makes. */
const ofOpenssl = (how) =>
	issue({
		subject: "localhost",
		...having(subjectKey("id"), authorityKey("id"), basic(true)),
		...how,
	});

const check = (what, chains) =>
	test(what, (t) => assertJudgedAsByNode(t, Object.entries(chains())));

describe("a self-signed certificate is judged as by Node.js", () => {
	check("where it is in ca itself", () => {
		const host = "localhost";
		const own = ofOpenssl();
		const leafless = issue({ subject: "leaf", ...named(OWN) });
		const plain = issue({ subject: "localhost", ...having(basic(false)) });
		const late = ofOpenssl({ until: -1 });
		const strange = issue({ subject: "leaf", ...having(extension.usage(5)) });
		return {
			"as openssl req makes it": { sent: [own], ca: [own], host },
			"for another name": { sent: [own], ca: [own], host: "a.example" },
			"by address": { sent: [own], ca: [own] },
			"with names": { sent: [leafless], ca: [leafless] },
			"that is no authority": { sent: [plain], ca: [plain], host },
			"that has expired": { sent: [late], ca: [late], host },
			"with keyCertSign alone": { sent: [strange], ca: [strange] },
			"that is sent twice": { sent: [own, own], ca: [own], host },
			"behind another of its name": {
				sent: [own],
				ca: [ofOpenssl(), own],
				host,
			},
			"before another of its name": {
				sent: [own],
				ca: [own, ofOpenssl()],
				host,
			},
		};
	});

	check("where it is not in ca", () => ({
		alone: { sent: [ofOpenssl()], ca: [root] },
		"with a root": { sent: [ofOpenssl(), root], ca: [root] },
		"of the name of a root": { sent: [rootWith()], ca: [root] },
		"of the name and the key of a root": { sent: [again(root)], ca: [root] },
	}));

	check("where it has signed a leaf", () => {
		const pinned = issue({ subject: "pinned", ...named(dns("a.example")) });
		const stated = issue({ subject: "pinned", ...having(basic(false)) });
		const { keys, subject } = pinned;
		return {
			"and is pinned": { sent: [leafOf(pinned)], ca: [pinned] },
			"and is pinned, and sent": {
				sent: [leafOf(pinned), pinned],
				ca: [pinned],
			},
			"and says that it may not": { sent: [leafOf(stated)], ca: [stated] },
			"of its own name and key": {
				sent: [leafOf(pinned, { subject, keys })],
				ca: [pinned],
			},
			"of its own name": { sent: [leafOf(pinned, { subject })], ca: [pinned] },
		};
	});
});

describe("a chain is built as by Node.js", () => {
	check("from what is sent and what is in ca", () => ({
		"as usual": { sent: [leaf, middle], ca: [root] },
		"with its root": { sent: [leaf, middle, root], ca: [root] },
		"in another order": { sent: [leaf, root, middle], ca: [root] },
		"with a stranger": { sent: [leaf, other, middle], ca: [root] },
		"of a root alone": { sent: [direct], ca: [other, root] },
		"without its intermediate": { sent: [leaf], ca: [root] },
		"with its intermediate in ca": { sent: [leaf], ca: [middle, root] },
		"that ends at an intermediate in ca": { sent: [leaf], ca: [middle] },
		"that ends at its intermediate, in ca and sent": {
			sent: [leaf, middle],
			ca: [middle],
		},
		"that ends at its leaf, in ca": { sent: [direct], ca: [direct] },
		"with its leaf in ca, and its root": { sent: [direct], ca: [direct, root] },
		"of an unknown root": { sent: [leaf, middle], ca: [other] },
		"of an unknown root that is sent": {
			sent: [leaf, middle, root],
			ca: [other],
		},
		"of a root with the name of another": { sent: [direct], ca: [rootWith()] },
		"of one of two roots of a name": { sent: [direct], ca: [rootWith(), root] },
	}));

	check("where names are written in other ways", () => {
		const like = (subject) => ({ ...root, subject });
		const chain = (subject) => ({ sent: [leafOf(like(subject))], ca: [root] });
		return {
			"in capitals": chain(name({ CN: "ROOT" })),
			"with spaces": chain(name({ CN: " root  " })),
			"as another type": chain(name({ CN: text("root", 0x13) })),
			"in UTF-16": chain(name({ CN: text("\0r\0o\0o\0t", 0x1e) })),
			"with more": chain(name({ CN: "root" }, { O: "o" })),
		};
	});

	check("where there are several of a name and a key", () => {
		const late = again(root, { until: -1 });
		const later = again(root, { until: -2 });
		const early = again(root, { from: 1 });
		const lateMiddle = again(middle, { by: root, until: -1 });
		const crossed = again(root, { by: other });
		return {
			"an expired root first": { sent: [direct], ca: [late, root] },
			"an expired root last": { sent: [direct], ca: [root, late] },
			"expired roots alone": { sent: [direct], ca: [later, late] },
			"expired and future roots": { sent: [direct], ca: [early, late] },
			"an expired intermediate first": {
				sent: [leaf, lateMiddle, middle],
				ca: [root],
			},
			"an expired intermediate, and another in ca": {
				sent: [leaf, lateMiddle],
				ca: [middle, root],
			},
			"an expired intermediate in ca": {
				sent: [leaf, middle],
				ca: [lateMiddle, root],
			},
			"a root signed by another that is in ca": {
				sent: [direct, crossed],
				ca: [other],
			},
			"a root signed by another, and itself in ca": {
				sent: [direct, crossed],
				ca: [root],
			},
			"a root signed by another, expired itself": {
				sent: [direct, crossed],
				ca: [late, other],
			},
			"a root signed by another, both in ca": {
				sent: [direct],
				ca: [crossed, other],
			},
			"a root signed by another, and an unknown one": {
				sent: [direct, crossed, root],
				ca: [other],
			},
		};
	});

	check("by key identifiers", () => {
		const keyed = rootWith(usually(subjectKey("one")));
		const more = (id) => having(names(OWN), authorityKey(id));
		const twin = again(keyed, usually(subjectKey("two")));
		return {
			"that are the same": { sent: [leafOf(keyed, more("one"))], ca: [keyed] },
			"that differ": { sent: [leafOf(keyed, more("two"))], ca: [keyed] },
			"that choose": { sent: [leafOf(keyed, more("two"))], ca: [keyed, twin] },
			"that the root lacks": { sent: [leafOf(root, more("two"))], ca: [root] },
			"that a leaf lacks": { sent: [leafOf(keyed)], ca: [keyed] },
		};
	});
});

/** A chain of an intermediate for each subject, the first of which the root has signed. */
function deep(ca, ...subjects) {
	const sent = [ca];
	for (const subject of subjects) sent.unshift(middleOf(sent[0], { subject }));
	return { sent: [leafOf(sent[0]), ...sent.slice(0, -1)], ca: [ca] };
}

describe("a chain is verified as by Node.js", () => {
	check("in its path lengths", () => {
		const limited = (length) =>
			rootWith(having(basic(true, length), extension.usage(5)));
		const [short, long] = [limited(0), limited(1)];
		return {
			"0, with an intermediate": deep(short, "a"),
			"0, with one of the name of the root": deep(short, "root"),
			"0, with one of the name of the root, and another": deep(
				...[short, "root", "b"],
			),
			"1, with one": deep(long, "a"),
			"1, with two": deep(long, "a", "b"),
			"1, with two of a name": deep(long, "a", "a"),
			"none, with many": deep(root, "a", "b", "c", "d", "e"),
		};
	});

	check("in its constraints on names", () => {
		const host = "etcd.a.example";
		const only = (value) => usually(constraints({ permitted: [dns(value)] }));
		const a = rootWith(only("a.example"));
		const b = middleOf(a, only("b.example"));
		const own = middleOf(a, { ...only("b.example"), subject: a.subject });
		const chain = (how, ...sent) => ({
			sent: [leafOf(sent[0] ?? a, how), ...sent],
			ca: [a],
			host,
		});
		const common = (subject) => ({ subject, extensions: [] });
		return {
			"of a root": chain(named(dns(host))),
			"of a root, by a common name": chain(common(host)),
			"of a root, by another common name": {
				...chain(common("b.example")),
				host: "b.example",
			},
			"of a root, by a common name of one label": {
				...chain(common("localhost")),
				host: "localhost",
			},
			"of a root and an intermediate": chain(named(dns(host)), b),
			"of a root and an intermediate of its name": chain(named(dns(host)), own),
		};
	});

	check("in its dates", () => {
		const late = { until: -1 };
		const lateRoot = rootWith(late);
		const lateMiddle = middleOf(root, late);
		const middleOfLate = middleOf(lateRoot);
		return {
			"of the root": { sent: [leafOf(lateRoot)], ca: [lateRoot] },
			"of the root, below an intermediate": {
				sent: [leafOf(middleOfLate), middleOfLate],
				ca: [lateRoot],
			},
			"of an intermediate": {
				sent: [leafOf(lateMiddle), lateMiddle],
				ca: [root],
			},
			"of the leaf, of an unknown issuer": {
				sent: [leafOf(other, late)],
				ca: [root],
			},
			"of the leaf and the intermediate": {
				sent: [leafOf(lateMiddle, { from: 1 }), lateMiddle],
				ca: [root],
			},
		};
	});
});
