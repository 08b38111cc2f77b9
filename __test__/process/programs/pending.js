// A program that has 1,000 calls pending when it ends: a thread, or a process, which gets as `workerData` or as its
// argument the `url` of an etcd, a key `prefix`, its `end`, and the `moment` for that.
const { parentPort, workerData } = require("node:worker_threads");
const etcdjs = require("../../..");

const CALLS = 1000;
const CLIENTS = 20;
const GATHERING_MS = 100;

const { url, prefix, end, moment } = workerData ?? JSON.parse(process.argv[2]);

const ENDS = {
	exit: () => process.exit(7),
	throw: () => {
		throw new Error("the program's own");
	},
	// What started the program ends it.
	terminate: () => parentPort.postMessage("pending"),
	kill: () => process.stdout.write("pending"),
};

// After how many answers the end comes; or, before any is seen, when many have gathered.
const ANSWERS = { "before an answer": 0, "amid the answers": CALLS / 4 };

function startCalls(onanswer) {
	const stores = Array.from({ length: CLIENTS }, () => etcdjs(url));
	for (let i = 0; i < CALLS; i++) {
		const store = stores[i % CLIENTS];
		const key = `${prefix}${i % 100}`;
		if (i % 4 === 0) store.wait(`${prefix}unset`, onanswer);
		else if (i % 4 === 1) store.set(key, "v", onanswer);
		else store.get(key, onanswer);
	}
}

function main() {
	let answers = 0;
	startCalls(() => {
		if (++answers === ANSWERS[moment]) ENDS[end]();
	});
	if (ANSWERS[moment] === 0) ENDS[end]();
	if (moment in ANSWERS) return;
	const never = new Int32Array(new SharedArrayBuffer(4));
	Atomics.wait(never, 0, 0, GATHERING_MS);
	ENDS[end]();
}

main();
