// From an ES module, where the default import is module.exports. Compiled, never run.

import type { EtcdError, Client as Named } from "etcdjs";
import etcdjs, * as everything from "etcdjs";
import type { Equal } from "../equal.js";

declare function expect<_T extends true>(): void;

const store = etcdjs("a");
expect<Equal<typeof store, etcdjs.Client<string, etcdjs.Value>>>();
const json: etcdjs.Client = new etcdjs(["a", "b"], { json: true });
expect<Equal<Named, etcdjs.Client>>();
expect<Equal<EtcdError, etcdjs.EtcdError>>();
expect<Equal<typeof everything.default, typeof etcdjs>>();
if ((json as unknown) instanceof etcdjs) json.destroy();

// Absent and undefined are the same to every option (exactOptionalPropertyTypes).
const ttl = process.env.TTL ? 5 : undefined;
etcdjs("a", { timeout: undefined, json: undefined, token: undefined });
store.set("key", "value", { ttl, prevExist: undefined, json: undefined });
store.get("key", { recursive: undefined, json: undefined }, (_err, result) => {
	expect<Equal<typeof result, etcdjs.Response<string> | undefined>>();
});
store.del("key", { prevValue: undefined, dir: undefined });
store.push("queue", "job", { ttl });

store.set("key", "value", (err, result) => {
	expect<Equal<typeof err, EtcdError | null>>();
	expect<Equal<typeof result, etcdjs.Change<string>>>();
});
store.get("key", { recursive: true }, (err, result) => {
	if (err) throw err;
	const first = result?.node.nodes?.[0];
	expect<Equal<typeof first, etcdjs.KeyedNode<string> | undefined>>();
});
const stop: etcdjs.Stop = store.wait(
	"key",
	function onchange(err, result, next) {
		if (err) return next(onchange);
		result.node.value?.trim();
		return next(onchange);
	},
);
stop();
store.stats.leader((_err, stats) => {
	const follower = stats.followers.id;
	expect<Equal<typeof follower, etcdjs.FollowerStats | undefined>>();
});

// Every type has its name.
export type Names = [
	etcdjs.Acknowledgement,
	etcdjs.Action,
	etcdjs.AnyClientOptions,
	etcdjs.Attempt,
	etcdjs.BufferLike,
	etcdjs.Callback<string>,
	etcdjs.Change,
	etcdjs.Client,
	etcdjs.ClientConstructor,
	etcdjs.ClientOf<true>,
	etcdjs.ClientOptions,
	etcdjs.Conditions,
	etcdjs.DeleteOptions,
	etcdjs.EtcdError,
	etcdjs.FollowerStats,
	etcdjs.GetCallback,
	etcdjs.GetOptions,
	etcdjs.Hosts,
	etcdjs.Key,
	etcdjs.KeyedNode,
	etcdjs.LeaderStats,
	etcdjs.Next,
	etcdjs.Node,
	etcdjs.PushOptions,
	etcdjs.Response,
	etcdjs.SelfStats,
	etcdjs.SetOptions,
	etcdjs.Resync,
	etcdjs.Stats,
	etcdjs.Stop,
	etcdjs.StoreStats,
	etcdjs.Value,
	etcdjs.WaitCallback,
	etcdjs.WaitOptions,
	etcdjs.Watch<etcdjs.Change>,
	etcdjs.WatchOptions,
];

// @ts-expect-error the namespace object is not the client
everything("a");
etcdjs.default("a");
// @ts-expect-error the types are no values
new etcdjs.Client("a");
// @ts-expect-error no such type
export type Missing = etcdjs.Etcd;
// @ts-expect-error a host is a string
etcdjs([4001]);
// @ts-expect-error no such option
store.get("key", { recursiv: true }, () => {});
// @ts-expect-error a get may find nothing
store.get("key", (_err, result) => result.node);
// @ts-expect-error an object would be stored as an empty value
store.set("key", { port: 1 });
