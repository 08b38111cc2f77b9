// What a network failure becomes: attempts, timeouts and errors. The numbers are those of the points of
// docs/compatibility.md.
const assert = require("node:assert/strict");
const dns = require("node:dns");
const net = require("node:net");
const { test } = require("node:test");
const {
	blackHole,
	call,
	closedPort,
	node,
	prefix,
	startCluster,
} = require("../support");
const { client, hostOf, hostsOf, silentHost } = require("../support/lifetime");

const FOUND = { body: node("/k", "v", 5) };
const PLAIN = [
	["get", "k"],
	["set", "k", "v"],
	["del", "k"],
	["machines"],
	["leader"],
	["stats.self"],
	["stats.store"],
	["stats.leader"],
];

async function failure(store, ...args) {
	const { args: results } = await call(store, ...args);
	assert.ok(results[0] instanceof Error, `${args[0]} gives an error`);
	assert.equal(results.length, 1);
	return results[0];
}

async function blackHoleOf(t) {
	const hole = await blackHole();
	t.after(() => hole.close());
	return hole;
}

function counts(hosts) {
	return hosts.map((host) => host.requests.length);
}

for (const [method, ...args] of PLAIN) {
	test(`25. ${method} is tried on each host in turn, and once more`, async (t) => {
		const hosts = await hostsOf(t, ["hangup"], ["reset"], ["hangup"]);
		const urls = hosts.map((host) => host.url);
		const error = await failure(client(t, urls), method, ...args);
		assert.equal(error.code, "ECONNRESET");
		assert.deepEqual(counts(hosts), [2, 1, 1]);
	});
}

test("25. a single host is tried twice", async (t) => {
	const host = await hostOf(t, ["hangup", FOUND]);
	const { args } = await call(client(t, host.url), "get", "k");
	assert.deepEqual(args, [null, FOUND.body]);
	assert.equal(host.requests.length, 2);
});

for (const [method, ...args] of PLAIN.slice(0, 3)) {
	test(`25. ${method} gets the answer of the next host, whatever the first one's failure`, async (t) => {
		const failing = [
			`127.0.0.1:${await closedPort()}`,
			(await hostOf(t, ["reset"])).url,
			(await hostOf(t, ["cut"])).url,
			(await blackHoleOf(t)).url,
			(await silentHost(t)).url,
		];
		for (const first of failing) {
			const good = await hostOf(t, [FOUND]);
			const store = client(t, [first, good.url], { timeout: 500 });
			const { args: results } = await call(store, method, ...args);
			assert.deepEqual(results, [null, FOUND.body]);
			assert.equal(good.requests.length, 1);
		}
	});
}

test("25. what is sent again is the same request", async (t) => {
	const hosts = await hostsOf(t, ["hangup"], [FOUND]);
	const store = client(t, [hosts[0].url, hosts[1].url]);
	await call(store, "set", "a key", "väl&ue", { ttl: 9 });
	await call(store, "get", "dir", { recursive: true, sorted: true });
	const essence = ({ method, url, body }) => ({ method, url, body });
	const [first, second] = hosts.map((host) => essence(host.requests[0]));
	assert.deepEqual(first, second);
	assert.equal(first.method, "PUT");
	assert.match(first.body, /ttl=9/);
});

test("25. the calls after a member's death succeed on the members that are left", async (t) => {
	const cluster = await startCluster();
	t.after(() => cluster.stop());
	const leader = await cluster.leader();
	const store = client(t, cluster.urls);
	const key = `${prefix()}key`;
	await call(store, "set", key, "before");
	const victim = cluster.members.find((member) => member !== leader);
	await victim.kill();
	for (let i = 0; i < 6; i++) {
		const set = await call(store, "set", key, `${i}`);
		assert.equal(set.args[0], null);
		const get = await call(store, "get", key, { quorum: true });
		assert.equal(get.args[0], null);
		assert.equal((await call(store, "del", key)).args[0], null);
	}
});

test("27. a connection that is not made in time is ETIMEDOUT with connect: true", async (t) => {
	const hole = await blackHoleOf(t);
	// Many, since the limit for connecting runs out together with that for silence.
	const errors = Array.from({ length: 60 }, (_, i) => {
		const store = client(t, hole.url, { timeout: 50 + i });
		return failure(store, ...(i % 2 ? ["get", "k"] : ["set", "k", "v"]));
	});
	for (const error of await Promise.all(errors)) {
		assert.equal(error.code, "ETIMEDOUT");
		assert.equal(error.connect, true);
		assert.equal(error.message, "ETIMEDOUT");
	}
});

test("27. a host that says nothing in time is ESOCKETTIMEDOUT with connect: false", async (t) => {
	const host = await silentHost(t);
	const store = client(t, host.url, { timeout: 100 });
	for (const args of [["get", "k"], ["set", "k", "v"], ["leader"]]) {
		const error = await failure(store, ...args);
		assert.equal(error.code, "ESOCKETTIMEDOUT");
		assert.equal(error.connect, false);
		assert.equal(error.message, "ESOCKETTIMEDOUT");
	}
});

test("27. a host that falls silent within its answer is ESOCKETTIMEDOUT", async (t) => {
	const host = await hostOf(t, (_request, response) => {
		response.writeHead(200, { "content-length": 100 });
		response.write("{");
	});
	const error = await failure(
		client(t, host.url, { timeout: 100 }),
		"get",
		"k",
	);
	assert.equal(error.code, "ESOCKETTIMEDOUT");
	assert.equal(error.connect, false);
});

test("27. an answer that takes longer than the timeout, but is never silent for it, is whole", async (t) => {
	const text = JSON.stringify(FOUND.body);
	const host = await hostOf(t, (_request, response) => {
		const letters = [...text];
		const drip = setInterval(() => {
			response.write(letters.shift());
			if (letters.length === 0) response.end(() => clearInterval(drip));
		}, 25);
		response.on("close", () => clearInterval(drip));
		response.writeHead(200);
	});
	const store = client(t, host.url, { timeout: 1000 });
	const { args } = await call(store, "get", "k");
	assert.deepEqual(args, [null, FOUND.body]);
	assert.equal(host.requests.length, 1);
});

/** A server that takes in what is sent to it in gulps, and answers once it has `size` bytes. */
async function slowReader(t, size) {
	const GULP = 400_000;
	const server = net.createServer((socket) => {
		let total = 0;
		let gulp = 0;
		socket.on("error", () => {});
		socket.on("data", ({ length }) => {
			total += length;
			gulp += length;
			if (total >= size)
				return socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
			if (gulp < GULP) return;
			gulp = 0;
			socket.pause();
			setTimeout(() => socket.resume(), 120);
		});
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	return `127.0.0.1:${server.address().port}`;
}

test("27. a value whose sending takes longer than the timeout, but never stands still for it, is stored", async (t) => {
	const value = "v".repeat(8 << 20);
	const host = await slowReader(t, value.length);
	const store = client(t, host, { timeout: 1600 });
	const { args } = await call(store, "set", "k", value);
	assert.deepEqual(args, [null, {}]);
});

/** The error Node gives for the same. */
function nodeError(connect) {
	return new Promise((resolve) => {
		connect().on("error", resolve);
	});
}

test("28. a refused connection carries Node's fields", async (t) => {
	const port = await closedPort();
	const error = await failure(client(t, `127.0.0.1:${port}`), "get", "k");
	const expected = await nodeError(() => net.connect(port, "127.0.0.1"));
	assert.equal(error.message, expected.message);
	for (const name of ["code", "errno", "syscall", "address", "port"])
		assert.equal(error[name], expected[name], name);
	assert.equal(error.code, "ECONNREFUSED");
});

test("28. the address of a refused connection is the one that its host's name stands for", async (t) => {
	const port = await closedPort();
	const error = await failure(client(t, `localhost:${port}`), "get", "k");
	assert.ok(net.isIP(error.address), error.address);
	assert.equal(error.message, `connect ECONNREFUSED ${error.address}:${port}`);
});

test("28. a name that is not known carries Node's fields", async (t) => {
	const hostname = "etcd.invalid";
	const error = await failure(client(t, `${hostname}:2379`), "get", "k");
	const expected = await new Promise((resolve) => {
		dns.lookup(hostname, resolve);
	});
	assert.equal(error.message, expected.message);
	for (const name of ["code", "errno", "syscall", "hostname"])
		assert.equal(error[name], expected[name], name);
	assert.match(error.code, /^(ENOTFOUND|EAI_AGAIN)$/);
});

test("28. a reset connection is ECONNRESET of read", async (t) => {
	const host = await hostOf(t, ["reset"]);
	const error = await failure(client(t, host.url), "get", "k");
	assert.equal(error.message, "read ECONNRESET");
	assert.equal(error.code, "ECONNRESET");
	assert.equal(error.syscall, "read");
	assert.ok(error.errno < 0);
});

test("28. a server that closes early is 'socket hang up' with ECONNRESET", async (t) => {
	const host = await hostOf(t, ["hangup"]);
	for (const args of [
		["get", "k"],
		["set", "k", "v"],
		["push", "k", "v"],
	]) {
		const error = await failure(client(t, host.url), ...args);
		assert.equal(error.message, "socket hang up");
		assert.equal(error.code, "ECONNRESET");
	}
});

test("28. an answer that is cut off is ECONNRESET", async (t) => {
	const host = await hostOf(t, ["cut"]);
	const error = await failure(client(t, host.url), "get", "k");
	assert.equal(error.code, "ECONNRESET");
	assert.equal(error.message, "aborted");
});

test("28. a server that stops reading a large value is EPIPE or ECONNRESET", async (t) => {
	const server = net.createServer((socket) => {
		socket.on("error", () => {});
		socket.once("data", () => socket.resetAndDestroy());
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	const store = client(t, `127.0.0.1:${server.address().port}`);
	const error = await failure(store, "set", "k", "v".repeat(8 << 20));
	assert.match(error.code, /^(EPIPE|ECONNRESET)$/);
	assert.match(error.syscall, /^(write|read)$/);
	assert.ok(error.errno < 0);
});

test("28. no network error tells the password of a host", async (t) => {
	const hangup = await hostOf(t, ["hangup"]);
	const closed = await closedPort();
	for (const host of [hangup.host, `127.0.0.1:${closed}`]) {
		const error = await failure(
			client(t, `http://u:secret@${host}`),
			"get",
			"k",
		);
		const { message, stack, endpoint, attempts } = error;
		const fields = JSON.stringify([{ ...error }, endpoint, attempts]);
		assert.doesNotMatch([message, stack, fields].join(" "), /secret/);
	}
});
