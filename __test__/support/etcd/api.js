// The store of the tests: v2, or v3 with `ETCD_API=v3`, or one in memory with `ETCD_API=memory`. In v3 mode a client of a real etcd
// gets `api: "v3"`, in memory mode a store in memory in its place. A client of scripted hosts does not: they answer requests of the
// v2 API.
const HOSTS = "ETCDJS_V3_HOSTS";

function isV3() {
	return process.env.ETCD_API === "v3";
}

function isMemory() {
	return process.env.ETCD_API === "memory";
}

/** The store in memory that takes the place of an etcd. */
function memoryOf(url) {
	return `memory:${bare(url)}`;
}

function bare(host) {
	return host.replace(/^\w+:\/\//, "").replace(/\/+$/, "");
}

function known() {
	return (process.env[HOSTS] ?? "").split(",").filter(Boolean);
}

/** Remembers a host that serves only the v3 API; processes and workers that start later know it too. */
function remember(host) {
	process.env[HOSTS] = [...new Set([...known(), bare(host)])].join(",");
}

function hostsOf(host, opts) {
	const given = host ?? opts?.hosts ?? opts?.host;
	const list = [given].flat().filter((one) => typeof one === "string");
	return list.flatMap((one) => one.split(",")).map(bare);
}

/** The arguments of a client, with `api: "v3"` or the store in memory if all its hosts are etcds of this mode. */
function withStore(args) {
	const isOptions = typeof args[0] === "object" && !Array.isArray(args[0]);
	const [host, opts] = isOptions && args[0] ? [undefined, args[0]] : args;
	const hosts = hostsOf(host, opts);
	const isOne = (one) => known().includes(one);
	if (hosts.length === 0 || !hosts.every(isOne)) return args;
	if (isMemory()) return [memoryOf(hosts[0]), opts];
	const changed = { api: "v3", ...opts };
	return host === undefined ? [changed] : [host, changed];
}

/** A package whose clients are of the store of this mode. */
function ofMode(etcdjs) {
	if (!isV3() && !isMemory()) return etcdjs;
	return new Proxy(etcdjs, {
		apply: (target, self, args) => Reflect.apply(target, self, withStore(args)),
		construct: (target, args) => new target(...withStore(args)),
	});
}

module.exports = { isMemory, isV3, memoryOf, ofMode, remember };
