// Names of hosts outside ASCII, as DNS has them: Node.js knows how to encode them, for which the addon would need some
// 140 kB of tables. What is no such name stays as it is, for the addon to refuse.
"use strict";

const { domainToASCII } = require("node:url");

const OUTSIDE_ASCII = /\P{ASCII}/u;
/** A URL, with a scheme or without, up to the name of its host, and that name. */
const NAME = /^((?:[\w+.-]+:\/\/)?(?:[^/?#]*@)?)([^/?#:]+)/;

/** Names as they were given, by what DNS has for them. */
const given = new Map();

function encode(_, before, name) {
	const ascii = domainToASCII(name) || name;
	given.set(ascii, name);
	return before + ascii;
}

function ofUrl(url) {
	return OUTSIDE_ASCII.test(url) ? url.trim().replace(NAME, encode) : url;
}

/** Of one URL, or of several with commas between them. */
function ofList(urls) {
	return OUTSIDE_ASCII.test(urls) ? urls.split(",").map(ofUrl).join(",") : urls;
}

/** A URL with its name as it was given. */
function asGiven(url) {
	return url.replace(
		NAME,
		(_, before, name) => before + (given.get(name) ?? name),
	);
}

module.exports = { asGiven, ofList, ofUrl };
