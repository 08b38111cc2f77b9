// `npm run bench -- --v3`: compares this package on etcd's v3 API with npm etcd3, with etcd's client for Go, and with itself on
// the v2 API, in turns, each in its own process.

const fs = require("node:fs");
const { binaryOf, installedVersions } = require("../scripts/etcd-folder");
const { startEtcd } = require("../__test__/support");
const { figuresOf } = require("./figures");
const { buildGoClient, goClient } = require("./go-client");
const { SUBJECTS, subjectsWith } = require("./subjects-v3");
const { KEY, NODES, VALUE, WORKLOADS } = require("./workloads");

const EVENTS_KEY = "bench/events";
const LOAD = /^(get|set), concurrency (1|64)$/;
const OTHERS = /^(a recursive get|wait and next|\d+ waits)/;

/** The etcds: 3.6 for v3, 3.5 for v2, which is the last one that has it. */
async function startServers() {
	const versions = {
		v2: installedVersions("v2").find((version) => /^3\.5/.test(version)),
		v3: installedVersions("v3").find((version) => /^3\.6/.test(version)),
	};
	const servers = {};
	for (const [api, version] of Object.entries(versions)) {
		if (!version) throw new Error("an etcd is missing: node scripts/setup.js");
		const options = { binary: binaryOf(version, api), v2: api === "v2" };
		servers[api] = { version, api, member: await startEtcd(options) };
	}
	return servers;
}

function clientOf({ api, member }) {
	return require("../promises")(member.url, { api });
}

async function fill(server) {
	const client = clientOf(server);
	await client.set(KEY, VALUE);
	for (let i = 0; i < NODES; i += 100) {
		const names = Array.from({ length: 100 }, (_, j) => i + j);
		const set = (at) => client.set(`bench/nodes/${at}`, `value ${at}`);
		await Promise.all(names.map(set));
	}
	client.destroy();
}

/** Makes events of one key; resolves with the index of the first. */
async function makeEvents(server, count) {
	const client = clientOf(server);
	const set = (value) => client.set(EVENTS_KEY, value);
	const values = Array.from({ length: count }, (_, i) => String(i));
	const written = await Promise.all(values.map(set));
	client.destroy();
	return Math.min(...written.map(({ node }) => node.modifiedIndex));
}

async function runWorkload(workload, servers, program, options) {
	const results = {};
	for (const name of subjectsWith(workload.needs)) {
		const server = servers[SUBJECTS[name].server];
		const firstEvent = /events/.test(workload.name)
			? await makeEvents(server, options.events)
			: undefined;
		const given = { ...options, firstEvent, api: server.api, subjects: "v3" };
		const { url } = server.member;
		results[name] = await figuresOf(name, workload, url, given);
	}
	const load = LOAD.exec(workload.name);
	if (load && program) {
		const concurrency = Number(load[2]);
		const calls = options.calls / (concurrency === 1 ? 4 : 1);
		const asked = { method: load[1], concurrency, calls };
		const { url } = servers.v3.member;
		results["Go client"] = await goClient(program, url, asked);
	}
	return results;
}

/** Resolves with `{results, versions}`. */
async function measureV3(rounds, options) {
	const program = await buildGoClient();
	const servers = await startServers();
	const workloads = WORKLOADS.filter(
		({ name }) => LOAD.test(name) || OTHERS.test(name),
	);
	const results = Object.fromEntries(workloads.map(({ name }) => [name, []]));
	try {
		for (const server of Object.values(servers)) await fill(server);
		for (let round = 1; round <= rounds; round++) {
			for (const workload of workloads) {
				console.error(`round ${round} of ${rounds}: ${workload.name}`);
				const figures = await runWorkload(workload, servers, program, options);
				results[workload.name].push(figures);
			}
		}
	} finally {
		for (const { member } of Object.values(servers)) await member.stop();
		if (program) fs.rmSync(program);
	}
	const { v2, v3 } = servers;
	return { results, versions: { v2: v2.version, v3: v3.version } };
}

module.exports = { measureV3 };
