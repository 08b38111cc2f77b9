// Random texts of hosts, whose passwords may contain any character.
const NAMES = ["etcd", "a.test", "10.0.0.1", "[::1]", "é.test"];
/** Of these letters are the words of passwords made: no error of a client has four of them in a row. */
const LETTERS = "JKQXZ";
const CLEAR = [..." !\"$%&'()*+,-.:;<=>[]^_`{|}~é09", "%2C", "%40"];
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
	const port = chance.one(["", ":", ":1", ":65535"]);
	const path = chance.one(["", "/", "/path", "/a:1"]);
	return `${scheme}${userinfo}${chance.one(NAMES)}${port}${path}`;
}

/** What a list of hosts takes for the host `root`, because a port and a comma follow it. */
const BEGINS_WITH_PORT = /^\s*\d*\s*\/?\s*,/;

/** A host at an address, whose password may have characters that must be percent-encoded and are not. */
function secretHostText(chance, address) {
	const scheme = chance.one(["", "http://", "https://", "ftp://"]);
	const specials = chance.happens(0.5) ? CLEAR : [...CLEAR, ...BROKEN];
	const secret = password(chance, specials);
	if (BEGINS_WITH_PORT.test(secret)) return secretHostText(chance, address);
	return `${scheme}root:${secret}@${address}`;
}

/**
 * Whether one of these hosts is joined to those behind it in a list: it has a path and no `@`, and an `@` follows before
 * the next scheme.
 */
function hasJoined(hosts) {
	return hosts.some((host, at) => {
		if (host.includes("@") || !/[^/]\/[^/]/.test(host)) return false;
		const behind = hosts.slice(at + 1);
		const scheme = behind.findIndex((other) => /^https?:/.test(other));
		const joined = scheme < 0 ? behind : behind.slice(0, scheme);
		return joined.some((other) => other.includes("@"));
	});
}

/** The parts of its password. */
function secretsOf(text) {
	return text.match(/[JKQXZ]{4,}/g);
}

module.exports = { basic, hasJoined, hostText, secretHostText, secretsOf };
