// Which test files run on the store in memory, and why the others do not.
const v3 = require("./v3-suites");

/** The files. No etcd runs beside them. */
const FILES = [
	"calls/ambiguous-writes",
	"calls/answers",
	"calls/arguments",
	"calls/bad-input",
	"calls/bad-keys",
	"calls/callbacks",
	"calls/compare",
	"calls/json",
	"calls/judged",
	"calls/keys",
	"calls/overloads",
	"client/destroy-callbacks",
	"client/documented",
	"client/stop",
	"client/tracing",
	"client/tracking",
	"process/batches",
	"process/callbacks",
	"process/exceptions",
	"process/garbage",
	"process/replaced-timers",
	"promises/promises",
	"promises/timeout",
	"upstream/original-tests",
	"wait/before-write",
	"wait/chain",
	"wait/options",
	"wait/wait",
	"watch/history",
	"watch/ready",
	"watch/watch",
];

const CLUSTER = "needs the hosts of a cluster";
const POLLS = "is about polls, which a store in memory does not need";
const CONNECTIONS = "is about connections";
const OTHER_PROCESS = "another process has another store in memory";
const OWN_CLIENTS = "its programs make their clients themselves";

/** Why a file, or each file of a folder, does not run, unless v3-suites.js has the reason. A file counts before its folder. */
const LEFT_OUT = {
	...v3.LEFT_OUT,
	chaos: CLUSTER,
	"hosts/discovery": CLUSTER,
	"hosts/failover": CLUSTER,
	"hosts/network": CLUSTER,
	"hosts/refresh": CLUSTER,
	memory: "runs beside each etcd, and needs none",
	"process/clocks": "is about the time limits of connections",
	"process/descriptors": CONNECTIONS,
	"process/forks": OTHER_PROCESS,
	"process/pauses": "is about time limits while a process stands still",
	"process/workers": OWN_CLIENTS,
	"process/exits": OWN_CLIENTS,
	"tls/trust": CONNECTIONS,
	"wait/polls": POLLS,
	"wait/two-polls": POLLS,
	"wait/withheld-headers": POLLS,
};

const ENDPOINT = "the endpoint of a store in memory is memory:";
const FORWARDED = "has a host before etcd that forwards HTTP of the v2 API";

/** Why single tests of the files do not run, by the beginnings of their titles. */
const TITLES = {
	"13. an idle client that was used": OTHER_PROCESS,
	"21. status, endpoint and attempts of an error": ENDPOINT,
	"33. a watch whose host is slow sees a write": FORWARDED,
	"a call is told of when it is made, when it has": ENDPOINT,
	"a value of 10485754 bytes is stored": "there is no form that has a size",
	"ready comes once a host answers": FORWARDED,
	"what happens while the first poll fails after it was sent": FORWARDED,
};

/** Why a file does not run; undefined if it does. `name`: its path below __test__, without the suffix. */
function reasonOf(name) {
	if (FILES.includes(name)) return undefined;
	return LEFT_OUT[name] ?? LEFT_OUT[name.split("/")[0]];
}

module.exports = { FILES, LEFT_OUT, TITLES, reasonOf };
