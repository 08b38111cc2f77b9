// The rounds of a run: the subjects take turns at each workload, each in its own process.

const { isInMemory, makeEvents } = require("./contents");
const { figuresOf } = require("./figures");

/** Measures each workload in each round with `measure(workload)`; resolves with `{workload: [the results of each round]}`. */
async function measureRounds(count, workloads, measure) {
	const results = Object.fromEntries(workloads.map(({ name }) => [name, []]));
	for (let round = 1; round <= count; round++) {
		for (const workload of workloads) {
			console.error(`round ${round} of ${count}: ${workload.name}`);
			results[workload.name].push(await measure(workload));
		}
	}
	return results;
}

/** The figures of each subject of subjects-NAME.js at a workload. `servers` are `{url, api}` by the names that the subjects use. */
async function figuresOfAll(name, workload, servers, options) {
	const { SUBJECTS, subjectsWith } = require(`./subjects-${name}`);
	const results = {};
	for (const subject of subjectsWith(workload.needs)) {
		const server = servers[SUBJECTS[subject].server];
		const needsEvents = workload.needs === "follow" && !isInMemory(server.url);
		const firstEvent = needsEvents
			? await makeEvents(server, options.events)
			: undefined;
		const { url, api } = server;
		const given = { ...options, firstEvent, api, subjects: name };
		results[subject] = await figuresOf(subject, workload, url, given);
	}
	return results;
}

module.exports = { figuresOfAll, measureRounds };
