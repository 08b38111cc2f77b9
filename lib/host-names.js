// Names of hosts outside ASCII, as DNS has them: Node.js knows how to encode them, for which the addon would need some
// 140 kB of tables. What is no such name stays as it is, for the addon to refuse.
"use strict";

const { domainToASCII } = require("node:url");

const OUTSIDE_ASCII = /\P{ASCII}/u;
/** A URL, with a scheme or without, up to the name of its host, and that name. */
const NAME = /^(\s*(?:[\w+.-]+:\/\/)?(?:[^/?#]*@)?)([^/?#:]+)/;

function ofUrl(url) {
	if (!OUTSIDE_ASCII.test(url)) return url;
	const encode = (_, before, name) => before + (domainToASCII(name) || name);
	return url.replace(NAME, encode);
}

/** Of one URL, or of several with commas between them. */
function ofList(urls) {
	return OUTSIDE_ASCII.test(urls) ? urls.split(",").map(ofUrl).join(",") : urls;
}

module.exports = { ofList, ofUrl };
