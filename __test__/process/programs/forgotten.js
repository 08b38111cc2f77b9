// Makes a call and forgets the whole package, whose modules can then be collected. Prints the answer.
const path = require("node:path");

const ROOT = path.join(__dirname, "..", "..", "..");
const [url, key] = process.argv.slice(2);

function begin() {
	const store = require("../../..")(url);
	store.get(key, (err, body) => {
		process.stdout.write(String(err ?? body.node.value));
		process.exit();
	});
}

function forgetModules() {
	const isOwn = (file) => file.startsWith(ROOT) && !file.endsWith(".node");
	for (const file of Object.keys(require.cache).filter(isOwn))
		delete require.cache[file];
	for (const loaded of [module, ...Object.values(require.cache)])
		loaded.children = [];
}

begin();
forgetModules();
setInterval(gc, 20);
