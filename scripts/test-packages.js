// `npm run test:packages`: the tests of the packages with every package manager, runtime and bundler, and the JS tests on each
// supported Node.js. Installs more than a gigabyte and takes half an hour.
const path = require("node:path");
const { ROOT } = require("./run");
const { setup } = require("./setup");
const { runOrThrow } = require("./tools");

const TEST = path.join(__dirname, "test.js");
const FOLDERS = ["packages", "ecosystem"];

async function main() {
	const [{ path: binary }] = await setup({ published: true });
	const env = { ETCD_BIN: binary };
	const folders = FOLDERS.map((name) => path.join(ROOT, "__test__", name));
	await runOrThrow(process.execPath, [TEST, ...folders], env);
	// Required late: it needs packages that setup installs.
	const { NODES, runtime } = require("../__test__/support/packages/ecosystem");
	for (const name of NODES) {
		console.log(`\n== the JS tests on ${name}`);
		await runOrThrow(runtime(name), [TEST, "--js"], env);
	}
}

main().catch((error) => {
	console.error(`\n${error.message}`);
	process.exitCode = 1;
});
