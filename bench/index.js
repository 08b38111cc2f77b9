// `npm run bench`: compares this package with other clients for Node.js, on a real etcd, in one run. The subjects take turns,
// each in its own process, for five rounds. `--v3` compares on etcd's v3 API, `--memory` on
// a store in memory. `--short` is one round with few calls.

const path = require("node:path");
const { ROOT, run } = require("../scripts/run");
const { installV3 } = require("../scripts/etcd-v3");
const { setup } = require("../scripts/setup");
const { install } = require("./install");

const ROUNDS = 5;
const FULL = {
	calls: 20_000,
	listings: 20,
	events: 900,
	waits: 10_000,
	burst: 50_000,
	keys: 100_000,
	wrkSeconds: 2,
};
const SHORT = {
	calls: 400,
	listings: 2,
	events: 40,
	waits: 100,
	burst: 1000,
	keys: 1000,
	wrkSeconds: 1,
};
const BATCH = 100;

/** Builds the release addon: the checkout may have a debug build. */
async function build() {
	const code = await run("npm", ["run", "build"]);
	if (code !== 0) throw new Error(`npm run build failed (${code})`);
}

/** Writes keys with plain requests, BATCH at a time. */
async function fill(url, keys, valueFor) {
	const { Pool } = require("undici");
	const pool = new Pool(url, { connections: BATCH });
	const headers = { "content-type": "application/x-www-form-urlencoded" };
	const put = async (key, i) => {
		const body = `value=${encodeURIComponent(valueFor(i))}`;
		const request = { method: "PUT", path: `/v2/keys/${key}`, headers, body };
		const response = await pool.request(request);
		return response.body.json();
	};
	const written = [];
	for (let i = 0; i < keys.length; i += BATCH)
		written.push(
			...(await Promise.all(
				keys.slice(i, i + BATCH).map((key, j) => put(key, i + j)),
			)),
		);
	await pool.close();
	return written;
}

async function prepare(url) {
	const { KEY, NODES, VALUE } = require("./workloads");
	const keys = (name, count) =>
		Array.from({ length: count }, (_, i) => `bench/${name}/${i}`);
	await fill(url, [KEY], () => VALUE);
	await fill(url, keys("nodes", NODES), (i) => `value ${i}`);
	await fill(url, keys("json", NODES), (i) =>
		JSON.stringify({ id: i, on: true }),
	);
}

/** Fills etcd's event history with events of one key; resolves with the index of the first event. */
async function makeEvents(url, count) {
	const keys = Array.from({ length: count }, () => "bench/events");
	const written = await fill(url, keys, String);
	return Math.min(...written.map(({ node }) => node.modifiedIndex));
}

async function runWorkload(workload, url, options) {
	const { figuresOf } = require("./figures");
	const { subjectsWith } = require("./subjects");
	const results = {};
	for (const subject of subjectsWith(workload.needs)) {
		const firstEvent = /events/.test(workload.name)
			? await makeEvents(url, options.events)
			: undefined;
		const given = { ...options, firstEvent };
		results[subject] = await figuresOf(subject, workload, url, given);
	}
	return results;
}

/** The figures of each subject at a workload, and of wrk at gets and sets. */
async function measure(workload, url, withWrk, options) {
	const results = await runWorkload(workload, url, options);
	const load = /^(get|set), concurrency (\d+)$/.exec(workload.name);
	if (load && withWrk) {
		const { wrk } = require("./wrk");
		const [, method, concurrency] = load;
		results.wrk = await wrk(url, method, concurrency, options.wrkSeconds);
	}
	return results;
}

async function rounds(url, count, options) {
	const { measureRounds } = require("./rounds");
	const { WORKLOADS } = require("./workloads");
	const withWrk = await require("./wrk").haveWrk();
	const workloads = WORKLOADS.filter(({ needs }) => needs !== "fill");
	return measureRounds(count, workloads, (workload) =>
		measure(workload, url, withWrk, options),
	);
}

async function bench(isShort) {
	const [{ path: binary, version }] = await setup();
	if (!isShort) await build();
	await install();
	const { startEtcd } = require("../__test__/support");
	const { report, save } = require("./report");
	const member = await startEtcd({ binary });
	try {
		await prepare(member.url);
		const options = isShort ? SHORT : FULL;
		const results = await rounds(member.url, isShort ? 1 : ROUNDS, options);
		report(results);
		if (!isShort) save(path.join(ROOT, "bench"), results, version);
	} finally {
		await member.stop();
	}
}

/** A run that compares on servers of its own: what `measure(rounds, options)` measures is saved under a name. */
async function benchOn(name, measureWith, isShort) {
	await setup();
	await installV3();
	if (!isShort) await build();
	await install();
	const { report, saveAs } = require("./report");
	const options = isShort ? SHORT : FULL;
	const measure = measureWith();
	const { results, versions } = await measure(isShort ? 1 : ROUNDS, options);
	report(results);
	if (!isShort) saveAs(name, path.join(ROOT, "bench"), results, versions);
}

/** What measures a run, by its flag. It is required late: what it requires is installed by then. */
const OTHERS = {
	"--v3": () => require("./v3").measureV3,
	"--memory": () => require("./memory").measureMemory,
};

function main(args) {
	const isShort = args.includes("--short");
	const flag = args.find((arg) => OTHERS[arg]);
	if (!flag) return bench(isShort);
	return benchOn(flag.slice("--".length), OTHERS[flag], isShort);
}

main(process.argv.slice(2)).catch((err) => {
	console.error(err.message);
	process.exitCode = 1;
});
