// Runs one workload on one subject in its own process, and prints the figures as JSON.

const { SUBJECTS } = require("./subjects");
const { WORKLOADS } = require("./workloads");

const PAUSE_MS = 20;

async function watchers(url) {
	const response = await fetch(`${url}/v2/stats/store`);
	return (await response.json()).watchers;
}

async function main(subject, name, url, options) {
	const workload = WORKLOADS.find((workload) => workload.name === name);
	const client = SUBJECTS[subject](url);
	const whenWaiting = async (count) => {
		while ((await watchers(url)) < count)
			await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
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
