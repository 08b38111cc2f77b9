// Calls the synchronous methods of node-etcd and prints `[{err, body}]`. They run the event loop within themselves, and so need a
// process of their own: `node node-etcd-synchronous.js <folder of node-etcd> <URL> <calls as JSON>`.
const [folder, url, calls] = process.argv.slice(2);

const Etcd = require(folder);

const client = new Etcd(url);
const results = JSON.parse(calls).map(([method, ...args]) => {
	const { err, body } = client[method](...args);
	return { err: err && { message: err.message, error: err.error }, body };
});
process.stdout.write(JSON.stringify(results), () => process.exit());
