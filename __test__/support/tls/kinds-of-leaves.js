// Kinds of leaves: what each has beside or in place of what is usual, and the host that it is asked for.
const {
	bits,
	extension,
	name,
	octets,
	oid,
	sequence,
	text,
	tlv,
} = require("./der");
const {
	ANY,
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
} = require("./kinds");

/** That a certificate is a proxy's (RFC 3820). */
const PROXY_INFO = "1.3.6.1.5.5.7.1.14";
const PROXY = sequence(sequence(oid("1.3.6.1.5.5.7.21.1")));

/** The tag of a text of any bytes. */
const T61 = 0x14;

const { basic, usage, extended, names, constraints, policies } = extension;

/** Of leaves: each with the host that it is asked for. */
const LEAVES = {
	"for its address": named(OWN),
	"for localhost": { ...named(dns("localhost")), host: "localhost" },
	"for localhost by its common name": {
		subject: "localhost",
		host: "localhost",
	},
	"for localhost by its common name, and for its address": {
		subject: "localhost",
		host: "localhost",
		...named(OWN),
	},
	"for a name below a.example by its common name": {
		subject: "etcd.a.example",
		host: "etcd.a.example",
	},
	"for a name below a.example": {
		...named(dns("etcd.a.example")),
		host: "etcd.a.example",
	},
	"for its address, of O": {
		subject: name({ O: "O" }, { CN: "leaf" }),
		...named(OWN),
	},
	"for its address, with addresses of mail": named(
		OWN,
		["email", "who@a.example"],
		["email", "who@b.example"],
	),
	"for its address, with resources": named(
		OWN,
		["uri", "https://a.example/"],
		["uri", "https://b.example:1/"],
	),
	"for its address, with a resource without a host": named(OWN, [
		"uri",
		"urn:a",
	]),
	"for its address, with a registered identifier": named(OWN, [
		"id",
		Buffer.from([42, 3]),
	]),
};

/** Of leaves of a usual root: what their names are. */
const ODD_NAMES = {
	"for another address": named(["ip", "127.0.0.2"]),
	"for an address of a wrong length": named(
		["ip", Buffer.from([127, 0, 0])],
		["ip", Buffer.alloc(16, 1)],
	),
	"for its address by its common name": { subject: "127.0.0.1" },
	"for its address as a DNS name": named(dns("127.0.0.1")),
	"for several others": {
		...named(
			dns("a.example"),
			["ip", "127.0.0.2"],
			["email", "a@b"],
			["uri", "https://c"],
			["directory", name({ O: "o" }, { CN: "d, e" })],
			["id", Buffer.from([42, 3])],
			["other", Buffer.concat([oid("1.2.3"), tlv(0xa0, text("x"))])],
		),
		host: "localhost",
	},
	"with a malformed other name": named(OWN, ["other", oid("1.2.3")]),
	"for names that need quotes": {
		...named(dns("a, DNS:localhost"), dns("b'\"\\"), dns("c\0d"), dns("\xe9")),
		host: "localhost",
	},
	"for resources alone": {
		subject: "localhost",
		host: "localhost",
		...named(["uri", "https://localhost"]),
	},
	"for another name in its subject": {
		subject: "other.example",
		host: "localhost",
	},
	"without a subject": { subject: sequence(), ...named(OWN) },
	"without any name": { subject: sequence(), host: "localhost" },
	"with an empty list of names": {
		subject: "localhost",
		host: "localhost",
		...named(),
	},
	"with an empty common name": { subject: "", host: "localhost" },
	"with several common names": {
		subject: name({ CN: "other" }, { CN: "localhost" }),
		host: "localhost",
	},
	"with several other common names": {
		subject: name({ CN: "other" }, { CN: "another" }),
		host: "localhost",
	},
	"with several attributes in one set": {
		subject: name({ OU: "u", CN: "localhost" }, { O: "o" }),
		host: "localhost",
	},
	"with a common name in UTF-16": {
		subject: name({ CN: text("\0l\0o\0c\0a\0l\0h\0o\0s\0t", 0x1e) }),
		host: "localhost",
	},
	"with a common name with a NUL": {
		subject: "localhost\0.a.example",
		host: "localhost",
	},
	"with a common name in letters outside ASCII": {
		subject: "höst.a.example",
		host: "localhost",
	},
	"with a dot at the end of its name": {
		...named(dns("localhost.")),
		host: "localhost",
	},
	"with a dot at the end of its common name": {
		subject: "localhost.",
		host: "localhost",
	},
	"with capitals in its name": {
		...named(dns("LocalHost")),
		host: "localhost",
	},
	"with a wildcard": { ...named(dns("*.a.example")), host: "etcd.a.example" },
	"with a wildcard in its common name": {
		subject: "*.a.example",
		host: "etcd.a.example",
	},
	"with part of a label as a wildcard": {
		...named(dns("e*d.a.example")),
		host: "etcd.a.example",
	},
	"with a wildcard that is too wide": {
		...named(dns("*.example")),
		host: "a.example",
	},
	"with a wildcard for two labels": {
		...named(dns("*.example")),
		host: "etcd.a.example",
	},
	"with two wildcards": {
		...named(dns("*.*.example")),
		host: "etcd.a.example",
	},
	"with a wildcard in its second label": {
		...named(dns("etcd.*.example")),
		host: "etcd.a.example",
	},
	"with an empty label": {
		...named(dns("etcd..example")),
		host: "etcd.a.example",
	},
	"with names twice": having(names(OWN), names(OWN)),
	"with malformed names": having(["2.5.29.17", octets("x"), false]),
	"with an unknown kind of name": having([
		"2.5.29.17",
		sequence(tlv(0x8b, []), tlv(0x87, [127, 0, 0, 1])),
		false,
	]),
	"with bytes that look like other names in its subject": {
		subject: name({ O: text(FAKE_NAMES, T61), CN: "leaf" }),
		...named(dns("a.example")),
		host: "localhost",
	},
	"with bytes that look like other names before its own": {
		subject: name({ O: text(FAKE_NAMES, T61), CN: "leaf" }),
		...named(OWN),
	},
	"with bytes that look like other names in an extension": {
		subject: "other",
		...having(["1.2.3.4", FAKE_NAMES, false], names(OWN)),
		host: "localhost",
	},
};

/** Of leaves of a usual root: what else they are. */
const ODD_LEAVES = {
	"of version 1": { version: 1, subject: "localhost", host: "localhost" },
	"of version 1 that has expired": {
		version: 1,
		subject: "localhost",
		host: "localhost",
		until: -1,
	},
	"of version 1 for another name": {
		version: 1,
		subject: "other",
		host: "localhost",
	},
	"of version 2": { version: 2, subject: "localhost", host: "localhost" },
	"of version 1 with extensions": { version: 1, ...named(OWN) },
	"that has expired": { ...named(OWN), until: -1 },
	"that is not yet valid": { ...named(OWN), from: 1 },
	"that has expired, for another name": {
		...named(dns("a.example")),
		until: -1,
	},
	"that is valid beyond 2050": { ...named(OWN), until: 20000 },
	"that is an authority": usually(names(OWN)),
	"with keyCertSign alone": having(usage(KEY_CERT_SIGN), names(OWN)),
	"with keyAgreement alone": having(usage(4), names(OWN)),
	"with keyEncipherment alone": having(usage(2), names(OWN)),
	"with digitalSignature alone": having(usage(0), names(OWN)),
	"with nonRepudiation alone": having(usage(1), names(OWN)),
	"with decipherOnly alone": having(usage(8), names(OWN)),
	"with an empty key usage": having(["2.5.29.15", bits(), true], names(OWN)),
	"for clients": having(extended(CLIENT), names(OWN)),
	"for servers": having(extended(SERVER), names(OWN)),
	"for servers and clients": having(extended(CLIENT, SERVER), names(OWN)),
	"for any usage": having(extended(ANY), names(OWN)),
	"for no usage": having(extended(), names(OWN)),
	"for Microsoft's gated cryptography": having(
		extended("1.3.6.1.4.1.311.10.3.3"),
		names(OWN),
	),
	"of Netscape's type for servers": having(extension.netscape(1), names(OWN)),
	"of Netscape's type for clients": having(extension.netscape(0), names(OWN)),
	"with critical policies": having(policies(true), names(OWN)),
	"with policies": having(policies(false), names(OWN)),
	"with critical names": having([...names(OWN).slice(0, 2), true]),
	"with an unknown critical extension": having(unknown(true), names(OWN)),
	"with an unknown critical extension that has expired": {
		...having(unknown(true), names(OWN)),
		until: -1,
	},
	"with an unknown extension": having(unknown(false), names(OWN)),
	"with a critical key identifier": having(
		["2.5.29.14", octets("id"), true],
		names(OWN),
	),
	"with the key identifier of another issuer": having(
		extension.authorityKey([1, 2, 3]),
		names(OWN),
	),
	"of a proxy": having([PROXY_INFO, PROXY, true]),
	"of a proxy with names": having([PROXY_INFO, PROXY, true], names(OWN)),
	"with a path length": having(basic(false, 0), names(OWN)),
	"with constraints of its own": having(
		constraints({ permitted: [dns("a.example")] }),
		names(OWN),
	),
};

module.exports = { LEAVES, ODD_LEAVES, ODD_NAMES };
