// Which test files run on an etcd that serves only the v3 API, and why the others do not.

/** Whether `npm test` runs them. */
const IS_ON = true;

/** The files for every such etcd. */
const CORE = [
	"calls/answers",
	"calls/compare",
	"calls/json",
	"calls/keys",
	"promises/promises",
	"v3/differential",
	"wait/wait",
	"watch/watch",
];

/** The other files, for one etcd. */
const MORE = [
	"calls/ambiguous-writes",
	"calls/arguments",
	"calls/bad-input",
	"calls/bad-keys",
	"calls/callbacks",
	"calls/judged",
	"calls/overloads",
	"chaos/chaos",
	"chaos/frozen",
	"chaos/leases",
	"chaos/silence",
	"client/destroy-callbacks",
	"client/documented",
	"client/stop",
	"client/tracing",
	"client/tracking",
	"hosts/discovery",
	"hosts/failover",
	"hosts/network",
	"hosts/refresh",
	"process/batches",
	"process/callbacks",
	"process/clocks",
	"process/descriptors",
	"process/exceptions",
	"process/exits",
	"process/forks",
	"process/garbage",
	"process/pauses",
	"process/replaced-timers",
	"process/workers",
	"promises/timeout",
	"tls/trust",
	"upstream/original-tests",
	"v3/page",
	"wait/before-write",
	"wait/chain",
	"wait/options",
	"watch/history",
	"watch/ready",
];

/** The etcd that runs all files. */
const WHOLE = "3.6.16";

const SCRIPTED = "has only scripted hosts, which answer HTTP of the v2 API";
const NO_STORE = "needs no store";
const FORWARDED = "has a host before etcd that forwards HTTP of the v2 API";

/** Why a file, or each file of a folder, does not run. A file counts before its folder. */
const LEFT_OUT = {
	"calls/options": SCRIPTED,
	"calls/server-errors": "is about an etcd whose v2 API is off",
	"chaos/gateway": "starts the servers and the cluster that it needs itself",
	"client/construction": SCRIPTED,
	"client/destroy": SCRIPTED,
	"client/leftovers": SCRIPTED,
	"client/surroundings": SCRIPTED,
	differential: "compares with etcdjs, which knows only the v2 API",
	ecosystem: "is about the published packages",
	hostile: SCRIPTED,
	hosts: SCRIPTED,
	"hosts/redirects": "is about redirects of HTTP",
	http: "is about HTTP/1.1",
	memory: "is about the store in memory",
	migrate: "needs an etcd that serves both APIs, and starts it itself",
	packages: "is about the published packages",
	"process/endurance": "repeats what other files test, for long",
	"process/forgotten": SCRIPTED,
	"process/handles": SCRIPTED,
	"process/loops": SCRIPTED,
	project: "is about the project's files",
	"promises/abort": SCRIPTED,
	"promises/wrapped": SCRIPTED,
	proxies: "is about requests of HTTP to proxies",
	server: "starts the stores that it needs itself",
	tls: NO_STORE,
	"tls/auth": "is about the users of the v2 API",
	v3: "starts the etcds that it needs itself",
	"wait/backoff": SCRIPTED,
	"wait/look-ahead": "is about the v2 API's event history",
	"wait/loops": SCRIPTED,
	"wait/polls": "is about polls, which the v3 API does not need",
	"wait/two-polls": "is about polls, which the v3 API does not need",
	"wait/withheld-headers": "is about polls, which the v3 API does not need",
	"wait/wrapped": SCRIPTED,
	"watch/start-index": SCRIPTED,
	"watch/wrapped": SCRIPTED,
};

/** Why single tests of the files do not run, by the beginnings of their titles. */
const TITLES = {
	"33. a wait whose host is slow sees a write after it whose answer is lost":
		FORWARDED,
	"33. a watch whose host is slow sees a write": FORWARDED,
	"ready comes once a host answers": FORWARDED,
	"what happens while the first poll fails after it was sent": FORWARDED,
	"calls go on over the connections that there are, whichever host":
		"its second host is scripted",
	"of waits that need more connections than there can be":
		"waits need one connection over the v3 API",
};

/** The names of the files for an etcd. */
function suitesFor(version) {
	return version === WHOLE ? [...CORE, ...MORE].sort() : CORE;
}

/** Why a file does not run; undefined if it does. `name`: its path below __test__, without the suffix. */
function reasonOf(name) {
	if ([...CORE, ...MORE].includes(name)) return undefined;
	return LEFT_OUT[name] ?? LEFT_OUT[name.split("/")[0]];
}

/** A pattern for the titles of all tests that run; undefined if no title is left out. Node runs all tests if it matches the root's name. */
function titlePattern(titles = Object.keys(TITLES)) {
	if (titles.length === 0) return undefined;
	const escaped = ["<root>", ...titles].map((one) =>
		one.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"),
	);
	return `/^(?!${escaped.join("|")})/`;
}

module.exports = {
	IS_ON,
	LEFT_OUT,
	TITLES,
	WHOLE,
	reasonOf,
	suitesFor,
	titlePattern,
};
