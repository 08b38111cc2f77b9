// A process with a client of its own, which does what its parent tells it by messages: `child_process.fork` or
// `node:cluster` started it. Ends by itself when it has been told to let go.
const etcdjs = require("../../..");

const [url, key] = process.argv.slice(2);
const store = etcdjs(url);

const COMMANDS = {
	get: (id) =>
		store.get(key, (err, result) =>
			process.send({ id, got: err ? err.code : result?.node.value }),
		),
	set: (id, value) =>
		store.set(key, value, (err) => process.send({ id, set: err })),
	// Says so when it is pending: a write after it has been answered.
	wait: (id) => {
		store.wait(key, (err, result) =>
			process.send({ id, event: err ? err.message : result.node.value }),
		);
		store.set(`${key}-other`, "v", () => process.send({ id, pending: true }));
	},
	// What comes last that way: a process whose channel is open does not end.
	end: () => {
		store.destroy();
		process.disconnect();
	},
};

process.on("message", ({ command, id, value }) => COMMANDS[command](id, value));
process.send({ id: 0, ready: true });
