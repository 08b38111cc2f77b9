// The subjects on a store in memory and beside it, behind the interface of subjects.js. A subject is `{server, open}`: `server` is
// the name, in memory.js, of the server that it talks to. The store in memory of this package is in the process of the subject.

const { OURS, SUBJECTS: CLIENTS, oursOn } = require("./subjects");

const SUBJECTS = {
	[OURS]: { server: "memory", open: oursOn("auto") },
	"on etcd, v2": { server: "v2", open: oursOn("v2") },
	"on etcd, v3": { server: "v3", open: oursOn("v3") },
	"on `serve`, v2": { server: "served", open: oursOn("v2") },
	"undici on `serve`": { server: "served", open: CLIENTS.undici },
	"undici on etcd, v2": { server: "v2", open: CLIENTS.undici },
};

/** What is measured of some subjects alone: the servers have no keys in the process of the client. */
const ONLY = { fill: [OURS] };

/** The names of the subjects with a method. */
function subjectsWith(method) {
	return ONLY[method] ?? Object.keys(SUBJECTS);
}

module.exports = { SUBJECTS, subjectsWith };
