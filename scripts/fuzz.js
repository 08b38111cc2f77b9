// `npm run test:fuzz`: the property tests, in Rust and in JS, on more than a million inputs. `npm test` runs them on few.
// The argument is the number of inputs of each property.
const path = require("node:path");
const { ROOT, capture, run } = require("./run");
const { setup } = require("./setup");

const CASES = 35_000;
const JS_CASES = 20_000;
/** The profile that is optimised and has every check of a debug build. */
const CARGO = ["test", "--profile", "fuzz", "--no-default-features", "--lib"];
const FILTER = "properties::";

async function properties() {
	const list = await capture("cargo", [...CARGO, FILTER, "--", "--list"]);
	return list.split("\n").filter((line) => line.endsWith(": test")).length;
}

async function step(command, args, env) {
	const code = await run(command, args, env);
	if (code !== 0) throw new Error(`failed: ${command} ${args.join(" ")}`);
}

async function main([given]) {
	const cases = given ? Number(given) : CASES;
	const jsCases = given ? cases : JS_CASES;
	if (!(cases > 0)) throw new Error(`not a number of inputs: ${given}`);
	await setup();
	const env = {
		PROPTEST_CASES: String(cases),
		FUZZ_CASES: String(jsCases),
		PARSER_CASES: String(jsCases),
	};
	await step("cargo", [...CARGO, FILTER], env);
	const tests = ["hostile/fuzz.test.js", "http/parser-differential.test.js"];
	const files = tests.map((file) => path.join(ROOT, "__test__", file));
	await step(process.execPath, ["--test", ...files], env);
	const count = await properties();
	console.log(
		`\nPassed, on ${count * cases + 2 * jsCases} inputs: ${cases} of each of ${count} properties in Rust, ${jsCases} of each of two in JS.`,
	);
}

main(process.argv.slice(2)).catch((error) => {
	console.error(`\n${error.message}`);
	process.exitCode = 1;
});
