// Name constraints, in odd encodings and about odd names: with the verdict, the code and the words of Node's own https.
const { test } = require("node:test");
const { assertJudgedAsByNode, issue } = require("../support/tls/chains");
const der = require("../support/tls/der");
const { OWN, dns, having, named, usually } = require("../support/tls/kinds");

const { name, sequence, text, tlv } = der;
const NAME_CONSTRAINTS = "2.5.29.30";
const OTHER = { subject: "b.example", host: "b.example" };
const tree = (value, ...bounds) =>
	sequence(tlv(0x82, Buffer.from(value)), ...bounds);
const permitted = (...trees) => tlv(0xa0, ...trees);
const excluded = (...trees) => tlv(0xa1, ...trees);
const constrained = (...lists) =>
	usually([NAME_CONSTRAINTS, sequence(...lists), true]);

/** Judges leaves of roots: `[what, extensions of the root, the leaf]`. */
function check(t, kinds) {
	const chains = kinds.map(([what, how, { host, ...leaf }]) => {
		const root = issue({ subject: "root", ...how });
		const sent = [issue({ subject: "leaf", ...leaf, by: root })];
		return [what, { sent, ca: [root], host }];
	});
	return assertJudgedAsByNode(t, chains);
}

test("constraints in odd encodings are judged as by Node.js", (t) => {
	const leaf = { ...named(dns("b.example")), host: "b.example" };
	const [a, b] = [tree("a.example"), tree("b.example")];
	const bounded = (tag, ...bytes) => permitted(tree("", tlv(tag, bytes)));
	return check(
		t,
		Object.entries({
			"an exclusion, and another list of them": [excluded(b), excluded(a)],
			"permitted names, and another list of them": [permitted(b), permitted(a)],
			"exclusions before permitted names": [excluded(a), permitted(b)],
			"a list of another class": [tlv(0x70, b)],
			"a list, and more": [permitted(b), tlv(5)],
			"a base, and more": [permitted(tree("b.example", tlv(5)))],
			"a base in a set": [permitted(tlv(0x31, tlv(0x82, [])))],
			"the minimum 0": [bounded(0x80, 0)],
			"the minimum 1": [bounded(0x80, 1)],
			"an empty minimum": [bounded(0x80)],
			"the maximum 0": [bounded(0x81, 0)],
			"an excluded name": [excluded(b)],
			"the minimum 0 of an exclusion": [
				excluded(tree("b.example", tlv(0x80, [0]))),
			],
		}).map(([what, lists]) => [what, constrained(...lists), leaf]),
	);
});

test("constraints on the subject are judged as by Node.js", (t) => {
	const only = (...base) => usually(der.extension.constraints(...base));
	const emails = only({ permitted: [["email", "a.example"]] });
	const email = (value, tag) => ({
		subject: name({ CN: "leaf" }, { emailAddress: text(value, tag) }),
		...named(OWN),
	});
	const hosts = only({ permitted: [dns("a.example")] });
	const common = (...parts) => ({
		...OTHER,
		subject: name({ CN: text(...parts) }),
	});
	return check(t, [
		["an address of mail", emails, email("who@a.example", 0x16)],
		["another address of mail", emails, email("who@b.example", 0x16)],
		["an address of mail in UTF-8", emails, email("who@a.example", 0x0c)],
		["a common name", hosts, common("b.example")],
		["a common name with a NUL in it", hosts, common("a\0.example")],
		["a common name with a NUL at its end", hosts, common("b.example\0")],
		["a common name that is no text", hosts, common("b.example", 0x1d)],
	]);
});

test("names of every type are judged as by Node.js", (t) => {
	const kinds = [0x0c, 0x12, 0x13, 0x14, 0x16, 0x1d, 0x07, 0x09, 0x0d];
	const leaf = (tag, ...more) => ({
		subject: name(...more, { CN: text("localhost", tag) }),
		host: "localhost",
	});
	return check(t, [
		...kinds.map((tag) => [`of the tag ${tag}`, usually(), leaf(tag)]),
		[
			"beside one that is no text",
			usually(),
			leaf(0x0c, { O: text("o", 0x1d) }),
		],
		[
			"of the tag 29, with its address",
			usually(),
			{
				...leaf(0x1d),
				...named(OWN, dns("localhost")),
			},
		],
	]);
});

test("another issuer of the issuer's key is judged as by Node.js", (t) => {
	const key = (...values) => [...["2.5.29.35", sequence(...values), false]];
	const issuer = (value) => tlv(0xa1, tlv(0xa4, name({ CN: value })));
	const leaf = (value) =>
		having(der.extension.names(OWN), key(issuer(value), tlv(0x82, [1])));
	const root = {
		...usually(),
		serial: Buffer.from([1]),
		rawSerial: Buffer.from([1]),
	};
	return check(t, [
		["its own", root, leaf("root")],
		["another", root, leaf("other")],
	]);
});

test("a chain of more certificates than OpenSSL takes is judged as by Node.js", (t) => {
	const keys = issue({ subject: "root" }).keys;
	const chain = (length) => {
		const root = issue({ subject: "root", ...usually(), keys });
		const sent = [root];
		for (let rest = length; rest > 0; rest--) {
			const subject = `middle ${rest}`;
			sent.unshift(issue({ subject, ...usually(), keys, by: sent[0] }));
		}
		sent.unshift(issue({ subject: "leaf", ...named(OWN), keys, by: sent[0] }));
		return { sent: sent.slice(0, -1), ca: [root] };
	};
	const lengths = [98, 99, 100, 101, 102];
	return assertJudgedAsByNode(
		t,
		lengths.map((length) => [`${length} intermediates`, chain(length)]),
	);
});
