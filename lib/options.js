// The options of a client, from the arguments of its constructor.
"use strict";

const { constants } = require("node:buffer");
const errors = require("./errors");
const memory = require("./memory");
const security = require("./security");
const store = require("./store");

const DEFAULT_TIMEOUT = 60 * 1000;
const LONGEST_TIMEOUT = 2 ** 31 - 1;
const DEFAULT_RESPONSE_SIZE = 256 * 1024 * 1024;
/** What JavaScript holds as one string, but for what an error has beside its body. */
const LARGEST_RESPONSE_SIZE = constants.MAX_STRING_LENGTH - 1024 * 1024;
const DISCOVERY = /^https:\/\/discovery.etcd.io\//;

/** The hosts and the options: these may stand in the place of those. */
function ofArguments(host, opts) {
	const isOptions = typeof host === "object" && host && !Array.isArray(host);
	return isOptions ? [null, host] : [host, opts || {}];
}

/** What the addon needs to make a client. */
function forNative(host, opts) {
	const discovery = opts.token || (DISCOVERY.test(host || "") && host);
	const hosts = [].concat(host || opts.host || opts.hosts || "127.0.0.1");
	for (const given of hosts) {
		if (typeof given !== "string")
			throw new TypeError(`a host must be a string, not ${typeof given}`);
	}
	const timeout = opts.timeout || DEFAULT_TIMEOUT;
	const name = memory.nameOf(hosts);
	if (discovery && name !== undefined)
		throw errors.invalidArgument(
			"a store in memory has no discovery URL: give memory: or token, not both",
		);
	return {
		hosts: discovery || name !== undefined ? [] : hosts,
		memory: name,
		discovery: discovery ? String(discovery) : undefined,
		connectTimeout: milliseconds(opts.connectTimeout || timeout),
		timeout: milliseconds(timeout),
		maxResponseSize: responseSizeOf(opts),
		...environment(),
		...security.forNative(opts),
		...store.forNative(opts),
	};
}

/** What a timer can count of a timeout. As for etcdjs: what is no finite number sets no limit. */
function milliseconds(timeout) {
	if (!Number.isFinite(timeout)) return undefined;
	return Math.min(Math.max(timeout, 1), LONGEST_TIMEOUT);
}

/** As for the timeout: what is no finite number sets no limit, but that of the language. */
function responseSizeOf(opts) {
	const size = opts.maxResponseSize || DEFAULT_RESPONSE_SIZE;
	if (!Number.isFinite(size)) return LARGEST_RESPONSE_SIZE;
	return Math.min(Math.max(size, 1), LARGEST_RESPONSE_SIZE);
}

function environment() {
	const { env } = process;
	return {
		httpProxy: variable("HTTP_PROXY", "http_proxy"),
		httpsProxy: variable("HTTPS_PROXY", "https_proxy"),
		noProxy: env.NO_PROXY || env.no_proxy || "",
		extraCaCerts: env.NODE_EXTRA_CA_CERTS || undefined,
	};
}

/** The first of these environment variables that is set. */
function variable(...names) {
	const name = names.find((name) => process.env[name]);
	return name && { name, value: process.env[name] };
}

module.exports = { forNative, milliseconds, ofArguments };
