// Processes that run worker.js, for the one that starts them: what they are told, and what they answer.
const { fork } = require("node:child_process");
const cluster = require("node:cluster");
const { on } = require("node:events");

/** `message(name)` resolves with the next message that has such a field, `end` with the exit code or the signal. */
function conversation(child, kill) {
	const messages = on(child, "message");
	const end = new Promise((resolve) => {
		child.on("exit", (code, signal) => resolve(`${signal ?? code}`));
	});
	let ids = 0;
	return {
		end,
		kill,
		send: (command, value) => child.send({ command, id: ++ids, value }),
		message: async (name) => {
			for (;;) {
				const { value } = await messages.next();
				if (name in value[0]) return value[0];
			}
		},
	};
}

exports.fork = (program, args) => {
	const child = fork(program, args);
	return conversation(child, (signal) => child.kill(signal));
};

exports.cluster = (program, args) => {
	cluster.setupPrimary({ exec: program, args });
	const worker = cluster.fork();
	return conversation(worker, (signal) => worker.process.kill(signal));
};
