// What the tests of packages let users run.
const { prefix, sharedEtcd } = require(".");

/** Sets and gets a key, of the host and the key that the command line names. */
const SETS_AND_GETS = `
const [host, key] = process.argv.slice(2);
const store = etcdjs(host);
store.set(key, "world", (err) => {
	if (err) throw err;
	store.get(key, (err, result) => {
		if (err) throw err;
		console.log(result.node.value);
		store.destroy();
	});
});
`;

/** Its arguments. */
async function hostAndKey() {
	return [new URL(await sharedEtcd()).host, prefix()];
}

/** The first example of a README in a language, for a host. */
function firstExample(readme, host, language = "js") {
	const block = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``);
	const [, example] = block.exec(readme);
	return example.replaceAll("127.0.0.1:2379", host);
}

module.exports = { SETS_AND_GETS, firstExample, hostAndKey };
