// The command `etcdjs serve`: serves until a signal. Resolves with the exit code.
"use strict";

const etcd = require("../../promises");
const { UsageError } = require("../command-line");
const { parse } = require("./arguments");
const { HELP } = require("./help");
const { reachable, resolved } = require("./options");
const { clientOf, listen } = require("./serve");

const SUCCESS = 0;
const FAILURE = 1;
const USAGE = 2;
/** etcd's error of a call without a user, or whose user has a wrong password. */
const UNAUTHORIZED = 110;
const SIGNALS = ["SIGINT", "SIGTERM"];
// A write at a member that has hung ends after this time. etcd without a quorum gives up after 7 s.
const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3000;
const IN_MEMORY =
	"the keys are in memory: none is kept after the end of this process";
const WITHOUT_CREDENTIALS =
	"there are no credentials: whoever reaches this address can read and write";

function complain(text) {
	process.stderr.write(`etcdjs: ${text}\n`);
}

async function main(args) {
	try {
		const options = parse(args);
		if (!options.help) return await run(options);
		process.stdout.write(HELP);
		return SUCCESS;
	} catch (err) {
		const isUsage =
			err instanceof UsageError || err.code === "ERR_INVALID_ARG_VALUE";
		complain(isUsage ? `${err.message}; see etcdjs serve --help` : err.message);
		return isUsage ? USAGE : FAILURE;
	}
}

async function run({ etcd: hosts, clientOptions, serveOptions }) {
	const store = hosts ? storeOf(hosts, clientOptions) : etcd("memory:");
	try {
		if (hosts) await probe(store);
		const stopped = stopSignal();
		const options = await safe(serveOptions);
		const server = listen(clientOf(store), options);
		announce(server, hosts, options);
		await stopped;
		await server.close();
		return SUCCESS;
	} finally {
		store.destroy();
	}
}

/** Rejects if the cluster cannot be reached. A user may list the members without any right to keys. */
async function probe(store) {
	try {
		await store.machines();
	} catch (err) {
		if (err.code !== UNAUTHORIZED) throw err;
		throw new Error("the cluster refuses the user: see --user");
	}
}

function storeOf(hosts, clientOptions) {
	return etcd(hosts, {
		...{ ...clientOptions, api: "v3" },
		...{ timeout: TIMEOUT_MS, connectTimeout: CONNECT_TIMEOUT_MS },
	});
}

/** The options of the server, unless they expose the keys without the flag that allows it. */
async function safe(serveOptions) {
	const options = await resolved(serveOptions);
	if (!options.isExposed) return options;
	throw new UsageError(
		`${reachable(options)}: give --cert and --key, or --insecure to serve it in cleartext`,
	);
}

/** The command has no option for credentials of clients. TLS does not check who a client is. */
function announce({ url }, hosts, { isLocal }) {
	if (!isLocal) complain(WITHOUT_CREDENTIALS);
	complain(hosts ? "the keys are in the cluster's v3 store" : IN_MEMORY);
	process.stdout.write(`serving etcd's v2 API at ${url}\n`);
}

/** Resolves at a signal. A second one ends the process, as if there were no handler. */
function stopSignal() {
	return new Promise((resolve) => {
		const stop = () => {
			for (const name of SIGNALS) process.off(name, stop);
			resolve();
		};
		for (const name of SIGNALS) process.on(name, stop);
	});
}

module.exports = { main };
