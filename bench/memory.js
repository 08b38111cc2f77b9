// `npm run bench -- --memory`: compares this package on a store in memory with itself on etcds, and the server `etcdjs serve` in
// front of a store in memory with an etcd.

const { fill } = require("./contents");
const { figuresOfAll, measureRounds } = require("./rounds");
const { startRelease, startServed, stopAll } = require("./servers");
const { WORKLOADS } = require("./workloads");

// A lone set on `etcdjs serve` takes at least 1 ms, which says nothing.
const CHOSEN =
	/^(get, concurrency (1|64)$|set, concurrency 64$|a recursive get|wait and|\d+ (waits|keys))/;
/** Each process of a subject has a store of this name. */
const IN_MEMORY = { url: "memory:bench" };

async function startServers() {
	const v2 = await startRelease("3.4", "v2");
	const v3 = await startRelease("3.6", "v3");
	return { v2, v3, served: await startServed() };
}

/** Resolves with `{results, versions}`. */
async function measureMemory(rounds, options) {
	const servers = await startServers();
	const all = { ...servers, memory: IN_MEMORY };
	const workloads = WORKLOADS.filter(({ name }) => CHOSEN.test(name));
	const measure = (workload) => figuresOfAll("memory", workload, all, options);
	try {
		for (const server of Object.values(servers)) await fill(server);
		const results = await measureRounds(rounds, workloads, measure);
		const { v2, v3 } = servers;
		return { results, versions: { v2: v2.version, v3: v3.version } };
	} finally {
		await stopAll(servers);
	}
}

module.exports = { measureMemory };
