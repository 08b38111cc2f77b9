// Hosts that break the rules on the stream of watches. A wait ends with an error or goes on at the next host; it never hangs.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { call } = require("../support");
const { proceed } = require("../support/lifetime");
const { grpcHost } = require("../support/v3/grpc-host");
const { v3Client } = require("../support/v3/etcd");
const {
	found,
	framed,
	message,
	range,
	startOf,
	watchCreated,
	watchEvent,
	watchIdOf,
} = require("../support/v3/messages");

const MIB = 1024 * 1024;
const REVISION = 5;

/** Answers what a client asks beside its stream of watches. */
function besides(x) {
	return x.method === "Range"
		? x.answer(range(REVISION))
		: x.answer(found("/k", "v"));
}

/** A host whose stream of watches is the test's: `onWatch(exchange, id, count)`. */
function watchHost(t, onWatch) {
	let count = 0;
	return grpcHost(t, (x) =>
		x.method === "Watch" ? onWatch(x, watchIdOf(x.body), count++) : besides(x),
	);
}

const send = (stream, ...all) => {
	for (const one of all) stream.write(framed(one));
};

/** A stream with one event. */
function good(x, id) {
	const event = watchEvent(id, "/k", "good", REVISION + 1);
	send(x.begin(), watchCreated(id), event);
}

/** What a host does with a stream; whether a wait with this host alone may end with an event. */
const STREAMS = [
	["ends it with garbage", (x) => x.raw("garbage!")],
	[
		"sends a compressed message",
		(x) => x.begin().write(framed(watchCreated(1), 1)),
	],
	["sends no message of protobuf", (x) => send(x.begin(), Buffer.from("ÿÿ"))],
	[
		"sends a message above maxResponseSize",
		(x, id) => send(x.begin(), watchCreated(id), Buffer.alloc(2 * MIB)),
	],
	["ends it with OK", (x) => x.raw("")],
	["refuses it", (x) => x.refuse(14, "etcdserver: no leader")],
	["refuses it with an unknown status", (x) => x.refuse(99, "so")],
	["knows no watches", (x) => x.refuse(12, "unknown service")],
	["answers with a web page", (x) => x.raw("<html>", null, { ":status": 404 })],
	["resets it", (x) => x.reset(2)],
	["cuts the connection", (x) => x.stream.session.destroy()],
	[
		"registers it and cuts the connection",
		(x, id) => {
			send(x.begin(), watchCreated(id));
			setImmediate(() => x.stream.session.destroy());
		},
	],
];

for (const [what, answer] of STREAMS) {
	test(`a wait goes on at the next host where one ${what}`, async (t) => {
		const bad = await watchHost(t, answer);
		const other = await watchHost(t, good);
		const options = { maxResponseSize: MIB, timeout: 3000 };
		const store = v3Client(t, [bad.url, other.url], options);
		const [error, event] = (await call(store, "wait", "k")).args;
		assert.equal(error, null, `${error?.code} ${error?.message}`);
		assert.equal(event.node.value, "good");
		assert.equal(bad.calls.filter((x) => x.method === "Watch").length, 1);
	});

	test(`a wait with one host alone, which ${what}, ends with an error, and other calls go on`, async (t) => {
		const bad = await watchHost(t, answer);
		const options = { maxResponseSize: MIB, timeout: 1000 };
		const store = v3Client(t, bad.url, options);
		const waited = call(store, "wait", "k");
		assert.equal((await store.promises.get("k")).node.value, "v");
		const [error] = (await waited).args;
		assert.ok(error instanceof Error);
		assert.ok(error.code, error.message);
		assert.ok(error.attempts.length >= 2, JSON.stringify(error.attempts));
		const streams = bad.calls.filter((x) => x.method === "Watch");
		assert.ok(streams.length <= 10, `${streams.length} streams`);
	});
}

test("a host that is silent after the request of a watch is left within the timeout", async (t) => {
	const silent = await watchHost(t, (x) => x.begin());
	const mute = await watchHost(t, () => {});
	const other = await watchHost(t, good);
	for (const { url } of [silent, mute]) {
		const store = v3Client(t, [url, other.url], { timeout: 300 });
		const [error, event] = (await call(store, "wait", "k")).args;
		assert.equal(error, null, `${error?.code} ${error?.message}`);
		assert.equal(event.node.value, "good");
	}
});

/** What may come on a stream beside the event of the wait, in front of it. */
const ODD = {
	"an answer to a watch that nobody asked for": () => watchCreated(99),
	"an event of another watch": () => watchEvent(99, "/k", "bad", 6),
	"an event of another key": (id) => watchEvent(id, "/other", "bad", 6),
	"an event of a hidden key": (id) => watchEvent(id, "/k/_h", "bad", 6),
	"an event without a key": (id) => message([2, id], [11, message([1, 0])]),
	"an event of the past": (id) => watchEvent(id, "/k", "bad", 2),
	"an event of a key that is not UTF-8": (id) =>
		watchEvent(id, Buffer.of(0x2f, 0xff, 0xfe), "bad", 6),
	"an empty message": () => Buffer.alloc(0),
	"a progress of the past": (id) => message([1, message([3, 1])], [2, id]),
	"the end of another watch": () => message([2, 99], [4, true]),
	"an unknown field": () => message([500, "x"]),
};

for (const [what, odd] of Object.entries(ODD))
	test(`${what} on the stream of a wait is passed over`, async (t) => {
		const host = await watchHost(t, (x, id) =>
			send(
				x.begin(),
				...[watchCreated(id), odd(id)],
				watchEvent(id, "/k", "good", REVISION + 5),
			),
		);
		const store = v3Client(t, host.url, { timeout: 3000 });
		const [error, event] = (await call(store, "wait", "k")).args;
		assert.equal(error, null, `${error?.code} ${error?.message}`);
		assert.equal(event.node.value, "good");
	});

test("a host that cancels each watch at once is not asked without end", async (t) => {
	const host = await watchHost(t, (x, id) => {
		const stream = x.begin();
		const end = message([2, id], [4, true], [6, "so"]);
		send(stream, watchCreated(id), end);
		stream.on("data", () => host.creates++);
	});
	host.creates = 0;
	const store = v3Client(t, host.url, { timeout: 1200 });
	const [error] = (await call(store, "wait", "k")).args;
	assert.ok(error.code);
	assert.ok(host.creates <= 6, `${host.creates}`);
});

test("events in pieces of one byte are events", async (t) => {
	const host = await watchHost(t, (x, id) => {
		const event = watchEvent(id, "/k", "good", REVISION + 1);
		const bytes = Buffer.concat([framed(watchCreated(id)), framed(event)]);
		const stream = x.begin();
		const drip = (at) => {
			if (at === bytes.length || stream.destroyed) return;
			stream.write(bytes.subarray(at, at + 1));
			setImmediate(drip, at + 1);
		};
		drip(0);
	});
	const store = v3Client(t, host.url, { timeout: 3000 });
	assert.equal((await store.promises.wait("k")).node.value, "good");
});

test("a chain of waits goes on over streams that are cut after each event, and misses none", async (t) => {
	const host = await watchHost(t, (x, id) => {
		const revision = startOf(x.body) || REVISION + 1;
		const event = watchEvent(id, "/k", `v${revision}`, revision);
		send(x.begin(), watchCreated(id, revision - 1), event);
		setTimeout(() => x.stream.session?.destroy(), 20);
	});
	const store = v3Client(t, host.url, { timeout: 3000 });
	let { args } = await call(store, "wait", "k");
	for (let revision = REVISION + 1; revision < REVISION + 6; revision++) {
		const [error, event, next] = args;
		assert.equal(error, null, `${error?.code} ${error?.message}`);
		assert.equal(event.node.value, `v${revision}`);
		({ args } = await proceed(next));
	}
});
