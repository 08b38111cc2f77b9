// The keys of generated calls. Each is made for a side: below its prefix, and in one of the forms
// in which callers pass keys.

const USUAL = ["k0", "k1", "k2", "k3", "d0", "d0/x", "d0/y", "d1", "d1/s/z"];
const LISTED = ["", "d0", "d1", "d0?recursive=true", "?recursive=true"];

// What callers, and nobody in his right mind, put into keys.
const ODD = [
	"with space",
	" lead",
	"tail ",
	"tail\t",
	"a b/c d",
	"slash/",
	"d0/",
	"x//y",
	"%41",
	"a%2Fb",
	"x%20y",
	"%",
	"100%",
	"%zz",
	"?quorum=true",
	"k0?quorum=true",
	"k1?recursive=true",
	"k1?sorted=true&recursive=true",
	"k2?",
	"k2?value=query",
	"k2?ttl=3600",
	"k3?prevExist=false",
	"d2?dir=true",
	"k0?a=b c&é=日",
	"k0#frag",
	"d0#frag?recursive=true",
	"#",
	"back\\slash",
	"it's",
	'"quoted"',
	"{a}|^`",
	"<b>",
	"a;b",
	"a+b",
	"a&b=c",
	"p:q@r",
	"_hidden",
	"d0/_hidden",
	"_dir/x",
	"~t*!()$,",
	"[0]",
	"tab\tin",
	"line\nin",
	"\u007f",
	"...",
	"a..b",
	".dot",
	"0",
	"v".repeat(300),
];

const OUTSIDE_ASCII = ["é", "日本/語", "😀", "ü?recursive=true", "a é b"];
const DOTS = ["../k0", "./k0", "d0/../k0", "d0/.", "..", "%2e%2e/k0"];
const UNSENDABLE = ["\u0000", "a\u0001b", "k0\u001f", "a\ud800b"];

const FORMS = [
	"buffer",
	"array",
	"array of two",
	"array with slash",
	"toString",
	"valueOf",
	"both",
	"String",
	"number",
	"bigint",
];

const MAKE = {
	string: (path) => path,
	"leading slash": (path) => `/${path}`,
	buffer: (path) => Buffer.from(path),
	array: (path) => [path],
	"array of two": (path) => [path, "two"],
	"array with slash": (path) => ["/", path],
	toString: (path) => ({ toString: () => path }),
	valueOf: (path) => ({ valueOf: () => path }),
	both: (path) => ({ toString: () => "wrong", valueOf: () => path }),
	String: (path) => new String(path),
	number: (_path, side) => side.number,
	bigint: (_path, side) => BigInt(side.number),
	root: () => "",
	"root slash": () => "/",
	undefined: () => undefined,
	null: () => null,
	symbol: () => Symbol("key"),
	true: () => true,
	false: () => false,
	NaN: () => Number.NaN,
};

const READ_ONLY_FORMS = ["true", "false", "NaN"];
const NOT_KEYS = ["undefined", "null", "symbol"];

/** A key: `text` below a side's prefix, as `form`. */
class Key {
	constructor(text, form = "string") {
		this.text = text;
		this.form = form;
	}

	for(side) {
		return MAKE[this.form](side.prefix + side.unnamed(this.text), side);
	}

	/** Whether it is the root of the whole store. */
	get isRoot() {
		return this.form === "root" || this.form === "root slash";
	}

	with(text) {
		return new Key(text, this.form);
	}

	/** Whether both packages send it, and as the same. */
	get isTame() {
		const odd = [...OUTSIDE_ASCII, ...DOTS, ...UNSENDABLE].includes(this.text);
		return !odd && !this.isNone;
	}

	/** Whether it has no text. */
	get isNone() {
		return NOT_KEYS.includes(this.form);
	}

	/** Whether etcd answers it, and closes the connection, before it has read what is sent with it. */
	get isMalformed() {
		return /%(?![\da-f]{2})/i.test(this.text);
	}

	/** Without what follows a `?` or a `#`, as the model knows it. */
	get plain() {
		return this.text.replace(/[?#].*$/s, "").replace(/^\/|[\s/]+$/g, "");
	}

	toString() {
		const shown = JSON.stringify(`@${this.text.slice(0, 40)}`);
		return this.form === "string" ? shown : `<${this.form}>${shown}`;
	}
}

function textFor(chance, known) {
	const kinds = { usual: 48, known: 20, odd: 26, foreign: 3, dots: 2, no: 1 };
	const kind = chance.weighted(kinds);
	if (kind === "usual") return chance.one(USUAL);
	if (kind === "foreign") return chance.one(OUTSIDE_ASCII);
	if (kind === "dots") return chance.one(DOTS);
	if (kind === "no") return chance.one(UNSENDABLE);
	if (kind === "odd") return chance.one(ODD);
	return known.length > 0 ? chance.one(known) : chance.one(USUAL);
}

/** A key for a call of `method`; `known` are the texts of the keys that are there. */
function anyKey(chance, method, known) {
	const kinds = {
		string: 80,
		slash: 9,
		form: 8,
		root: 1.5,
		none: 0.7,
		ro: 0.8,
	};
	const kind = chance.weighted(kinds);
	const reads = method === "get";
	if (kind === "none") return new Key("", chance.one(NOT_KEYS));
	if (kind === "ro" && reads) return new Key("", chance.one(READ_ONLY_FORMS));
	// A push to the root would leave a key there.
	if (kind === "root" && method !== "push")
		return new Key("", chance.one(["root", "root slash"]));
	if (kind === "form")
		return new Key(chance.one(USUAL), formFor(chance, method));
	const text =
		reads && chance.happens(0.25) ? chance.one(LISTED) : textFor(chance, known);
	return new Key(text, kind === "slash" ? "leading slash" : "string");
}

// A number is a key of its own at the top, where only plain keys can be kept apart.
function formFor(chance, method) {
	const simple = ["get", "set", "update", "del", "delete"].includes(method);
	return chance.one(simple ? FORMS : FORMS.slice(0, -2));
}

module.exports = { Key, anyKey, USUAL };
