#!/usr/bin/env node
// Stands in for the program `etcd` in the tests of other projects: takes the flags that they give it, and runs `etcdjs serve`.
// ETCDJS_STAND_IN_ETCD names the etcd with the v3 API that keeps the keys; without it they are in memory.
const { parseArgs } = require("node:util");
const { main } = require("../../../../lib/command");

const TAKEN = ["listen-client-urls", "name", "cert-file", "key-file"];
// Flags about the data and the other members, which a server of this package has not.
const IGNORED = [
	"data-dir",
	"initial-advertise-peer-urls",
	"listen-peer-urls",
	"advertise-client-urls",
	"initial-cluster",
	"initial-cluster-state",
];

function flags(args) {
	const names = [...TAKEN, ...IGNORED];
	const options = names.map((name) => [name, { type: "string" }]);
	// etcd takes flags with one dash, too.
	const long = args.map((arg) => arg.replace(/^-(?=\w)/, "--"));
	return parseArgs({ args: long, options: Object.fromEntries(options) }).values;
}

function serveArguments(values) {
	const { port, hostname } = new URL(values["listen-client-urls"]);
	const args = ["--port", port, "--host", hostname, "--name", values.name];
	if (values["cert-file"])
		args.push("--cert", values["cert-file"], "--key", values["key-file"]);
	const etcd = process.env.ETCDJS_STAND_IN_ETCD;
	return ["serve", ...args, ...(etcd ? ["--etcd", etcd] : [])];
}

main(serveArguments(flags(process.argv.slice(2)))).then((code) => {
	process.exitCode = code;
});
