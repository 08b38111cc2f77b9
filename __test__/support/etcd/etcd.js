// Real etcd for the tests: one member, a cluster, or one that all test files share.
const {
	binaryOf,
	installedVersions,
	versionOf,
} = require("../../../scripts/etcd-folder");
const { isV3, remember } = require("./api");
const { Member, get, until } = require("./member");
const { freePorts } = require("./ports");

const ATTEMPTS = 5;
const TIMING = ["--heartbeat-interval", "50", "--election-timeout", "500"];
const LOGGING = [
	"--logger",
	"zap",
	"--log-outputs",
	"stderr",
	"--log-level",
	"warn",
];

let shared;
let clusters = 0;

/** The etcd binary the tests are to use. */
function etcdBinary() {
	if (process.env.ETCD_BIN) return process.env.ETCD_BIN;
	const api = isV3() ? "v3" : "v2";
	const installed = installedVersions(api);
	const version = process.env.ETCD_VERSION || installed[0];
	if (!installed.includes(version)) {
		const wanted = version ? `etcd ${version}` : "etcd";
		throw new Error(`${wanted} is missing: run node scripts/setup.js`);
	}
	return binaryOf(version, api);
}

/** Where the other members find one: behind its relay, if it has one. */
function peerUrl({ peerPort, relayPort = peerPort }) {
	return `http://127.0.0.1:${relayPort}`;
}

function clusterFlags(member, seats, token) {
	const seat = (one) => `${one.name}=${peerUrl(one)}`;
	return [
		["--name", member.name],
		["--listen-peer-urls", `http://127.0.0.1:${member.peerPort}`],
		["--initial-advertise-peer-urls", peerUrl(member)],
		["--initial-cluster", seats.map(seat).join(",")],
		["--initial-cluster-token", token],
	].flat();
}

// `ca` is for the clients' certificates: where given, a client needs one.
function tlsFlags({ cert, key, ca }) {
	const flags = ["--cert-file", cert, "--key-file", key];
	return ca ? [...flags, "--client-cert-auth", "--trusted-ca-file", ca] : flags;
}

function flags(seat, seats, { token, version, v2, args, tls, httpUrl }) {
	const client = `${tls ? "https" : "http"}://127.0.0.1:${seat.port}`;
	const noSync = Number.parseFloat(version) >= 3.5;
	return [
		...["--listen-client-urls", client, "--advertise-client-urls", client],
		...clusterFlags(seat, seats, token),
		...(Number.parseFloat(version) < 3.6 ? [`--enable-v2=${v2}`] : []),
		...(noSync ? ["--unsafe-no-fsync"] : []),
		...(tls ? tlsFlags(tls) : []),
		...(httpUrl ? ["--listen-client-http-urls", httpUrl] : []),
		...TIMING,
		...LOGGING,
		...args,
	];
}

async function seatsFor(size) {
	const ports = await freePorts(2 * size);
	return Array.from({ length: size }, (_, i) => ({
		name: `m${i}`,
		port: ports[2 * i],
		peerPort: ports[2 * i + 1],
	}));
}

async function membersOf(size, options) {
	const seats = await seatsFor(size);
	for (const seat of seats) seat.relayPort = await options.relays?.before(seat);
	return seats.map((seat) => {
		const args = flags(seat, seats, options);
		return new Member({ ...options, ...seat, args });
	});
}

async function startOnce(size, options) {
	const members = await membersOf(size, options);
	const first = members.slice(0, options.starting);
	for (const member of first) member.spawn();
	try {
		await Promise.all(first.map((member) => member.healthy()));
	} catch (error) {
		await stopAll(members);
		throw error;
	}
	return members;
}

async function stopAll(members) {
	await Promise.all(members.map((member) => member.stop()));
}

// Somebody may take a port between its choice and etcd's start.
async function start(size, { binary = etcdBinary(), ...options }) {
	const version = await versionOf(binary);
	const v2 = options.v2 ?? !isV3();
	for (let attempt = 1; ; attempt++) {
		const token = `etcdjs-${process.pid}-${clusters++}`;
		try {
			const all = { ...options, v2, binary, version, token };
			const members = await startOnce(size, all);
			if (!v2) for (const { host } of members) remember(host);
			return members;
		} catch (error) {
			if (error.code !== "EADDRINUSE" || attempt === ATTEMPTS) throw error;
		}
	}
}

/**
 * Starts one etcd; resolves with its Member when it is healthy. `args` are more flags; `tls` is
 * `{cert, key, ca}`, paths of PEM files: then it listens on https, to clients with a certificate
 * of `ca` if there is one; `binary` is another etcd than the environment's; `v2`: whether it serves
 * the v2 API, as it does but in v3 mode; `httpUrl`: a port for HTTP alone, where that of its URL is to be for gRPC alone.
 */
async function startEtcd({ v2, args = [], tls, binary, httpUrl } = {}) {
	const [member] = await start(1, { v2, args, tls, binary, httpUrl });
	return member;
}

async function leaderOverV3(member) {
	const url = `${member.url}/v3/maintenance/status`;
	const options = { ...member.clientOptions, timeout: 500, method: "POST" };
	const { body } = await get(url, options, "{}");
	const { header, leader } = JSON.parse(body);
	member.id = header.member_id;
	return leader;
}

async function leaderSeenBy(member) {
	try {
		if (!member.v2) return await leaderOverV3(member);
		const url = `${member.url}/v2/members/leader`;
		const options = { ...member.clientOptions, timeout: 500 };
		const { status, body } = await get(url, options);
		return status === 200 ? JSON.parse(body).name : null;
	} catch {
		return null;
	}
}

// A member that lost its cluster still names the old leader: the majority and the leader itself decide.
async function agreedLeader(members) {
	const seen = await Promise.all(members.map(leaderSeenBy));
	const nameOf = (member) => (member.v2 ? member.name : member.id);
	const isNamed = (member, i) => seen[i] && seen[i] === nameOf(member);
	const leader = members.find(isNamed);
	const votes = seen.filter((name) => leader && name === nameOf(leader)).length;
	return leader && votes > members.length / 2 ? leader : null;
}

/**
 * Starts a cluster; resolves when every member is healthy. `tls` is as for one etcd; the members among themselves speak http.
 * `relays`: PeerRelays to put between the members; `starting`: how many members start, if not all.
 */
async function startCluster(size = 3, { args = [], ...options } = {}) {
	const members = await start(size, { args, ...options });
	return {
		members,
		urls: members.map((member) => member.url),
		hosts: members.map((member) => member.host),
		leader: () =>
			until(
				() => agreedLeader(members),
				() => new Error("the cluster has no leader"),
			),
		stop: () => stopAll(members),
	};
}

/** The URL of an etcd that lives as long as this process, or as the whole run of the tests. */
async function sharedEtcd() {
	if (process.env.ETCDJS_TEST_URL) return process.env.ETCDJS_TEST_URL;
	shared ??= startEtcd();
	return (await shared).url;
}

module.exports = { startEtcd, startCluster, sharedEtcd };
