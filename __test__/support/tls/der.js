// DER by hand: certificates that no tool makes.
const { constants, randomBytes, sign } = require("node:crypto");

/** A value: its tag and what it has. */
function tlv(tag, ...contents) {
	const content = Buffer.concat(contents.map((one) => Buffer.from(one)));
	const { length } = content;
	if (length < 0x80)
		return Buffer.concat([Buffer.from([tag, length]), content]);
	const digits =
		length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...digits]), content]);
}

const sequence = (...contents) => tlv(0x30, ...contents);
const octets = (content) => tlv(0x04, content);
const explicit = (number, content) => tlv(0xa0 + number, content);
const text = (value, tag = 0x0c) =>
	tlv(tag, Buffer.from(value, tag === 0x0c ? "utf8" : "latin1"));
const integer = (value) =>
	tlv(0x02, Buffer.isBuffer(value) ? value : Buffer.from([value]));

/** An object identifier from its text. */
function oid(dotted) {
	const [first, second, ...rest] = dotted.split(".").map(Number);
	const digits = (number, last = 0) => [
		...(number >= 0x80 ? digits(Math.floor(number / 0x80), 0x80) : []),
		(number % 0x80) | last,
	];
	return tlv(
		0x06,
		[first * 40 + second, ...rest].flatMap((part) => digits(part)),
	);
}

/** A BIT STRING with these bits set, 0 being the first. */
function bits(...set) {
	const value = set.reduce((sum, bit) => sum | (0x8000 >> bit), 0);
	const last = Math.max(-1, ...set);
	const bytes =
		last > 7 ? [value >> 8, value & 0xff] : last < 0 ? [] : [value >> 8];
	const unused = last < 0 ? 0 : 7 - (last % 8);
	return tlv(0x03, [unused, ...bytes]);
}

const ATTRIBUTES = {
	CN: "2.5.4.3",
	C: "2.5.4.6",
	O: "2.5.4.10",
	OU: "2.5.4.11",
	emailAddress: "1.2.840.113549.1.9.1",
};

/** A name: a list of sets, each an object of attributes; a value is text or its DER. */
function name(...sets) {
	const attribute = ([type, value]) =>
		sequence(
			oid(ATTRIBUTES[type]),
			Buffer.isBuffer(value) ? value : text(value),
		);
	return sequence(
		...sets.map((set) => tlv(0x31, ...Object.entries(set).map(attribute))),
	);
}

function time(days) {
	const date = new Date(Date.now() + days * 24 * 60 * 60 * 1000);
	const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
	return text(
		date.getUTCFullYear() < 2050 ? digits.slice(2) : digits,
		date.getUTCFullYear() < 2050 ? 0x17 : 0x18,
	);
}

const GENERAL = {
	other: 0xa0,
	email: 0x81,
	dns: 0x82,
	directory: 0xa4,
	uri: 0x86,
	ip: 0x87,
	id: 0x88,
};

/** A general name, as `["dns", "a.example"]`; an address in its bytes, any other in text, in bytes or in DER. */
function general([type, value]) {
	const bytes =
		type === "ip" && typeof value === "string"
			? value.split(".").map(Number)
			: value;
	return tlv(
		GENERAL[type],
		typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes,
	);
}

function subtrees(number, names) {
	return names
		? [
				explicit(
					number,
					Buffer.concat(names.map((one) => sequence(general(one)))),
				),
			]
		: [];
}

/** Extensions, each `[oid, value, isCritical]`. */
const extension = {
	basic: (isAuthority, length, isCritical = true) => [
		"2.5.29.19",
		sequence(
			...(isAuthority ? [tlv(1, [0xff])] : []),
			...(length === undefined ? [] : [integer(length)]),
		),
		isCritical,
	],
	usage: (...set) => ["2.5.29.15", bits(...set), true],
	extended: (...usages) => ["2.5.29.37", sequence(...usages.map(oid)), false],
	names: (...names) => ["2.5.29.17", sequence(...names.map(general)), false],
	constraints: ({ permitted, excluded }) => [
		"2.5.29.30",
		sequence(...subtrees(0, permitted), ...subtrees(1, excluded)),
		true,
	],
	policies: (isCritical) => [
		"2.5.29.32",
		sequence(sequence(oid("2.5.29.32.0"))),
		isCritical,
	],
	netscape: (...set) => ["2.16.840.1.113730.1.1", bits(...set), false],
	subjectKey: (id) => ["2.5.29.14", octets(id), false],
	authorityKey: (id) => ["2.5.29.35", sequence(tlv(0x80, id)), false],
};

const SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), tlv(5));
const PSS = [
	"1.2.840.113549.1.1.10",
	sequence(
		explicit(0, SHA256),
		explicit(1, sequence(oid("1.2.840.113549.1.1.8"), SHA256)),
		explicit(2, integer(32)),
	),
];

const SIGNATURES = {
	ed448: ["1.3.101.113"],
	"rsa-pss sha256": PSS,
	"rsa pss": PSS,
	"ec sha1": ["1.2.840.10045.4.1"],
	"ec sha224": ["1.2.840.10045.4.3.1"],
	"ec sha256": ["1.2.840.10045.4.3.2"],
	"ec sha384": ["1.2.840.10045.4.3.3"],
	"ec sha512": ["1.2.840.10045.4.3.4"],
	"rsa sha1": ["1.2.840.113549.1.1.5", tlv(5)],
	"rsa sha256": ["1.2.840.113549.1.1.11", tlv(5)],
	"rsa sha384": ["1.2.840.113549.1.1.12", tlv(5)],
	"rsa sha512": ["1.2.840.113549.1.1.13", tlv(5)],
	ed25519: ["1.3.101.112"],
};

function signatureOf({ asymmetricKeyType: type }, digest, parameters) {
	const kind = type.startsWith("ed") ? type : `${type} ${digest}`;
	const [id, ...usual] = SIGNATURES[kind];
	return sequence(oid(id), ...(parameters ?? usual));
}

function signed(content, key, digest) {
	if (key.asymmetricKeyType.startsWith("ed"))
		return sign(undefined, content, key);
	if (digest !== "pss" && key.asymmetricKeyType !== "rsa-pss")
		return sign(digest, content, key);
	const padding = constants.RSA_PKCS1_PSS_PADDING;
	return sign("sha256", content, { key, padding, saltLength: 32 });
}

function encodeExtension([id, value, isCritical]) {
	return sequence(
		oid(id),
		...(isCritical ? [tlv(1, [0xff])] : []),
		octets(value),
	);
}

/**
 * The DER of a certificate. `keys` are its own; those of `by`, another of these or itself, sign it. `version` is 1 or 3;
 * `forge` changes what was signed: it gets that and the serial number in it. `validity`, `spki`, `rawSerial` and the
 * `parameters` of the signature's algorithm stand in place of what is usual.
 */
function certificate({
	subject,
	by,
	keys,
	version = 3,
	from = -30,
	until = 30,
	extensions = [],
	digest = "sha256",
	parameters,
	serial = randomBytes(8),
	rawSerial,
	validity,
	spki,
	forge,
}) {
	const signer = by?.keys ?? keys;
	const algorithm = signatureOf(signer.privateKey, digest, parameters);
	serial[0] = (serial[0] & 0x7f) | 0x40;
	const content = sequence(
		...(version === 1 ? [] : [explicit(0, integer(version - 1))]),
		integer(rawSerial ?? serial),
		algorithm,
		by?.subject ?? subject,
		validity ?? sequence(time(from), time(until)),
		subject,
		spki ?? keys.publicKey.export({ type: "spki", format: "der" }),
		...(extensions.length > 0
			? [explicit(3, sequence(...extensions.map(encodeExtension)))]
			: []),
	);
	const signature = signed(content, signer.privateKey, digest);
	return sequence(
		forge ? forge(content, serial) : content,
		algorithm,
		tlv(0x03, [0], signature),
	);
}

module.exports = {
	bits,
	certificate,
	extension,
	integer,
	name,
	octets,
	oid,
	sequence,
	text,
	tlv,
};
