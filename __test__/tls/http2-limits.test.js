// What a server allows an HTTP/2 client may change at any time: how many requests it takes, and how fast a form goes.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { call, node } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { rawHttp2Host } = require("../support/hosts/http2-host");
const { client, deferred } = require("../support/lifetime");

const FOUND = node("/k", "v", 5);

let ca;
before(async () => {
	ca = (await certificates()).ca.pem;
});

/**
 * A host whose first connection allows requests until it has answered one; `limit` is what the others allow. Resolves
 * when the client has acknowledged that the first one allows none any more.
 */
async function exhausted(t, limit) {
	const lowered = deferred();
	const requests = [];
	const host = await rawHttp2Host(t, (index) => ({
		open: (frames) =>
			frames.settings({ maxConcurrentStreams: index === 0 ? 100 : limit }),
		request(frames, stream) {
			requests.push(index);
			frames.answer(stream, FOUND);
			if (index === 0) frames.settings({ maxConcurrentStreams: 0 });
		},
		acknowledged: (_frames, count) => count === 2 && lowered.resolve(),
	}));
	const store = client(t, host.url, { ca, timeout: 500 });
	assert.deepEqual((await call(store, "get", "k")).args, [null, FOUND]);
	await lowered.promise;
	return { host, store, requests };
}

test("a push to a connection that allows no request any more goes over another one", async (t) => {
	const { host, store, requests } = await exhausted(t, 100);
	assert.deepEqual((await call(store, "push", "k", "v")).args, [null, FOUND]);
	assert.deepEqual(requests, [0, 1]);
	assert.equal(host.connections, 2);
});

test("a push to a host that allows no request any more is tried again, and is not ambiguous", async (t) => {
	const { store, requests } = await exhausted(t, 0);
	const { args } = await call(store, "push", "k", "v");
	assert.match(args[0].code, /TIMEDOUT$/);
	assert.equal(args[0].ambiguous, undefined);
	assert.equal(args[0].attempts.length, 2);
	assert.deepEqual(requests, [0]);
});

test("a push that meets the news that no request is allowed any more is not ambiguous, and never sent late", async (t) => {
	const requests = [];
	let first;
	const host = await rawHttp2Host(t, (index) => ({
		open(frames) {
			first ??= frames;
			frames.settings({ maxConcurrentStreams: 100 });
		},
		request(frames, stream) {
			requests.push(index);
			// The client sees the answer first: its push and the SETTINGS cross.
			frames.answer(stream, FOUND);
			if (index === 0) frames.settings({ maxConcurrentStreams: 0 });
		},
	}));
	const store = client(t, host.url, { ca, timeout: 500 });
	for (let i = 0; i < 3; i++) {
		const { args } = await call(store, "push", "k", "v");
		assert.deepEqual(args, [null, FOUND]);
	}
	first.settings({ maxConcurrentStreams: 100 });
	await call(store, "get", "k");
	assert.equal(requests.length, 4);
});

test("a connection that allows no request is of use again when the host allows some", async (t) => {
	const lowered = deferred();
	const raised = deferred();
	let open;
	const host = await rawHttp2Host(t, () => ({
		open(frames) {
			open = frames;
			frames.settings({ maxConcurrentStreams: 1 });
		},
		request: (frames, stream) => frames.answer(stream, FOUND),
		acknowledged: (_frames, count) => {
			if (count === 2) lowered.resolve();
			if (count === 3) raised.resolve();
		},
	}));
	const store = client(t, host.url, { ca });
	await call(store, "get", "k");
	open.settings({ maxConcurrentStreams: 0 });
	await lowered.promise;
	open.settings({ maxConcurrentStreams: 100 });
	await raised.promise;
	const gets = Array.from({ length: 50 }, () => call(store, "get", "k"));
	for (const { args } of await Promise.all(gets))
		assert.deepEqual(args, [null, FOUND]);
	assert.equal(host.connections, 1);
});

const TIMEOUT = 500;
const WINDOW = 64;

/** A host with small windows, which lets a form go on as long as `lets(bytes)` says, each time after a while. */
function slowHost(t, lets, pushed) {
	let bytes = 0;
	return rawHttp2Host(t, () => ({
		open: (frames) => frames.settings({ initialWindowSize: WINDOW }),
		data(frames, stream, length) {
			bytes += length;
			const widen = () => frames.window(stream, WINDOW);
			if (lets(bytes)) setTimeout(widen, TIMEOUT / 4).unref();
		},
		request(frames, stream) {
			pushed?.(bytes);
			frames.answer(stream, FOUND);
		},
	}));
}

test("a form may take longer than the timeout as long as the host makes room for it", async (t) => {
	let received;
	const host = await slowHost(
		t,
		() => true,
		(bytes) => {
			received = bytes;
		},
	);
	const store = client(t, host.url, { ca, timeout: TIMEOUT });
	const value = "v".repeat(WINDOW * 10);
	assert.deepEqual((await call(store, "push", "k", value)).args, [null, FOUND]);
	assert.equal(received, `value=${value}`.length);
});

test("a form for which the host makes no more room is ambiguous after the timeout", async (t) => {
	const host = await slowHost(t, (bytes) => bytes < 3 * WINDOW);
	const store = client(t, host.url, { ca, timeout: TIMEOUT });
	const value = "v".repeat(WINDOW * 10);
	const { args } = await call(store, "push", "k", value);
	assert.equal(args[0].code, "ESOCKETTIMEDOUT");
	assert.equal(args[0].ambiguous, true);
});

test("an answer that comes before all of a form is the answer", async (t) => {
	const host = await rawHttp2Host(t, () => ({
		open: (frames) => frames.settings({ initialWindowSize: WINDOW }),
		data: (frames, stream) => frames.answer(stream, FOUND),
	}));
	const store = client(t, host.url, { ca, timeout: TIMEOUT });
	for (let i = 0; i < 2; i++) {
		const value = "v".repeat(WINDOW * 10);
		const { args } = await call(store, "push", "k", value);
		assert.deepEqual(args, [null, FOUND]);
	}
	assert.equal(host.connections, 1);
});
