// The same clients made with npm's etcdjs and with this package.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const original = require("etcdjs-original");
const { subject } = require("../support");

const HOSTS = [
	"h",
	"h:1",
	"127.0.0.1",
	"127.0.0.1:2379/",
	"h/",
	"h:1//",
	"http://h",
	"http://h:80",
	"https://h",
	"https://h:443/",
	"HTTP://H:1",
	"http://u:p@h:1",
	"http://u@h:1",
	"http://h:1/path",
	"http://h:1/path/",
	"http://[::1]:2379",
	"[::1]:2379",
	"ftp://h:1",
	"h:1?query",
	"日本:1",
	"h:65536",
	"h:0",
	"/",
];
const NO_HOSTS = [undefined, null, "", 0, false, Number.NaN, [], 0n];
const NO_STRINGS = [42, true, 1n, Symbol("h"), () => "h"];
const OPTIONS = [
	{},
	{ hosts: "h:1", host: "g:1" },
	{ host: "", hosts: ["h:1"] },
	{ host: ["h:1", "g"] },
	{ host: 42 },
	{ hosts: [undefined] },
	{ hosts: ["h:1", {}] },
	{ host: "h:1", json: true, timeout: 0, refresh: false, cache: {} },
	Object.freeze({ hosts: Object.freeze(["h:1/"]) }),
	Object.create({ host: "h:1" }),
	{ token: "https://discovery.etcd.io/token" },
	new Date(0),
];

// By point: the argument, and the hosts that each package makes of it.
const DIFFERENT = [
	[4, "[::1]", ["http://[::1]"], ["http://[::1]:4001"]],
	[4, "user:1@h", ["http://user:1@h"], ["http://user:1@h:4001"]],
	[4, "http://h/path", ["http://h/path:4001"], ["http://h:4001/path"]],
	[4, "http://h/a:1", ["http://h/a:1"], ["http://h:4001/a:1"]],
	[4, "a:1,b:2", ["http://a:1,b:2"], ["http://a:1", "http://b:2"]],
	[4, ["a,b:1"], ["http://a,b:1"], ["http://a:4001", "http://b:1"]],
	[4, "http://", ["http:/:4001"], ["http://:4001"]],
	[4, [""], ["http:/:4001"], ["http://:4001"]],
	[4, " h:1 ", ["http:// h:1 "], ["http://h:1"]],
];

function argumentLists() {
	const listed = [...HOSTS, ...NO_STRINGS];
	return [
		[],
		...[...listed, ...NO_HOSTS].flatMap((host) => [
			[host],
			[host, {}],
			[{ host }],
			[null, { hosts: host }],
		]),
		...listed.flatMap((host) => [
			[[host]],
			[[host, "g:1"]],
			[{ hosts: [host] }],
		]),
		...OPTIONS.flatMap((opts) => [[opts], ["h:1", opts], [null, opts]]),
	];
}

/** What a package makes of these arguments. */
function made(etcdjs, args, make) {
	try {
		const client = make(etcdjs, args);
		const hosts = [...client._hosts];
		client.destroy();
		return { hosts, isClient: client instanceof etcdjs };
	} catch (thrown) {
		return { thrown: thrown.constructor.name };
	}
}

const WAYS = {
	"as a function": (etcdjs, args) => etcdjs(...args),
	"with new": (Etcdjs, args) => new Etcdjs(...args),
};

for (const [way, make] of Object.entries(WAYS)) {
	test(`clients made ${way} are as with etcdjs`, () => {
		for (const args of argumentLists()) {
			const theirs = made(original, args, make);
			assert.deepEqual(made(subject, args, make), theirs, inspect(args));
		}
	});
}

for (const [point, host, theirs, ours] of DIFFERENT) {
	test(`by ${point} what differs is ${inspect(host)}`, () => {
		for (const make of Object.values(WAYS)) {
			const isClient = true;
			const shown = { hosts: theirs, isClient };
			assert.deepEqual(made(original, [host], make), shown);
			assert.deepEqual(made(subject, [host], make), { hosts: ours, isClient });
		}
	});
}
