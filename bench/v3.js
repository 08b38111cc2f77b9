// `npm run bench -- --v3`: compares this package on etcd's v3 API with npm etcd3, with etcd's client for Go, and with itself on
// the v2 API.

const fs = require("node:fs");
const { fill } = require("./contents");
const { buildGoClient, goClient } = require("./go-client");
const { figuresOfAll, measureRounds } = require("./rounds");
const { startRelease, stopAll } = require("./servers");
const { WORKLOADS } = require("./workloads");

const LOAD = /^(get|set), concurrency (1|64)$/;
const OTHERS = /^(a recursive get|wait and next|\d+ waits)/;

async function measure(workload, servers, program, options) {
	const results = await figuresOfAll("v3", workload, servers, options);
	const load = LOAD.exec(workload.name);
	if (load && program) {
		const concurrency = Number(load[2]);
		const calls = options.calls / (concurrency === 1 ? 4 : 1);
		const asked = { method: load[1], concurrency, calls };
		const { url } = servers.v3;
		results["Go client"] = await goClient(program, url, asked);
	}
	return results;
}

/** 3.6 for v3, and 3.5 for v2, which is the last one that has it. */
async function startServers() {
	const v2 = await startRelease("3.5", "v2");
	return { v2, v3: await startRelease("3.6", "v3") };
}

/** Resolves with `{results, versions}`. */
async function measureV3(rounds, options) {
	const program = await buildGoClient();
	const servers = await startServers();
	const workloads = WORKLOADS.filter(
		({ name }) => LOAD.test(name) || OTHERS.test(name),
	);
	try {
		for (const server of Object.values(servers)) await fill(server);
		const results = await measureRounds(rounds, workloads, (workload) =>
			measure(workload, servers, program, options),
		);
		const { v2, v3 } = servers;
		return { results, versions: { v2: v2.version, v3: v3.version } };
	} finally {
		await stopAll(servers);
		if (program) fs.rmSync(program);
	}
}

module.exports = { measureV3 };
