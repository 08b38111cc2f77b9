// Kinds of roots, intermediates and leaves: what each has beside or in place of what is usual.
const { bits, extension, name, octets, oid, sequence, tlv } = require("./der");

const KEY_CERT_SIGN = 5;
const SERVER = "1.3.6.1.5.5.7.3.1";
const CLIENT = "1.3.6.1.5.5.7.3.2";
const ANY = "2.5.29.37.0";
const { basic, usage, extended, names, constraints, policies } = extension;
const OWN = ["ip", "127.0.0.1"];
const unknown = (isCritical) => ["1.2.3.4.5", sequence(), isCritical];
const usual = () => [basic(true), usage(KEY_CERT_SIGN)];
const having = (...extensions) => ({ extensions });
const usually = (...more) => having(...usual(), ...more);
const constrained = (...lists) => usually(constraints(...lists));
const dns = (value) => ["dns", value];

/** Bytes that look like an extension of alternative names, in a field that is none. */
const FAKE_NAMES = sequence(
	oid("2.5.29.17"),
	octets(sequence(tlv(0x82, Buffer.from("localhost")))),
);

const named = (...list) => having(names(...list));

/** Of those that sign: roots sign themselves, intermediates are signed by a root. */
const AUTHORITIES = {
	"as usual": usually(),
	"without key usage": having(basic(true)),
	"without basic constraints": having(usage(KEY_CERT_SIGN)),
	"without extensions": {},
	"without keyCertSign": having(basic(true), usage(6)),
	"with keyCertSign and more": having(basic(true), usage(0, KEY_CERT_SIGN, 6)),
	"with an empty key usage": having(basic(true), ["2.5.29.15", bits(), true]),
	"with basic constraints that are not critical": having(
		basic(true, undefined, false),
		usage(KEY_CERT_SIGN),
	),
	"that is no authority": having(basic(false)),
	"that is no authority, with keyCertSign": having(
		basic(false),
		usage(KEY_CERT_SIGN),
	),
	"with the path length 0": having(basic(true, 0), usage(KEY_CERT_SIGN)),
	"with the path length 1": having(basic(true, 1), usage(KEY_CERT_SIGN)),
	"for clients": usually(extended(CLIENT)),
	"for servers": usually(extended(SERVER)),
	"for any usage": usually(extended(ANY)),
	"for Netscape's gated cryptography": usually(
		extended("2.16.840.1.113730.4.1"),
	),
	"of Netscape's type for TLS": having(extension.netscape(5)),
	"of Netscape's type for mail": having(extension.netscape(6)),
	"of version 1": { version: 1 },
	"that has expired": { ...usually(), until: -1 },
	"that is not yet valid": { ...usually(), from: 1 },
	"with critical policies": usually(policies(true)),
	"with an unknown critical extension": usually(unknown(true)),
	"with an unknown extension": usually(unknown(false)),
	"with malformed basic constraints": having(
		["2.5.29.19", octets("x"), true],
		usage(KEY_CERT_SIGN),
	),
	"with basic constraints twice": having(
		basic(true),
		basic(true),
		usage(KEY_CERT_SIGN),
	),
	"with malformed constraints": usually(["2.5.29.30", octets("x"), true]),
	"for localhost": constrained({ permitted: [dns("localhost")] }),
	"for other names": constrained({ permitted: [dns("other.example")] }),
	"for all names but localhost": constrained({ excluded: [dns("localhost")] }),
	"for all names but a.example": constrained({ excluded: [dns("a.example")] }),
	"for names below a.example": constrained({ permitted: [dns(".a.example")] }),
	"for loopback": constrained({
		permitted: [["ip", Buffer.from([127, 0, 0, 0, 255, 0, 0, 0])]],
	}),
	"for other addresses": constrained({
		permitted: [["ip", Buffer.from([10, 0, 0, 0, 255, 0, 0, 0])]],
	}),
	"for all addresses but loopback": constrained({
		excluded: [["ip", Buffer.from([127, 0, 0, 0, 255, 0, 0, 0])]],
	}),
	"with a malformed address": constrained({
		permitted: [["ip", Buffer.from([127])]],
	}),
	"for subjects of O": constrained({
		permitted: [["directory", name({ O: "o" })]],
	}),
	"for all subjects but those of O": constrained({
		excluded: [["directory", name({ O: "o" })]],
	}),
	"for addresses of mail": constrained({ permitted: [["email", "a.example"]] }),
	"for resources of a.example": constrained({
		permitted: [["uri", "a.example"]],
	}),
	"for registered identifiers": constrained({
		permitted: [["id", Buffer.from([42])]],
	}),
};

module.exports = {
	ANY,
	AUTHORITIES,
	CLIENT,
	FAKE_NAMES,
	KEY_CERT_SIGN,
	OWN,
	SERVER,
	dns,
	having,
	named,
	unknown,
	usually,
};
