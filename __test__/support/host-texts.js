// Texts of hosts, made by chance, whose passwords may hold any character.
const NAMES = ["etcd", "a.test", "10.0.0.1", "[::1]", "é.test"];
/** Letters that no error has so many of in a row. */
const LETTERS = "JKQXZ";
const CLEAR = [..." !\"$%&'()*+,-.:;<=>[]^_`{|}~é", "%2C", "%40"];
/** What must be percent-encoded in a password, and is not. */
const BROKEN = ["/", "?", "#", "\\"];

function times(chance, least, most, make) {
	const length = least + chance.below(most - least + 1);
	return Array.from({ length }, make).join("");
}

function password(chance, specials) {
	const word = () => times(chance, 4, 7, () => chance.one(LETTERS));
	const special = () => times(chance, 0, 2, () => chance.one(specials));
	return times(chance, 1, 3, () => special() + word() + special());
}

/** Basic credentials as a header has them. */
function basic(credentials) {
	return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

/** A host, with a password or without. */
function hostText(chance) {
	const scheme = chance.one(["", "http://", "https://"]);
	const secret = `root:${password(chance, CLEAR)}@`;
	const userinfo = chance.one(["", "user@", secret, secret]);
	const port = chance.one(["", ":1", ":65535"]);
	const path = chance.one(["", "/", "/path", "/a:1"]);
	return `${scheme}${userinfo}${chance.one(NAMES)}${port}${path}`;
}

/** A host at an address, with a password that may be no part of a URL. */
function secretHostText(chance, address) {
	const scheme = chance.one(["", "http://", "https://", "ftp://"]);
	const specials = chance.happens(0.5) ? CLEAR : [...CLEAR, ...BROKEN];
	return `${scheme}root:${password(chance, specials)}@${address}`;
}

/** The parts of its password. */
function secretsOf(text) {
	return text.match(/[JKQXZ]{4,}/g);
}

module.exports = { basic, hostText, secretHostText, secretsOf };
