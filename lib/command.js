// The command `etcdjs`: chooses among its commands, each in its folder. Resolves with the exit code.
"use strict";

const migrate = require("./migrate/command");
const serve = require("./server/command");

const SUCCESS = 0;
const USAGE = 2;

const HELP = `Usage: etcdjs COMMAND [options]

  migrate  copies etcd's v2 store to its v3 store
  serve    serves etcd's v2 API, from memory or in front of an etcd that has only the v3 API

etcdjs COMMAND --help prints the options of a command.
`;

/** A reader of the output that has gone ends neither a server nor a copy. */
function outliveReaders() {
	for (const stream of [process.stdout, process.stderr])
		stream.on("error", () => {});
}

async function main([command, ...args]) {
	outliveReaders();
	if (command === "migrate") return migrate.main(args);
	if (command === "serve") return serve.main(args);
	if (command === "--help" || command === "-h") {
		process.stdout.write(HELP);
		return SUCCESS;
	}
	if (command === undefined) process.stdout.write(HELP);
	else
		process.stderr.write(
			"etcdjs: the commands are migrate and serve; see etcdjs --help\n",
		);
	return USAGE;
}

module.exports = { main };
