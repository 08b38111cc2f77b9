// The subjects over etcd's v3 API, behind the interface of subjects.js. A subject is `{server, open}`: `server` names the API of
// the etcd that it talks to. The third parties read and write the keys that this package makes of the same names.

const { OURS, oursOn } = require("./subjects");

/** etcd3. Its gets are linearizable by default; those of this package are serializable, as those of the v2 API. */
function overEtcd3({ isSerializable }) {
	return (url) => {
		const { Etcd3 } = require("etcd3");
		const client = new Etcd3({ hosts: url });
		const path = (key) => `/${key}`;
		const read = (key) => client.get(path(key)).serializable(isSerializable);
		const answer = (promise, cb) => promise.then((it) => cb(null, it), cb);
		const watch = (key) => client.watch().key(path(key));
		return {
			get: (key, cb) => answer(read(key).string(), cb),
			set: (key, value, cb) =>
				answer(client.put(path(key)).value(value).exec(), cb),
			list: (key, cb) =>
				answer(
					client
						.getAll()
						.prefix(`${path(key)}/`)
						.strings(),
					cb,
				),
			async follow(key, revision, onEvent) {
				const watcher = await watch(key).startRevision(revision).create();
				watcher.on("put", (event) => {
					if (!onEvent(null, event)) watcher.cancel();
				});
			},
			wait: (key, cb) =>
				watch(key)
					.create()
					.then((watcher) => watcher.once("put", (it) => cb(null, it)), cb),
			close: () => client.close(),
		};
	};
}

const SUBJECTS = {
	[OURS]: { server: "v3", open: oursOn("v3") },
	"this package on v2": { server: "v2", open: oursOn("v2") },
	etcd3: { server: "v3", open: overEtcd3({ isSerializable: false }) },
	"etcd3 serializable": {
		server: "v3",
		open: overEtcd3({ isSerializable: true }),
		only: ["get"],
	},
};

/** The names of the subjects with a method. */
function subjectsWith(method) {
	return Object.keys(SUBJECTS).filter(
		(name) => SUBJECTS[name].only?.includes(method) ?? true,
	);
}

module.exports = { SUBJECTS, subjectsWith };
