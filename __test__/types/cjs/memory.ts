// The control of a store in memory. Compiled, never run.

import etcd = require("etcdjs/promises");
import etcdjs = require("etcdjs");

import type { Equal } from "../equal";

declare function expect<_T extends true>(): void;

const store = etcdjs("memory:");
type Control = etcdjs.Memory | undefined;
expect<Equal<typeof store.memory, Control>>();
const promises = etcd("memory:");
expect<Equal<typeof promises.memory, Control>>();

const { memory } = store;
memory?.advance(1000);
memory?.fail("ambiguous");
memory?.fail(["refused", { error: "noQuorum", operation: "set", times: 2 }]);
memory?.load({ node: { nodes: [{ key: "/a", value: "1" }] } });
if (memory) memory.load(memory.dump());
promises
	.get("", { recursive: true })
	.then((root) => root && memory?.load(root));

// @ts-expect-error a client of a cluster has no store in memory
store.memory.advance(1000);
// @ts-expect-error there is no such fault
memory?.fail("slow");
// @ts-expect-error an update is a set
memory?.fail({ error: "refused", operation: "update" });
// @ts-expect-error a value is text
memory?.load({ node: { nodes: [{ key: "/a", value: 1 }] } });
// @ts-expect-error a node has a value, nodes or dir: true
memory?.load({ node: { nodes: [{ key: "/a" }] } });
// @ts-expect-error a node below the root has a key
memory?.load({ node: { nodes: [{ nodes: [] }] } });
// @ts-expect-error a key with a value has no nodes
memory?.load({ node: { nodes: [{ key: "/a", value: "", nodes: [] }] } });
