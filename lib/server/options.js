// The options of a server.
"use strict";

const dns = require("node:dns/promises");
const net = require("node:net");
const errors = require("../errors");
const security = require("../security");

const DEFAULTS = {
	port: 2379,
	host: "127.0.0.1",
	tls: undefined,
	auth: undefined,
	insecure: false,
	name: "default",
	advertise: [],
	maxConnections: 10_000,
	maxWaits: 10_000,
	timeout: 60_000,
	drainTimeout: 10_000,
};
const OF_TLS = ["cert", "key"];
const URLS = "one or more URLs without a path, such as http://a:2379";
const MOST_PORT = 65_535;
const MOST_COUNT = 1_000_000;
const LONGEST_MS = 2 ** 31 - 1;

const LOOPBACK = new net.BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** What the addon needs of it. Rejects where an option cannot be used. */
async function forNative(opts) {
	const options = await resolved(opts);
	if (!options.isExposed) return options;
	throw errors.invalidArgument(
		`${reachable(options)}: give tls, or insecure: true to serve it in cleartext`,
	);
}

/** The same, also if `isExposed`: other machines reach the address, and nothing allows this in cleartext. */
async function resolved(opts) {
	const given = withDefaults(opts ?? {});
	const options = {
		port: whole(given, "port", 0, MOST_PORT),
		name: text(given, "name"),
		advertised: urlsOf(given.advertise),
		...pemsOf(given.tls),
		auth: authOf(given.auth),
		connections: whole(given, "maxConnections", 1, MOST_COUNT),
		waits: whole(given, "maxWaits", 0, MOST_COUNT),
		silence: whole(given, "timeout", 1, LONGEST_MS),
		drain: whole(given, "drainTimeout", 0, LONGEST_MS),
	};
	if (typeof given.insecure !== "boolean")
		throw errors.invalidArgument("insecure must be true or false");
	const place = await placeOf(hostOf(given));
	const isExposed = !place.isLocal && !options.cert && !given.insecure;
	return { ...options, ...place, isExposed };
}

/** Where a server listens, and whether only this machine reaches it. */
async function placeOf(host) {
	const { address, family } = await dns.lookup(host);
	const hostName = net.isIP(host) ? undefined : host;
	return {
		address,
		hostName,
		isLocal: LOOPBACK.check(address, `ipv${family}`),
	};
}

function reachable({ address }) {
	return `${address} is reachable from other machines`;
}

function withDefaults(opts) {
	if (typeof opts !== "object" || Array.isArray(opts))
		throw errors.invalidArgument("the options must be an object");
	const unknown = Object.keys(opts).find(
		(name) => !Object.hasOwn(DEFAULTS, name),
	);
	if (unknown) throw errors.invalidArgument(`there is no option ${unknown}`);
	const given = Object.entries(opts).filter(
		([, value]) => value !== undefined && value !== null,
	);
	return { ...DEFAULTS, ...Object.fromEntries(given) };
}

function whole(given, name, least, most) {
	const value = given[name];
	if (Number.isInteger(value) && value >= least && value <= most) return value;
	throw errors.invalidArgument(
		`${name} must be a whole number from ${least} to ${most}`,
	);
}

function text(given, name) {
	const value = given[name];
	if (typeof value === "string" && value !== "") return value;
	throw errors.invalidArgument(`${name} must be a string that is not empty`);
}

function hostOf(given) {
	const host = text(given, "host");
	if (net.isIPv6(host) || !/[[\]:/]/.test(host)) return host;
	throw errors.invalidArgument(
		`host must be a name or an address, without a port or brackets: ${host}`,
	);
}

/** The origins of URLs, in the order of etcd's `/v2/machines`. */
function urlsOf(advertise) {
	const origins = [advertise].flat().map(originOf);
	if (!origins.includes(undefined)) return origins.sort();
	throw errors.invalidArgument(`advertise must be ${URLS}`);
}

/** The origin of a URL that has nothing else; undefined for any other. */
function originOf(given) {
	const url = URL.canParse(given) ? new URL(given) : undefined;
	const isOrigin = url && [url.origin, `${url.origin}/`].includes(url.href);
	return isOrigin && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

function pemsOf(tls) {
	if (tls === undefined || tls === false) return {};
	const { cert, key } = security.forNative({ cert: tls.cert, key: tls.key });
	if (!cert || !key)
		throw errors.invalidArgument("tls must have a cert and a key");
	// The server cannot obey others, such as `requestCert`, which would protect it.
	const unknown = Object.keys(tls).find(
		(name) => !OF_TLS.includes(name) && tls[name] !== undefined,
	);
	if (unknown) throw errors.invalidArgument(`tls has no option ${unknown}`);
	return { cert, key };
}

/**
 * A client may leave out the pass. A server may not: a variable that is not set would leave it without protection. A user with a colon
 * would share its credentials with another user and pass (RFC 7617 §2).
 */
function authOf(given) {
	const { auth } = security.forNative({ auth: given });
	if (auth?.user === "" || auth?.pass === "")
		throw errors.invalidArgument(
			"auth must have a user and a pass, both strings that are not empty",
		);
	if (auth?.user.includes(":"))
		throw errors.invalidArgument("auth.user must not have a colon");
	return auth;
}

/** The URL of a server, with the name that it was given for its host. */
function urlOf({ address, hostName = address, cert }, port) {
	const host = net.isIPv6(hostName) ? `[${hostName}]` : hostName;
	return `${cert ? "https" : "http"}://${host}:${port}`;
}

module.exports = { URLS, forNative, originOf, reachable, resolved, urlOf };
