// The arguments of `etcdjs serve`.
"use strict";

const { UsageError, authOf, contentOf, split } = require("../command-line");
const { URLS, originOf } = require("./options");

const OPTIONS = {
	port: { type: "string" },
	host: { type: "string" },
	etcd: { type: "string" },
	name: { type: "string" },
	"advertise-client-urls": { type: "string" },
	user: { type: "string" },
	cert: { type: "string" },
	key: { type: "string" },
	cacert: { type: "string" },
	"client-cert": { type: "string" },
	"client-key": { type: "string" },
	insecure: { type: "boolean" },
	help: { type: "boolean", short: "h" },
};

/** `{help: true}`, or what is to be served: `{etcd, clientOptions, serveOptions}`. */
function parse(args) {
	const { values, positionals } = split(args, OPTIONS);
	if (values.help) return { help: true };
	if (positionals.length > 0) throw new UsageError("serve takes options alone");
	return {
		etcd: hostsOf(values.etcd),
		clientOptions: clientOptionsOf(values),
		serveOptions: {
			port: portOf(values.port),
			host: values.host,
			name: values.name,
			advertise: advertisedOf(values["advertise-client-urls"]),
			insecure: values.insecure,
			tls: pairOf(values, "cert", "key"),
		},
	};
}

/** The hosts of a cluster. A store in memory is none. */
function hostsOf(list) {
	const hosts = list?.split(",").map((host) => host.trim());
	if (hosts?.some((host) => host === "" || /^memory:/i.test(host)))
		throw new UsageError("--etcd is a host or URL, or several with commas");
	return hosts;
}

function advertisedOf(list) {
	const urls = list?.split(",");
	if (!urls || urls.every(originOf)) return urls;
	throw new UsageError(
		`--advertise-client-urls must be ${URLS}, with commas between them`,
	);
}

function portOf(text) {
	if (text === undefined) return undefined;
	if (/^\d{1,5}$/.test(text) && text <= 65_535) return Number(text);
	throw new UsageError("--port is a number from 0 to 65535");
}

/** Certificate and key, which are given together. */
function pairOf(values, cert, key) {
	if (Boolean(values[cert]) !== Boolean(values[key]))
		throw new UsageError(`--${cert} and --${key} are given together`);
	if (!values[cert]) return undefined;
	return { cert: contentOf(values[cert]), key: contentOf(values[key]) };
}

/** How the cluster is reached. */
function clientOptionsOf(values) {
	const ofCluster = ["user", "cacert", "client-cert", "client-key"];
	const alone = ofCluster.find((name) => values[name]);
	if (alone && !values.etcd)
		throw new UsageError(`--${alone} is for the cluster of --etcd`);
	return {
		...(values.user ? { auth: authOf(values.user) } : {}),
		...(values.cacert ? { ca: contentOf(values.cacert) } : {}),
		...pairOf(values, "client-cert", "client-key"),
	};
}

module.exports = { parse };
