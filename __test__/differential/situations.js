// Clients in trouble, and hosts in their other forms: each makes a client of its own for one call.
const { scriptedHost, closedPort } = require("../support");

const SITUATIONS = {
	refused: (etcdjs, { closed }) => etcdjs(closed[0]),
	"all refused": (etcdjs, { closed }) => etcdjs(closed),
	"first refused": (etcdjs, { closed, url }) => etcdjs([closed[0], url]),
	"first refused, json": (etcdjs, { closed, url }) =>
		etcdjs([closed[0], url], { json: true }),
	"hang-up": (etcdjs, { hangup }) => etcdjs(hangup),
	"first hangs up": (etcdjs, { hangup, url }) => etcdjs([hangup, url]),
	reset: (etcdjs, { reset }) => etcdjs(reset),
	"first resets": (etcdjs, { reset, url }) => etcdjs([reset, url]),
	destroyed: (etcdjs, { url }) => {
		const client = etcdjs(url);
		client.destroy();
		return client;
	},
	"destroyed twice": (etcdjs, { url }) => {
		const client = etcdjs([url, url]);
		client.destroy();
		client.destroy();
		return client;
	},
	"no hosts": (etcdjs) => etcdjs([]),
	"no such protocol": (etcdjs, { url }) => etcdjs(url.replace("http:", "ftp:")),
	"port too high": (etcdjs) => etcdjs("127.0.0.1:65536"),
	"by name": (etcdjs, { url }) => etcdjs(url.replace("127.0.0.1", "localhost")),
	"slash at the end": (etcdjs, { url }) => etcdjs(`${url}/`),
	"no scheme": (etcdjs, { url }) => etcdjs(url.replace("http://", "")),
	"with a user": (etcdjs, { url }) => etcdjs(url.replace("//", "//u:p%20w@")),
	"upper case": (etcdjs, { url }) => etcdjs(url.replace("http", "HTTP")),
	"in options": (etcdjs, { url }) => etcdjs({ host: url, timeout: 0 }),
	"list in options": (etcdjs, { url }) => etcdjs({ hosts: [url], cache: 1 }),
	"null and options": (etcdjs, { url }) => etcdjs(null, { host: url }),
	"with new": (Etcdjs, { url }) => new Etcdjs([url], { json: false }),
};

// For calls without a callback: a host that sees the answer.
const SILENT = {
	silent: (etcdjs, { silent }) => etcdjs(silent.url),
	"silent, json": (etcdjs, { silent }) => etcdjs(silent.url, { json: true }),
};

/** Makes the client of this name; undefined where it is none of these. */
function troubled(name, etcdjs, env) {
	return (SITUATIONS[name] ?? SILENT[name])?.(etcdjs, env);
}

/** The hosts that the situations need; `close()` ends them. */
async function trouble(url) {
	const [hangup, reset] = await Promise.all(["hangup", "reset"].map(answerBy));
	const ports = [await closedPort(), await closedPort()];
	return {
		url,
		hangup: hangup.url,
		reset: reset.url,
		closed: ports.map((port) => `http://127.0.0.1:${port}`),
		close: () => Promise.all([hangup.close(), reset.close()]),
	};
}

function answerBy(fault) {
	return scriptedHost([fault]);
}

module.exports = { SITUATIONS, troubled, trouble };
