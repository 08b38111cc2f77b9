// A process of the bench: a server in front of a store in memory, with room for the waits of the bench. Sends its URL.

const etcdjs = require("..");
const { serve } = require("../server");

const ROOM = 20_000;

const limits = { maxConnections: ROOM, maxWaits: ROOM };
serve(etcdjs("memory:"), { port: 0, ...limits }).then(({ url }) =>
	process.send(url),
);
