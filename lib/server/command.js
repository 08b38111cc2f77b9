// The command `etcdjs serve`: serves until a signal. Resolves with the exit code.
"use strict";

const etcd = require("../../promises");
const { UsageError } = require("../command-line");
const { parse } = require("./arguments");
const { HELP } = require("./help");
const { serve } = require("./serve");

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
		const server = await serve(store, serveOptions);
		announce(server, { hosts, ...serveOptions });
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

function announce({ url }, { hosts, insecure, tls }) {
	if (insecure && !tls)
		complain("--insecure: whoever reaches this address can read and write");
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
