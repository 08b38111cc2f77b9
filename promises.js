// `etcdjs/promises`: a store of promises. Unlike etcdjs, it is strict unless told not to be.
"use strict";

const Client = require("./index");
const errors = require("./lib/etcd-error");
const { invalid } = require("./lib/promises");
const spelling = require("./lib/spelling");

/** A store whose methods return promises: `etcd(host, opts)`. */
function etcd(host, opts) {
	const isOptions = typeof host === "object" && host && !Array.isArray(host);
	const given = { strict: true, ...(isOptions ? host : opts) };
	const fault = given.strict ? spelling.fault("client", given) : undefined;
	if (fault) throw invalid(fault);
	return new Client(isOptions ? undefined : host, given).promises;
}

const { from, ...classes } = errors;

module.exports = Object.assign(etcd, classes, { default: etcd });
