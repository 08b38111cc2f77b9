// Fields and extensions in odd and in malformed encodings: with the verdict, the code and the words of Node's own https.
const { test } = require("node:test");
const { assertJudgedAsByNode, issue } = require("../support/tls/chains");
const { bits, oid, sequence, text, tlv } = require("../support/tls/der");
const { OWN, dns, having, named, usually } = require("../support/tls/kinds");

const root = issue({ subject: "root", ...usually() });
const JUNK = Buffer.from([5, 0]);
const after = (...values) => Buffer.concat(values);
const utc = (digits) => text(digits, 0x17);
const generalized = (digits) => text(digits, 0x18);

function check(t, kinds) {
	const chain = ({ host, ...how }) => {
		const leaf = issue({ subject: "leaf", ...how, by: root });
		return { sent: [leaf], ca: [root], host };
	};
	const chains = Object.entries(kinds).map(([what, how]) => [what, chain(how)]);
	return assertJudgedAsByNode(t, chains);
}

test("dates in every form are judged as by Node.js", (t) => {
	const [from, until] = [utc("200101000000Z"), utc("400101000000Z")];
	const dated = (start, end) => {
		return { ...named(OWN), validity: sequence(start, end) };
	};
	return check(t, {
		"as usual": dated(from, until),
		"with four digits of the year": dated(
			generalized("20200101000000Z"),
			generalized("20400101000000Z"),
		),
		"with another zone": dated(utc("200101000000+0100"), until),
		"with another zone at the end": dated(from, utc("400101000000+0100")),
		"with a fraction": dated(generalized("20200101000000.5Z"), until),
		"in no month": dated(utc("201301000000Z"), until),
		"on no day": dated(from, utc("400231000000Z")),
		"that are no digits": dated(utc("2x0101000000Z"), until),
		"in a 61st second": dated(utc("191231235960Z"), until),
		"at the end of 2049": dated(from, utc("491231235959Z")),
		"in 1950": dated(from, utc("500101000000Z")),
		"in 9999": dated(from, generalized("99991231235959Z")),
		"in the year 1": dated(generalized("00010101000000Z"), until),
	});
});

test("serial numbers of every form are judged as by Node.js", (t) => {
	const numbered = (...bytes) => {
		return { ...named(OWN), rawSerial: Buffer.from(bytes) };
	};
	return check(t, {
		zero: numbered(0),
		negative: numbered(0x80, 1),
		"of 30 bytes": numbered(...Array(30).fill(0x41)),
	});
});

const NO_AUTHORITY = sequence(tlv(1, [0]));

test("malformed extensions are judged as by Node.js", (t) => {
	const extended = (id, value, isCritical = false) =>
		having(...named(OWN).extensions, [id, value, isCritical]);
	const points = (...all) => extended("2.5.29.31", sequence(...all));
	const uri = tlv(0x86, Buffer.from("http://a"));
	return check(t, {
		"no distribution points": points(),
		"a distribution point without a name": points(sequence()),
		"a distribution point": points(sequence(tlv(0xa0, tlv(0xa0, uri)))),
		"the issuer of a distribution point": points(sequence(tlv(0xa2, uri))),
		"malformed distribution points": extended("2.5.29.31", JUNK),
		"malformed policies": extended("2.5.29.32", JUNK),
		"malformed access": extended("1.3.6.1.5.5.7.1.1", JUNK),
		"a malformed key identifier": extended("2.5.29.14", JUNK),
		"a malformed identifier of the issuer": extended("2.5.29.35", JUNK),
		"an empty identifier of the issuer": extended("2.5.29.35", sequence()),
		"another serial number of the issuer": extended(
			...["2.5.29.35", sequence(tlv(0x82, [1]))],
		),
		"malformed extended usage": extended("2.5.29.37", JUNK),
		"more key usages than there are": extended(
			...["2.5.29.15", tlv(3, [0, 0xff, 0xff, 0xff])],
		),
		"a key usage and more": extended("2.5.29.15", after(bits(0), JUNK)),
		"a key usage of another type": extended("2.5.29.15", tlv(4, [0x80])),
		"no constraints": extended("2.5.29.30", sequence()),
		"a malformed type of Netscape's": extended("2.16.840.1.113730.1.1", JUNK),
		"basic constraints and more": extended(
			...["2.5.29.19", after(sequence(), JUNK)],
		),
		"no authority, said as false": extended("2.5.29.19", NO_AUTHORITY),
		"an authority, said as 1": extended("2.5.29.19", sequence(tlv(1, [1]))),
		"a negative path length": extended("2.5.29.19", sequence(tlv(2, [0xff]))),
		"resources of networks": extended(
			"1.3.6.1.5.5.7.1.7",
			sequence(sequence(tlv(4, [0, 1]), sequence(tlv(3, [0, 127])))),
		),
	});
});

test("malformed names are judged as by Node.js", (t) => {
	const own = tlv(0x87, [127, 0, 0, 1]);
	const only = (value) => having(["2.5.29.17", value, false]);
	const asked = (...list) => ({ ...named(...list), host: "localhost" });
	const principal = tlv(0xa0, text("u@x"));
	return check(t, {
		"an object identifier that does not end": named(OWN, [
			"id",
			Buffer.from([0x80]),
		]),
		"an empty object identifier": named(OWN, ["id", Buffer.alloc(0)]),
		"a directory name that is none": named(OWN, ["directory", tlv(4, [])]),
		"a primitive directory name": only(sequence(own, tlv(0x84, sequence()))),
		"an address of X.400": only(sequence(own, tlv(0xa3, []))),
		"names and more": only(after(sequence(own), tlv(5, []))),
		"an empty DNS name": asked(dns("")),
		"a wildcard alone": asked(dns("*")),
		"a dot alone": asked(dns(".")),
		"a principal's name": {
			...asked(["other", after(oid("1.3.6.1.4.1.311.20.2.3"), principal)]),
			subject: "localhost",
		},
	});
});
