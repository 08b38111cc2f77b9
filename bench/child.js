// Runs one workload on one subject in its own process, and prints the figures as JSON.

const http = require("node:http");
const { text } = require("node:stream/consumers");
const { connections } = require("./measure");
const { WORKLOADS } = require("./workloads");

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
	if (subjects === "v3") return require("./subjects-v3").SUBJECTS[subject].open;
	return require("./subjects").SUBJECTS[subject];
}

async function main(subject, name, url, options) {
	const workload = WORKLOADS.find((workload) => workload.name === name);
	const client = opener(subject, options.subjects)(url);
	const whenWaiting = async (count) => {
		while ((await watchers(url, options.api)) < count)
			await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
		return connections(new URL(url).port);
	};
	const figures = await workload.run(client, { ...options, whenWaiting });
	process.stdout.write(JSON.stringify(figures), () => process.exit());
}

const [subject, name, url, options] = process.argv.slice(2);
main(subject, name, url, JSON.parse(options)).catch((err) => {
	process.stderr.write(`${err.code ?? ""} ${err.message}\n`, () =>
		process.exit(1),
	);
});
