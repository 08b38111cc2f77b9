// Runs one workload on one subject in its own process, and prints the figures as JSON.

const http = require("node:http");
const { text } = require("node:stream/consumers");
const { promisify } = require("node:util");
const { fill, isInMemory, makeEvents } = require("./contents");
const { connections } = require("./measure");
const { KEY, WORKLOADS } = require("./workloads");

const PAUSE_MS = 20;

/** Reads a URL over a connection that closes, and so is not counted. */
async function read(url) {
	const response = await new Promise((resolve, reject) => {
		http.get(url, { agent: false }, resolve).on("error", reject);
	});
	return text(response);
}

/** The number of waits that an etcd has. */
async function watchers(url, api) {
	if (api === "v3") {
		const metrics = await read(`${url}/metrics`);
		return Number(/^etcd_debugging_mvcc_watcher_total (\S+)/m.exec(metrics)[1]);
	}
	return JSON.parse(await read(`${url}/v2/stats/store`)).watchers;
}

function opener(subject, subjects) {
	if (!subjects) return require("./subjects").SUBJECTS[subject];
	return require(`./subjects-${subjects}`).SUBJECTS[subject].open;
}

/** Resolves when a store has so many waits, with the number of connections to it. */
async function waiting(count, { client, url, api }) {
	if (isInMemory(url)) {
		// A store in memory does calls in their order.
		await promisify(client.get)(KEY);
		return 0;
	}
	while ((await watchers(url, api)) < count)
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	return connections(new URL(url).port);
}

/** Fills a store in memory; resolves with the index of the first event. */
async function fillHere(url, { events }) {
	await fill({ url });
	return { firstEvent: await makeEvents({ url }, events) };
}

async function main(subject, name, url, given) {
	const workload = WORKLOADS.find((workload) => workload.name === name);
	const client = opener(subject, given.subjects)(url);
	const whenWaiting = (count) =>
		waiting(count, { client, url, api: given.api });
	const made = isInMemory(url) ? await fillHere(url, given) : {};
	const options = { ...given, ...made };
	const figures = await workload.run(client, { ...options, whenWaiting });
	process.stdout.write(JSON.stringify(figures), () => process.exit());
}

const [subject, name, url, options] = process.argv.slice(2);
main(subject, name, url, JSON.parse(options)).catch((err) => {
	process.stderr.write(`${err.code ?? ""} ${err.message}\n`, () =>
		process.exit(1),
	);
});
