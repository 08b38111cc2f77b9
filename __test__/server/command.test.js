// `npx etcdjs serve`, in a process of its own.
const assert = require("node:assert/strict");
const { execFile, spawn } = require("node:child_process");
const { once } = require("node:events");
const { test } = require("node:test");
const { promisify } = require("node:util");
const { ROOT } = require("../../scripts/run");
const { UsageError } = require("../../lib/command-line");
const { parse } = require("../../lib/server/arguments");
const { command: run, start } = require("../support/command");
const { read } = require("../support/packages/pages");
const { client } = require("../support/lifetime");
const { connection, raw } = require("../support/server/raw");
const { certificates } = require("../support/tls/certificates");
const { enableAuth, v3Etcd } = require("../support/v3/etcd");
const { get, put } = require("./requests");

const execute = promisify(execFile);

/** Starts `etcdjs serve`; resolves when it serves, with its `url`, its `port` and `ended`. */
async function serving(t, ...args) {
	const { child, ended } = start(t, ["serve", "--port", "0", ...args]);
	const [line] = await once(child.stdout, "data");
	const [url] = /https?:\/\/\S+/.exec(line);
	const { port, host } = new URL(url);
	return { child, ended, host, port: Number(port) };
}

test("it serves from memory, says so, and SIGTERM ends it with its waits", async (t) => {
	const { child, ended, port } = await serving(t);
	await raw(port, put("/a", "value=1"));
	assert.match((await raw(port, get("/v2/keys/a"))).body, /"value":"1"/);
	const { socket, until } = await connection(t, port);
	socket.write(get("/v2/keys/a?wait=true"));
	await until(/\r\n\r\n/);
	child.kill("SIGTERM");
	const { code, stdout, stderr } = await ended;
	assert.deepEqual(
		[code, stderr],
		[
			0,
			"etcdjs: the keys are in memory: none is kept after the end of this process\n",
		],
	);
	assert.match(stdout, /^serving etcd's v2 API at http:\/\/127.0.0.1:\d+\n$/);
});

test("it serves a cluster that has the v3 API alone", async (t) => {
	const member = await v3Etcd(t);
	const { child, ended, host } = await serving(t, "--etcd", member.host);
	await client(t, host, { api: "v2" }).promises.set("a", "1");
	const store = client(t, member.host, { api: "v3" });
	assert.equal((await store.promises.get("a")).node.value, "1");
	child.kill("SIGINT");
	assert.equal((await ended).code, 0);
});

test("an address that other machines reach needs TLS or a flag, and the start names the missing credentials", async (t) => {
	const refused = await run(t, "serve", "--host", "0.0.0.0");
	assert.equal(refused.code, 2);
	assert.match(
		refused.stderr,
		/0\.0\.0\.0 is reachable from other machines: give --cert and --key, or --insecure to/,
	);
	const { good } = await certificates();
	const tls = ["--cert", good.certFile, "--key", good.keyFile];
	const table = [
		[["--host", "0.0.0.0", "--insecure"], true],
		[["--host", "0.0.0.0", ...tls], true],
		[["--insecure"], false],
		[tls, false],
	];
	for (const [args, isReachable] of table) {
		const { child, ended } = await serving(t, ...args);
		child.kill("SIGTERM");
		const { stderr } = await ended;
		const warned = /whoever reaches this address can read and write/;
		assert.equal(warned.test(stderr), isReachable, `${args}: ${stderr}`);
	}
});

test("wrong arguments end it with exit code 2, an address in use with 1, and --help with 0", async (t) => {
	assert.equal((await run(t, "serve", "--no-such")).code, 2);
	const { port } = await serving(t);
	const taken = await run(t, "serve", "--port", String(port));
	assert.equal(taken.code, 1);
	assert.match(taken.stderr, /listen EADDRINUSE/);
	const { code, stdout } = await run(t, "serve", "--help");
	assert.equal(code, 0);
	assert.match(stdout, /^Usage: etcdjs serve/);
});

test("an output that cannot be written does not end it", async (t) => {
	const program = 'exec "$0" bin/etcdjs.js serve --port 0 2>/dev/full';
	const args = ["-c", program, process.execPath];
	const child = spawn("sh", args, { cwd: ROOT, stdio: ["ignore", "pipe"] });
	t.after(() => child.kill("SIGKILL"));
	const [line] = await once(child.stdout, "data");
	const { port } = new URL(/http:\S+/.exec(line)[0]);
	const { status } = await raw(Number(port), get("/version"));
	assert.equal(status, "HTTP/1.1 200 OK");
	child.kill("SIGTERM");
	assert.deepEqual(await once(child, "close"), [0, null]);
});

test("a user without a right to the root may serve a cluster, and one with a wrong password may not", async (t) => {
	const member = await v3Etcd(t);
	const grants = [["readwrite", "/app", "/app0"]];
	await enableAuth(member, { app: { pass: "s3cret", grants } });
	const of = ["--etcd", member.host, "--user"];
	const { child, ended, host } = await serving(t, ...of, "app:s3cret");
	const store = client(t, host, { api: "v2" }).promises;
	assert.equal(await store.get("app/none"), undefined);
	child.kill("SIGTERM");
	assert.equal((await ended).code, 0);
	const refused = await run(t, "serve", ...of, "app:wr0ng");
	assert.equal(refused.code, 1);
	assert.match(refused.stderr, /the cluster refuses the user: see --user/);
});

test("wrong arguments are told without the values that they have", () => {
	const table = [
		[["s3cret"], /serve takes options alone/],
		[["--port", "s3cret"], /--port is a number/],
		[["--port", "65536"], /--port is a number/],
		[["--user", "a:s3cret"], /--user is for the cluster of --etcd/],
		[["--etcd", "a", "--user", "s3cret"], /--user is name:password/],
		[["--cert", "c.pem"], /--cert and --key are given together/],
		[["--etcd", ""], /--etcd is empty/],
		[["--cert", "", "--key", ""], /--cert is empty/],
		[
			["--advertise-client-urls", "http://a:1,s3cret"],
			/--advertise-client-url/,
		],
		[["--etcd", "a,"], /--etcd is a host or URL, or several/],
		[["--etcd", "memory:s3cret"], /--etcd is a host or URL, or several/],
		[["--toString", "s3cret"], /there is no option --toString/],
	];
	for (const [args, expected] of table)
		assert.throws(
			() => parse(args),
			(err) => {
				assert.ok(err instanceof UsageError);
				assert.match(err.message, expected);
				return !err.message.includes("s3cret");
			},
		);
});

test("the program of the page runs", async () => {
	const [, program] = /```js\n(.*?)```/s.exec(read("docs/server.md"));
	const args = ["--input-type=module", "--eval", program];
	const { stdout } = await execute(process.execPath, args, { cwd: ROOT });
	assert.match(stdout, /^http:\/\/127.0.0.1:\d+\n$/);
});
