// The command `etcdjs migrate`: runs it, and says what came of it. Resolves with the exit code.
"use strict";

const etcd = require("../../promises");
const { UsageError, parse } = require("./arguments");
const { prepare, round } = require("./copy");
const { deleteSource } = require("./delete-source");
const { reasonOf } = require("./failure");
const { Follower } = require("./follow");
const { HELP, NEXT_STEPS } = require("./help");
const { Progress, Rate } = require("./progress");
const report = require("./report");
const { Target } = require("./target");
const { readEntry } = require("./tree");
const { verify } = require("./verify");

const SUCCESS = 0;
const FAILURE = 1;
const USAGE = 2;

function print(lines) {
	process.stdout.write(`${lines.join("\n")}\n`);
}

function complain(text) {
	process.stderr.write(`etcdjs: ${text}\n`);
}

async function main(args) {
	try {
		const options = parse(args);
		if (!options.help) return await withStores(options);
		process.stdout.write(HELP);
		return SUCCESS;
	} catch (err) {
		const isUsage = err instanceof UsageError;
		complain(
			isUsage ? `${err.message}; see etcdjs migrate --help` : reasonOf(err),
		);
		return isUsage ? USAGE : FAILURE;
	}
}

/** A client; what is wrong with its options is wrong with the arguments. */
function open(hosts, options) {
	try {
		return etcd(hosts, options);
	} catch (err) {
		throw new UsageError(err.message);
	}
}

async function withStores(options) {
	const { from, to, prefixes, clientOptions } = options;
	const source = open(from, { ...clientOptions, api: "v2" });
	const target = open(to, { ...clientOptions, api: "v3" });
	try {
		return await migrate({ source, target, prefixes }, options);
	} finally {
		source.destroy();
		target.destroy();
	}
}

async function migrate(stores, options) {
	await reach(stores);
	if (options.isDry) return await rehearse(stores, options);
	const target = new Target(stores);
	await copy(stores, target, options);
	const isCopied = target.conflicts.size === 0;
	if (!options.verifies) return isCopied ? SUCCESS : FAILURE;
	const verification = await verify(stores);
	print(report.ofVerification(verification));
	const isSame = verification.found.length === 0;
	if (!isSame || !isCopied) return FAILURE;
	return options.deletes ? await removeSource(stores, verification) : SUCCESS;
}

/** Later calls are repeated while a cluster does not answer, but a wrong host must be told at once. */
async function reach({ source, target, prefixes: [prefix] }) {
	try {
		await Promise.all([readEntry(source, prefix), readEntry(target, prefix)]);
	} catch (err) {
		// An error without a code is about the text of a host: no host was asked.
		const isOfText = err.code === undefined && err.status === undefined;
		throw isOfText ? new UsageError(err.message) : err;
	}
}

/** `--dry-run`. */
async function rehearse(stores, { verifies }) {
	const { source, lists } = await prepare(stores);
	warn(source);
	print(report.ofDryRun(lists));
	if (!verifies) return lists.conflicts.length === 0 ? SUCCESS : FAILURE;
	const verification = await verify(stores);
	print(report.ofVerification(verification));
	return verification.found.length === 0 ? SUCCESS : FAILURE;
}

function warn({ missing }) {
	for (const prefix of missing)
		complain(`the v2 store has no key ${JSON.stringify(prefix)}`);
	complain("hidden keys (/_x) are copied only if --prefix names them");
}

async function copy(stores, target, { follows }) {
	const signals = follows ? stopSignals() : undefined;
	let [total, done, same] = [0, 0, 0];
	const rate = new Rate();
	const text = () =>
		total > 0 ? `copied ${done} of ${total} keys, ${rate.of(done)}` : "";
	const progress = new Progress(process.stderr, text);
	const onStart = (writes, present) => {
		[total, same] = [writes, present];
	};
	const onDone = () => done++;
	try {
		const source = await round(stores, target, { onStart, onDone });
		progress.end();
		warn(source);
		if (follows) await follow(stores, target, { source, signals });
	} finally {
		progress.end();
		signals?.end();
	}
	print(report.ofCopy(target, same));
}

/** Applies changes until a signal, and then what a last round finds. */
async function follow(stores, target, { source, signals }) {
	const follower = new Follower(stores, target, source);
	const rate = new Rate();
	const text = () =>
		`applied ${follower.applied} changes, ${rate.of(follower.applied)}, ${lagOf(follower)}`;
	const progress = new Progress(process.stderr, text);
	complain("following the v2 store; SIGINT or SIGTERM ends it");
	try {
		await follower.run(signals.signal);
	} finally {
		progress.end();
	}
	await round(stores, target, {});
}

function lagOf({ waiting, lastIndex }) {
	return `lag ${waiting}, v2 index ${lastIndex}`;
}

/** The signals that end `--watch`. A second one ends the process, as if there were no handler. */
function stopSignals() {
	const names = ["SIGINT", "SIGTERM"];
	const ended = new AbortController();
	const end = () => {
		for (const name of names) process.off(name, stop);
	};
	const stop = () => {
		end();
		ended.abort();
	};
	for (const name of names) process.on(name, stop);
	return { signal: ended.signal, end };
}

async function removeSource(stores, { source }) {
	const deletion = await deleteSource(stores.source, source.entries.values());
	print(report.ofDeletion(deletion));
	if (deletion.left.length > 0) return FAILURE;
	process.stdout.write(`\n${NEXT_STEPS}`);
	return SUCCESS;
}

module.exports = { main };
