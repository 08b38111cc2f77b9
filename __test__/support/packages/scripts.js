// What the tests of packages let users run.
const { prefix, sharedEtcd } = require("..");

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

/** The same, of the package by its name. */
const SERVICE = `const etcdjs = require("etcdjs");${SETS_AND_GETS}`;

/** Puts a package beside a user's own that depends on etcdjs 2 and is such a service. */
function writeDependent(user, name) {
	user.write(`${name}/package.json`, {
		name,
		version: "1.0.0",
		dependencies: { etcdjs: "^2.4.0" },
	});
	user.write(`${name}/index.js`, SERVICE);
}

/** Its arguments. */
async function hostAndKey() {
	return [new URL(await sharedEtcd()).host, prefix()];
}

/** The first example of a README in a language, for a host. */
function firstExample(readme, host, language = "js") {
	const block = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``);
	const [, example] = block.exec(readme);
	return onHost(onEtcd(example), host);
}

/** An example on a store in memory, as it is on an etcd. */
function onEtcd(example) {
	return example.replaceAll('"memory:"', '"127.0.0.1:2379"');
}

/** An example of a README, on this host instead of the hosts that it names. */
function onHost(example, host) {
	return example.replaceAll(/127\.0\.0\.1:23\d\d/g, host);
}

module.exports = {
	SERVICE,
	SETS_AND_GETS,
	firstExample,
	hostAndKey,
	onEtcd,
	onHost,
	writeDependent,
};
