// The options of `npm test`.
const OPTIONS = ["--js", "--quick"];

/** `isJs`: only the JS tests run. `isQuick`: --quick is given. `named`: files or folders. `isWhole`: everything runs. */
function parseOptions(args) {
	const named = args.filter((arg) => !OPTIONS.includes(arg));
	const unknown = named.find((arg) => arg.startsWith("-"));
	if (unknown)
		throw new Error(
			`unknown option ${unknown}: there are only ${OPTIONS.join(" and ")}`,
		);
	const isQuick = args.includes("--quick");
	const isJs = args.includes("--js") || named.length > 0;
	return { isJs, isQuick, isWhole: !isJs && !isQuick, named };
}

module.exports = { parseOptions };
