// Certificates with one changed element of DER, signed again: the same ones for the same seed.
const { sign } = require("node:crypto");
const { sequence, tlv } = require("./der");

const CONSTRUCTED = 0x20;
const OCTETS = 0x04;
const TAGS = [
	...[0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x10, 0x11, 0x12],
	...[0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1b, 0x1d, 0x24, 0x30, 0x31, 0x50],
	...[0x70, 0x80, 0x81, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa3, 0xa4],
];
const BYTES = [0x00, 0x01, 0x03, 0x07, 0x41, 0x80, 0xff];

/** Numbers below a limit, by a linear congruential generator. */
function numbers(seed) {
	let state = seed;
	return (limit) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * limit);
	};
}

/** The values in these bytes, `[{tag, content, inner}]`; `undefined` where they are none. */
function parse(bytes) {
	const values = [];
	for (let rest = bytes; rest.length > 0; ) {
		const digits = rest[1] < 0x80 ? 0 : rest[1] & 0x7f;
		if (rest.length < 2 + digits || digits > 2) return undefined;
		const length = digits > 0 ? rest.readUIntBE(2, digits) : rest[1];
		const content = rest.subarray(2 + digits, 2 + digits + length);
		if (content.length < length) return undefined;
		const hasInner = rest[0] & CONSTRUCTED || rest[0] === OCTETS;
		const inner = hasInner && length > 0 ? parse(content) : undefined;
		values.push({ tag: rest[0], content, inner });
		rest = rest.subarray(2 + digits + length);
	}
	return values;
}

const encode = ({ tag, content, inner }) =>
	inner ? tlv(tag, ...inner.map(encode)) : tlv(tag, content);

/** Each value with the list that it is in. */
const all = (list) =>
	list.flatMap((value) => [[value, list], ...all(value.inner ?? [])]);

const replace = (value, content) =>
	Object.assign(value, { content, inner: undefined });

const bytesOf = ({ content, inner }) =>
	inner ? Buffer.concat(inner.map(encode)) : content;

/** Each changes a value, or the list that it is in. */
const CHANGES = {
	"another tag": (value, _list, below) => {
		value.tag = TAGS[below(TAGS.length)];
	},
	"left out": (value, list) => list.splice(list.indexOf(value), 1),
	twice: (value, list) => list.splice(list.indexOf(value), 0, value),
	"in another place": (value, list) => {
		list.splice(list.indexOf(value), 1);
		list.push(value);
	},
	"with NULL after it": (value, list) => {
		const after = { tag: 5, content: Buffer.alloc(0) };
		list.splice(list.indexOf(value) + 1, 0, after);
	},
	"with another bit": (value, _list, below) => {
		const content = Buffer.from(bytesOf(value));
		if (content.length > 0) content[below(content.length)] ^= 1 << below(8);
		replace(value, content);
	},
	shorter: (value) => replace(value, bytesOf(value).subarray(0, -1)),
	longer: (value, _list, below) => {
		const more = [BYTES[below(BYTES.length)]];
		replace(value, Buffer.concat([bytesOf(value), Buffer.from(more)]));
	},
	"with a byte before it": (value, _list, below) => {
		const more = [BYTES[below(BYTES.length)]];
		replace(value, Buffer.concat([Buffer.from(more), bytesOf(value)]));
	},
	empty: (value) => replace(value, Buffer.alloc(0)),
};

/** A certificate (see `issue` of chains.js) with one change, signed again with a key: `{...certificate, der, what}`. */
function mutant(certificate, signer, below) {
	const [{ inner }] = parse(certificate.der);
	const [content, algorithm] = inner;
	const values = all(content.inner);
	const [value, list] = values[below(values.length)];
	const changes = Object.entries(CHANGES);
	const [name, change] = changes[below(changes.length)];
	const what = `element ${values.findIndex(([one]) => one === value)}, ${name}`;
	change(value, list, below);
	const signed = encode(content);
	const signature = tlv(0x03, [0], sign("sha256", signed, signer));
	const der = sequence(signed, encode(algorithm), signature);
	return { ...certificate, der, what };
}

module.exports = { mutant, numbers };
