// Promises and watches: what they resolve with. Compiled, never run.

import etcd = require("etcdjs/promises");
import etcdjs = require("etcdjs");

import type { Equal } from "../equal";

declare function expect<_T extends true>(): void;

interface Config {
	port: number;
}

const text = etcd("a");
const json = etcd("a", { json: true });
expect<Equal<typeof text, etcd.Store<string, etcdjs.Value>>>();
expect<Equal<typeof json, etcd.Store>>();
const followed = etcdjs("a").promises;
expect<Equal<typeof followed, typeof text>>();

type Reads<T> = Promise<etcdjs.Response<T> | undefined>;
type Changes<T> = Promise<etcdjs.Change<T>>;
type Acknowledges = Promise<etcdjs.Acknowledgement>;

const { signal } = new AbortController();
const limits = { signal, timeout: 1000 };
const reads = [
	text.get("key"),
	text.get("key", null),
	text.get("key", limits),
	text.get("key", { recursive: true, json: false }),
] as const;
expect<Equal<(typeof reads)[number], Reads<string>>>();
const config = text.get<Config>("key", { json: true });
expect<Equal<typeof config, Reads<Config>>>();
const root = text.get();
expect<Equal<typeof root, Promise<etcdjs.Response<string>>>>();

const changes = [
	text.set("key", "v"),
	text.set("key", { any: 1 }, { json: true, ...limits }),
	text.update("key", 1, { ttl: 5 }),
	text.compareAndSwap("key", "b", "a"),
	text.compareAndDelete("key", "a", limits),
	text.del("key", { recursive: true }),
	text.delete("key"),
	text.mkdir("dir"),
	text.rmdir("dir"),
	text.push("dir", "v"),
	text.wait("key"),
	text.wait("key", { waitIndex: 5, ...limits }),
] as const;
expect<Equal<(typeof changes)[number], Changes<string>>>();
const waited = text.wait<Config>("key", { json: true });
expect<Equal<typeof waited, Changes<Config>>>();

const brief = { noValueOnSuccess: true } as const;
const acknowledged = [
	text.set("key", "v", brief),
	text.set("key", { any: 1 }, { ...brief, json: true }),
	text.update("key", "v", brief),
	text.update("key", { any: 1 }, { ...brief, json: true }),
	text.compareAndSwap("key", "b", "a", brief),
	text.compareAndSwap("key", { any: 1 }, {}, { ...brief, json: true }),
] as const;
expect<Equal<(typeof acknowledged)[number], Acknowledges>>();

type Watched<T> = etcdjs.Watch<etcdjs.Change<T>>;
type Resynced<T> = etcdjs.Watch<etcdjs.Change<T> | etcdjs.Resync<T>>;

const watches = [
	text.watch("key"),
	text.watch("key", null),
	text.watch("key", { recursive: true, from: 5, signal }),
	text.watch("key", { resync: false }),
] as const;
expect<Equal<(typeof watches)[number], Watched<string>>>();
const configs = text.watch<Config>("key", { json: true });
expect<Equal<typeof configs, Watched<Config>>>();
expect<Equal<typeof configs.ready, Promise<number>>>();
const resynced = text.watch("key", { resync: true });
expect<Equal<typeof resynced, Resynced<string>>>();
const declared: etcdjs.WatchOptions = { resync: true, json: true };
const both = text.watch("key", declared);
expect<Equal<typeof both, etcdjs.Watch<etcdjs.Change | etcdjs.Resync>>>();

export async function take(): Promise<void> {
	for await (const event of resynced)
		if (event.action === "resync") event.node?.nodes?.[0]?.key.trim();
		else event.node?.value?.trim();
	const { value, done } = await resynced.return();
	expect<Equal<typeof value, undefined>>();
	expect<Equal<typeof done, true>>();
	try {
		await text.get("key");
	} catch (error) {
		if (error instanceof etcd.HistoryGapError) error.toIndex.toFixed();
		if (error instanceof etcd.EtcdError) error.reason?.trim();
	}
}

// @ts-expect-error a promise takes no callback
text.get("key", () => {});
// @ts-expect-error no such option
text.get("key", { recursiv: true });
// @ts-expect-error a watch has no timeout
text.watch("key", { timeout: 5 });
// @ts-expect-error an object would be no value
text.set("key", { port: 1 });
// @ts-expect-error a signal is an AbortSignal
text.get("key", { signal: new AbortController() });
