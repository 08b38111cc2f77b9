// The subjects: clients behind one interface, used as a service would use each.
//
// `open(url)` gives `{get, set, list, listJson, follow, wait, close}`:
// - `get(key, cb)`, `set(key, value, cb)`, `list(key, cb)` (recursive), `listJson(key, cb)` (its values parsed);
// - `follow(key, index, onEvent)` waits for each event from `index` on, until `onEvent` returns false;
// - `wait(key, cb)` waits for one event.
// A subject without a method is not measured in the workloads that need it.

const http = require("node:http");

const FORM = { "content-type": "application/x-www-form-urlencoded" };
// The connections of undici and http: as many as calls at a time, few enough for etcd.
const CONNECTIONS = 64;

function keyPath(key) {
	return `/v2/keys/${key}`;
}

function parseValues(node) {
	if (node.nodes) node.nodes.forEach(parseValues);
	else node.value = JSON.parse(node.value);
}

/** The interface over etcdjs and its replacements. */
function likeEtcdjs(etcdjs) {
	return (url) => {
		const store = etcdjs(url);
		const json = etcdjs(url, { json: true });
		return {
			get: (key, cb) => store.get(key, cb),
			set: (key, value, cb) => store.set(key, value, cb),
			list: (key, cb) => store.get(key, { recursive: true }, cb),
			listJson: (key, cb) => json.get(key, { recursive: true }, cb),
			follow(key, index, onEvent) {
				store.wait(key, { waitIndex: index }, function next(err, body, again) {
					if (onEvent(err, body)) again(next);
				});
			},
			wait: (key, cb) => store.wait(key, cb),
			close() {
				store.destroy();
				json.destroy();
			},
		};
	};
}

/** This package, on one of etcd's APIs. A store in memory takes any. */
function oursOn(api) {
	return likeEtcdjs((url, opts) => require("..")(url, { ...opts, api }));
}

/** The interface over `send({method, path, body, waits}, cb)`, which calls back with the text of an answer. */
function byHand(send, close) {
	const read = (query) => (key, cb) =>
		send({ method: "GET", path: `${keyPath(key)}${query}` }, (err, text) =>
			err ? cb(err) : cb(null, JSON.parse(text)),
		);
	const list = read("?recursive=true");
	const waitFrom = (key, index, cb) => {
		const from = index === undefined ? "" : `&waitIndex=${index}`;
		const request = { method: "GET", path: `${keyPath(key)}?wait=true${from}` };
		send({ ...request, waits: true }, (err, text) =>
			err ? cb(err) : cb(null, JSON.parse(text)),
		);
	};
	return {
		get: read(""),
		set(key, value, cb) {
			const body = `value=${encodeURIComponent(value)}`;
			send({ method: "PUT", path: keyPath(key), body }, (err, text) =>
				err ? cb(err) : cb(null, JSON.parse(text)),
			);
		},
		list,
		listJson: (key, cb) =>
			list(key, (err, body) => {
				if (!err) parseValues(body.node);
				cb(err, body);
			}),
		follow(key, index, onEvent) {
			waitFrom(key, index, (err, body) => {
				if (onEvent(err, body))
					this.follow(key, body.node.modifiedIndex + 1, onEvent);
			});
		},
		wait: (key, cb) => waitFrom(key, undefined, cb),
		close,
	};
}

function overUndici(url) {
	const { Pool } = require("undici");
	const pool = new Pool(url, { connections: CONNECTIONS });
	const waiting = new Pool(url);
	const send = ({ method, path, body, waits }, cb) => {
		const headers = body === undefined ? undefined : FORM;
		(waits ? waiting : pool)
			.request({ method, path, body, headers })
			.then((response) => response.body.text())
			.then((text) => cb(null, text), cb);
	};
	return byHand(send, () => {
		pool.destroy();
		waiting.destroy();
	});
}

function overHttp(url) {
	const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
	const waiting = new http.Agent({ keepAlive: true });
	const { hostname, port } = new URL(url);
	const send = ({ method, path, body, waits }, cb) => {
		const from = waits ? waiting : agent;
		const headers = body === undefined ? undefined : FORM;
		const options = { hostname, port, method, path, headers, agent: from };
		const request = http.request(options, (response) => {
			let text = "";
			response.setEncoding("utf8");
			response.on("data", (piece) => {
				text += piece;
			});
			response.on("end", () => cb(null, text));
		});
		request.on("error", cb);
		request.end(body);
	};
	return byHand(send, () => {
		agent.destroy();
		waiting.destroy();
	});
}

function nodeEtcd(url) {
	const Etcd = require("node-etcd");
	const client = new Etcd(url);
	return {
		get: (key, cb) => client.get(key, cb),
		set: (key, value, cb) => client.set(key, value, cb),
		list: (key, cb) => client.get(key, { recursive: true }, cb),
		listJson: (key, cb) =>
			client.get(key, { recursive: true }, (err, body) => {
				if (!err) parseValues(body.node);
				cb(err, body);
			}),
		follow(key, index, onEvent) {
			client.watchIndex(key, index, (err, body) => {
				if (onEvent(err, body))
					this.follow(key, body.node.modifiedIndex + 1, onEvent);
			});
		},
		close() {},
	};
}

/** The least cost of reading an answer: the answer is in memory, and `parse(bytes, text)` parses it. */
function parseAlone(parse) {
	return (url) => {
		const answers = new Map();
		const list = async (key, cb) => {
			const path = `${url}${keyPath(key)}?recursive=true`;
			if (!answers.has(key)) {
				const text = await (await fetch(path)).text();
				answers.set(key, [Buffer.from(text), text]);
			}
			setImmediate(() => cb(null, parse(...answers.get(key))));
		};
		const listJson = (key, cb) =>
			list(key, (err, body) => {
				parseValues(body.node);
				cb(err, body);
			});
		return { list, listJson, close() {} };
	};
}

const OURS = "this package";

const SUBJECTS = {
	[OURS]: (url) => likeEtcdjs(require(".."))(url),
	etcdjs: (url) => likeEtcdjs(require("etcdjs"))(url),
	"node-etcd": nodeEtcd,
	undici: overUndici,
	http: overHttp,
	"JSON.parse alone": parseAlone((_bytes, text) => JSON.parse(text)),
	"string, JSON.parse": parseAlone((bytes) => JSON.parse(bytes.latin1Slice())),
};

/** The methods of subjects that lack some. node-etcd does not open many waits at once. */
const ONLY = {
	"JSON.parse alone": ["list", "listJson"],
	"string, JSON.parse": ["list", "listJson"],
	"node-etcd": ["get", "set", "list", "listJson", "follow"],
};

/** The names of the installed subjects with a method. node-etcd needs a native addon, which may be missing. */
function subjectsWith(method) {
	return Object.keys(SUBJECTS).filter((name) => {
		if (ONLY[name]?.includes(method) === false) return false;
		try {
			if (name === "node-etcd") require("node-etcd");
			return true;
		} catch {
			return false;
		}
	});
}

module.exports = { OURS, SUBJECTS, oursOn, subjectsWith };
