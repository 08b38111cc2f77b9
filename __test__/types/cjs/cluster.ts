// The cluster's calls, statistics and errors. Compiled, never run.

import etcdjs = require("etcdjs");

import type { Equal } from "../equal";

declare function expect<_T extends true>(): void;

const store = etcdjs("a");
const other = etcdjs("b");

type Failure = etcdjs.EtcdError | null;

store.machines();
store.machines((err, machines) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof machines, string[]>>();
});
store.leader();
store.leader((err, leader) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof leader, string>>();
	const parsed: etcdjs.LeaderStats = JSON.parse(leader);
	console.log(parsed.leader);
});
expect<Equal<ReturnType<typeof store.machines>, void>>();
expect<Equal<ReturnType<typeof store.leader>, void>>();
expect<Equal<ReturnType<typeof store.destroy>, void>>();
store.autoRefresh();
expect<Equal<typeof store.stats, etcdjs.Stats>>();

// statistics
store.stats.self((err, self) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof self, etcdjs.SelfStats>>();
	expect<Equal<typeof self.name, string>>();
	expect<Equal<typeof self.id, string>>();
	expect<Equal<typeof self.startTime, string>>();
	expect<Equal<typeof self.leaderInfo.leader, string>>();
	expect<Equal<typeof self.leaderInfo.uptime, string>>();
	expect<Equal<typeof self.leaderInfo.startTime, string>>();
	expect<Equal<typeof self.recvAppendRequestCnt, number>>();
	expect<Equal<typeof self.sendAppendRequestCnt, number>>();
	expect<Equal<typeof self.recvPkgRate, number | undefined>>();
	expect<Equal<typeof self.recvBandwidthRate, number | undefined>>();
	expect<Equal<typeof self.sendPkgRate, number | undefined>>();
	expect<Equal<typeof self.sendBandwidthRate, number | undefined>>();
	if (self.state === "StateLeader") return;
	const state: string = self.state;
	console.log(state);
});
store.stats.self("http://a:2379", (_err, self) => self.state);
store.stats.self(null, (_err, self) => self.state);
store.stats.self(undefined, () => {});
store.stats.store((err, stats) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof stats, etcdjs.StoreStats>>();
	const counters: Record<keyof etcdjs.StoreStats, number> = stats;
	console.log(
		counters.getsSuccess,
		counters.getsFail,
		counters.setsSuccess,
		counters.setsFail,
		counters.deleteSuccess,
		counters.deleteFail,
		counters.updateSuccess,
		counters.updateFail,
		counters.createSuccess,
		counters.createFail,
		counters.compareAndSwapSuccess,
		counters.compareAndSwapFail,
		counters.compareAndDeleteSuccess,
		counters.compareAndDeleteFail,
		counters.expireCount,
		counters.watchers,
	);
});
store.stats.leader((err, stats) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof stats, etcdjs.LeaderStats>>();
	expect<Equal<typeof stats.leader, string>>();
	for (const [id, follower] of Object.entries(stats.followers)) {
		const latency: Record<
			"current" | "average" | "standardDeviation" | "minimum" | "maximum",
			number
		> = follower.latency;
		const counts: Record<"fail" | "success", number> = follower.counts;
		console.log(id, latency.current, counts.fail);
	}
});

// errors
store.set("key", "value", (err) => {
	if (!err) return;
	const error: Error = err;
	expect<Equal<typeof err.message, string>>();
	expect<Equal<typeof err.code, number | string | undefined>>();
	expect<Equal<typeof err.cause, string | undefined>>();
	expect<Equal<typeof err.index, number | undefined>>();
	expect<Equal<typeof err.errno, number | undefined>>();
	expect<Equal<typeof err.syscall, string | undefined>>();
	expect<Equal<typeof err.address, string | undefined>>();
	expect<Equal<typeof err.port, number | undefined>>();
	expect<Equal<typeof err.hostname, string | undefined>>();
	expect<Equal<typeof err.connect, boolean | undefined>>();
	expect<Equal<typeof err.ambiguous, boolean | undefined>>();
	expect<Equal<typeof err.status, number | undefined>>();
	expect<Equal<typeof err.endpoint, string | undefined>>();
	expect<Equal<typeof err.attempts, etcdjs.Attempt[] | undefined>>();
	for (const attempt of err.attempts ?? []) {
		expect<Equal<typeof attempt.host, string>>();
		expect<Equal<typeof attempt.error, string>>();
	}
	if (err.code === 101 || err.code === "ECONNREFUSED") throw error;
	// @ts-expect-error a code may be a number
	err.code.toUpperCase();
	// @ts-expect-error a code is no boolean
	if (err.code === true) throw err;
	// @ts-expect-error etcd's name in the answer; here it is `code`
	err.errorCode;
	// @ts-expect-error not every error has attempts
	err.attempts.length;
	// @ts-expect-error of an attempt there is a text
	err.attempts?.[0]?.error.message;
});
store.get("key", (err) => {
	if (err instanceof Error) expect<Equal<typeof err, etcdjs.EtcdError>>();
	else expect<Equal<typeof err, null>>();
});

// @ts-expect-error machines takes no options
store.machines({}, () => {});
store.machines((_err, machines) => {
	// @ts-expect-error an array, not the text
	machines.trim();
});
store.leader((_err, leader) => {
	// @ts-expect-error the text, not what it says
	leader.followers;
});
store.stats.self();
store.stats.self("a");
store.stats.store();
store.stats.leader();
// @ts-expect-error one host
store.stats.self(["a"], () => {});
// @ts-expect-error only self is asked of one host
store.stats.store("a", () => {});
// @ts-expect-error only self is asked of one host
store.stats.leader("a", () => {});
store.stats.store((_err, stats) => {
	// @ts-expect-error no such counter
	stats.getSuccess;
});
store.stats.leader((_err, stats) => {
	// @ts-expect-error an object by id, not an array
	stats.followers.map((follower) => follower);
});
store.stats.self((_err, self) => {
	// @ts-expect-error absent where it is 0
	self.recvPkgRate.toFixed();
	// @ts-expect-error no such field
	self.leader;
});
// @ts-expect-error autoRefresh takes no interval
store.autoRefresh(5);
// @ts-expect-error destroy takes no callback
store.destroy(() => {});
// @ts-expect-error the object stays
store.stats = other.stats;
