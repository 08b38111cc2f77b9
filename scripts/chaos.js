// `npm run test:chaos`: faults in a cluster under load, in cleartext and over TLS, on each etcd. CHAOS_SEED repeats the
// faults of a run. CHAOS_FAULTS is the number of faults for each etcd and each way. ETCD_API=v3 takes the etcds that serve only the
// v3 API. `-- --gateway` takes two servers `etcdjs serve` in front of a cluster of etcd 3.6.16.
const { inspect } = require("node:util");
const { installV3 } = require("./etcd-v3");
const { setup } = require("./setup");
const { WHOLE } = require("../__test__/support/v3-suites");

const IS_OF_GATEWAY = process.argv.includes("--gateway");
// The members of a server's cluster have the v3 API alone. The modules of the tests read the environment when they are loaded.
if (IS_OF_GATEWAY) process.env.ETCD_API = "v3";

const FAULTS = Number(process.env.CHAOS_FAULTS || (IS_OF_GATEWAY ? 175 : 56));
const HOLD_MS = [300, 4000];
const LATENCY_MS = 5000;
const SHOWN = 10;

function tell(line) {
	console.log(`   ${new Date().toISOString().slice(11, 19)}  ${line}`);
}

async function burn(binary, version, tls) {
	// Required late, so that a failed setup is reported first, in one line.
	const { fire } = IS_OF_GATEWAY
		? require("../__test__/chaos/gateway/fire")
		: require("../__test__/chaos/fire");
	const { seed } = require("../__test__/chaos/seed");
	const options = {
		...{ tls, binary, seed: seed(), count: FAULTS, hold: HOLD_MS },
		latencyMs: IS_OF_GATEWAY ? undefined : LATENCY_MS,
	};
	const way = tls ? "through TLS" : "in the clear";
	console.log(`\n== etcd ${version} ${way}, CHAOS_SEED=${options.seed}`);
	const { violations, ...figures } = await fire({ ...options, tell });
	console.log(inspect(figures, { depth: 4 }));
	for (const violation of violations.slice(0, SHOWN))
		console.error(inspect(violation, { depth: 6 }));
	return { figures, violations: violations.length };
}

function total(runs) {
	const sums = {};
	for (const { figures } of runs) {
		for (const [name, value] of Object.entries(figures.faults))
			sums[name] = (sums[name] ?? 0) + value;
	}
	const faults = Object.values(sums).reduce((all, count) => all + count, 0);
	console.log(`\n${faults} faults:`, sums);
}

async function servers() {
	const found = await setup();
	if (process.env.ETCD_API !== "v3") return found;
	const { servers } = await installV3();
	const isIt = ({ version }) => !IS_OF_GATEWAY || version === WHOLE;
	if (!servers.some(isIt)) throw new Error(`etcd ${WHOLE} cannot be had`);
	return servers.filter(isIt);
}

async function main() {
	const runs = [];
	for (const { version, path } of await servers())
		for (const tls of [false, true]) runs.push(await burn(path, version, tls));
	total(runs);
	const violations = runs.reduce((all, run) => all + run.violations, 0);
	console.log(`${violations} violations`);
	process.exitCode = violations > 0 ? 1 : 0;
}

main().catch((error) => {
	console.error(`\n${error.message}`);
	process.exitCode = 1;
});
