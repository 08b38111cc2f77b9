// A server that takes no more requests on an HTTP/2 connection, or not at this moment, is no server that has failed.
const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { call, node } = require("../support");
const { certificates } = require("../support/tls/certificates");
const { rawHttp2Host } = require("../support/hosts/http2-host");
const { client } = require("../support/lifetime");

const FOUND = node("/k", "v", 5);
const NO_ERROR = 0;
const REFUSED_STREAM = 7;
const BURST = 40;

let ca;
before(async () => {
	ca = (await certificates()).ca.pem;
});

/** A host that answers `count` requests of each connection, and then takes no more on it. `answered()` counts them. */
async function limitedHost(t, count) {
	let answered = 0;
	const host = await rawHttp2Host(t, () => {
		let left = count;
		return {
			request(frames, stream) {
				if (left <= 0) return count || frames.goAway(0, NO_ERROR);
				answered++;
				frames.answer(stream, FOUND);
				if (--left === 0) frames.goAway(stream, NO_ERROR);
			},
		};
	});
	return Object.assign(host, { answered: () => answered });
}

for (const count of [5, 10])
	test(`a burst of pushes to a server that takes ${count} requests on a connection is answered, each push once`, async (t) => {
		const host = await limitedHost(t, count);
		const store = client(t, host.url, { ca, timeout: 2000 });
		const pushes = Array.from({ length: BURST }, () =>
			call(store, "push", "k", "v"),
		);
		for (const { args } of await Promise.all(pushes))
			assert.deepEqual(args, [null, FOUND]);
		assert.equal(host.answered(), BURST);
	});

test("a push to a server that takes no request on any connection fails after some connections, and is not ambiguous", async (t) => {
	const host = await limitedHost(t, 0);
	const store = client(t, host.url, { ca, timeout: 2000 });
	const { args } = await call(store, "push", "k", "v");
	assert.equal(args[0].code, "ECONNRESET");
	assert.equal(args[0].ambiguous, undefined);
	assert.ok(host.connections <= 20, `${host.connections}`);
});

for (const [what, refuse] of [
	["ends each connection gracefully", (frames) => frames.goAway(0, NO_ERROR)],
	[
		"refuses a stream",
		(frames, stream) => frames.reset(stream, REFUSED_STREAM),
	],
])
	test(`a host that ${what} is asked again in its turn`, async (t) => {
		let requests = 0;
		const refusing = await rawHttp2Host(t, () => ({
			request(frames, stream) {
				requests++;
				refuse(frames, stream);
			},
		}));
		const other = await rawHttp2Host(t, () => ({
			request: (frames, stream) => frames.answer(stream, FOUND),
		}));
		const urls = [refusing.url, other.url];
		const store = client(t, urls, { ca, timeout: 2000 });
		for (let i = 1; i <= 3; i++) {
			const before = requests;
			const { args } = await call(store, "push", "k", "v");
			assert.deepEqual(args, [null, FOUND]);
			assert.ok(requests > before, `call ${i}`);
		}
	});

test("a get that a connection leaves unanswered is repeated over another one", async (t) => {
	const host = await rawHttp2Host(t, (index) => ({
		request: (frames, stream) => index && frames.answer(stream, FOUND),
	}));
	const store = client(t, host.url, { ca, timeout: 300 });
	assert.deepEqual((await call(store, "get", "k")).args, [null, FOUND]);
	assert.equal(host.connections, 2);
});
