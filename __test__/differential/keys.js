// The keys of generated calls. Each is made for a side: below its prefix, and in one of the forms
// in which callers pass keys.
const fc = require("fast-check");
const { weighted } = require("./weighted");

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

// More than are ever stored at a time.
const MOST_PICKED = 999;
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

	/** As StoredKey.resolve: this key does not depend on what is stored. */
	resolve() {
		return this;
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

/** A key that is stored when the call is made: number `pick` in order, or a usual one if none is stored. */
class StoredKey {
	constructor(pick, form = "string") {
		this.pick = pick;
		this.form = form;
	}

	/** The key; `stored` are the texts of the keys that are stored, in order. */
	resolve(stored) {
		const texts = stored.length > 0 ? stored : USUAL;
		return new Key(texts[this.pick % texts.length], this.form);
	}
}

function keysOf(texts, forms) {
	const drawn = fc.tuple(fc.constantFrom(...texts), forms);
	return drawn.map(([text, form]) => new Key(text, form));
}

function storedKeys(forms) {
	const drawn = fc.tuple(fc.nat(MOST_PICKED), forms);
	return drawn.map(([pick, form]) => new StoredKey(pick, form));
}

const STRINGS = weighted(
	[80, fc.constant("string")],
	[9, fc.constant("leading slash")],
);
const TEXT_KEYS = weighted(
	[48, keysOf(USUAL, STRINGS)],
	[20, storedKeys(STRINGS)],
	[26, keysOf(ODD, STRINGS)],
	[3, keysOf(OUTSIDE_ASCII, STRINGS)],
	[2, keysOf(DOTS, STRINGS)],
	[1, keysOf(UNSENDABLE, STRINGS)],
);
const READ_KEYS = weighted([75, TEXT_KEYS], [25, keysOf(LISTED, STRINGS)]);

/** Keys for calls of `method`: each a Key or a StoredKey. */
function keysFor(method) {
	const isRead = method === "get";
	const texts = isRead ? READ_KEYS : TEXT_KEYS;
	const forms = (...names) => keysOf([""], fc.constantFrom(...names));
	return weighted(
		[890, texts],
		[80, keysOf(USUAL, fc.constantFrom(...formsFor(method)))],
		// A push to the root would leave a key there.
		[15, method === "push" ? texts : forms("root", "root slash")],
		[7, forms(...NOT_KEYS)],
		[8, isRead ? forms(...READ_ONLY_FORMS) : texts],
	);
}

// A number is a key of its own at the top, where only plain keys can be kept apart.
function formsFor(method) {
	const simple = ["get", "set", "update", "del", "delete"].includes(method);
	return simple ? FORMS : FORMS.slice(0, -2);
}

module.exports = { Key, keysFor, USUAL };
