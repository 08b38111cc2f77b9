// Etcds that serve only the v3 API, and etcd's own client for them: what others write, users and roles, alarms.
const { execFile } = require("node:child_process");
const { promisify } = require("node:util");
const {
	binaryOf,
	etcdEnvironment,
	installedVersions,
} = require("../../../scripts/etcd-folder");
const { startEtcd } = require("../etcd/etcd");
const { get } = require("../etcd/member");
const { client } = require("../lifetime");

const CTL_VERSION = "3.6.16";
const CTL = binaryOf(CTL_VERSION, "v3", "etcdctl");
const ROOT = { user: "root", pass: "s3cret/with@odd-characters" };
// bcrypt with its default cost takes 70 ms a login.
const QUICK = ["--bcrypt-cost", "4"];

const run = promisify(execFile);

/** A real etcd without the v2 API, stopped after the test. */
async function v3Etcd(t, { version = CTL_VERSION, args = [], tls } = {}) {
	const binary = binaryOf(version, "v3");
	const all = [...QUICK, ...args];
	const member = await startEtcd({ binary, v2: false, args: all, tls });
	t.after(() => member.stop());
	return member;
}

/** A client of the package under test over the v3 API; destroyed after the test. */
function v3Client(t, hosts, options) {
	return client(t, hosts, { api: "v3", ...options });
}

/** Runs etcdctl; resolves with what it prints. `user`: as `{user, pass}`. */
async function ctl({ url, ca }, args, { user, input } = {}) {
	const flags = ["--endpoints", url];
	if (ca) flags.push("--cacert", ca);
	if (user) flags.push("--user", user.user, "--password", user.pass);
	const running = run(CTL, [...flags, ...args], {
		env: etcdEnvironment(),
		encoding: "buffer",
	});
	running.child.stdin.end(input);
	return (await running).stdout.toString();
}

/** Switches auth on, with these users beside root: `{name: {pass, grants: [[permission, key, rangeEnd]]}}`. */
async function enableAuth(member, users = {}) {
	const asRoot = (...args) => ctl(member, args);
	await asRoot("user", "add", `${ROOT.user}:${ROOT.pass}`);
	await asRoot("user", "grant-role", "root", "root");
	for (const [name, { pass, grants = [] }] of Object.entries(users)) {
		await asRoot("user", "add", `${name}:${pass}`);
		await asRoot("role", "add", name);
		for (const grant of grants)
			await asRoot("role", "grant-permission", name, ...grant);
		await asRoot("user", "grant-role", name, name);
	}
	await asRoot("auth", "enable");
}

/** How many requests of a method a member has begun to handle. */
async function handled({ url, clientOptions }, method) {
	const { body } = await get(`${url}/metrics`, clientOptions);
	const pattern = `^grpc_server_started_total\\{grpc_method="${method}".*\\} (\\d+)`;
	return Number(new RegExp(pattern, "m").exec(body)?.[1] ?? 0);
}

module.exports = {
	CTL_VERSION,
	ROOT,
	VERSIONS: installedVersions("v3"),
	ctl,
	enableAuth,
	handled,
	v3Client,
	v3Etcd,
};
