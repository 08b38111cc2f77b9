// `etcdjs/promises`: a store of promises. Unlike etcdjs, it is strict unless told not to be.
"use strict";

const Client = require("./index");
const { withOwn } = require("./lib/call-options");
const errors = require("./lib/etcd-error");
const options = require("./lib/options");
const { invalid } = require("./lib/promises");
const spelling = require("./lib/spelling");

/** A store whose methods return promises: `etcd(host, opts)`. */
function etcd(host, opts) {
	const [hosts, settings] = options.ofArguments(host, opts);
	const strict = settings.strict === undefined ? true : settings.strict;
	const given = withOwn(settings, { strict });
	const fault = strict ? spelling.fault("client", given) : undefined;
	if (fault) throw invalid(fault);
	return new Client(hosts, given).promises;
}

const { from, ...classes } = errors;

module.exports = Object.assign(etcd, classes, { default: etcd });
