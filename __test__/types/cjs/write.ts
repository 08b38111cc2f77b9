// biome-ignore-all lint/suspicious/noExplicitAny: the types under test have it

// Writes: calls that compile, and what their callbacks get. Compiled, never run.

import etcdjs = require("etcdjs");

import type { Equal } from "../equal";

declare function expect<_T extends true>(): void;

const text = etcdjs("a");
const json = etcdjs("a", { json: true });

type Text = etcdjs.Change<string>;
type Any = etcdjs.Change<any>;
type Failure = etcdjs.EtcdError | null;

// set: every overload
const nothing = text.set("key", "value");
expect<Equal<typeof nothing, void>>();
text.set("key", (err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
});
text.set("key", "value", (err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
	expect<Equal<typeof result.action, etcdjs.Action>>();
	expect<Equal<typeof result.node, etcdjs.KeyedNode<string>>>();
	expect<Equal<typeof result.node.key, string>>();
	expect<Equal<typeof result.prevNode, etcdjs.KeyedNode<string> | undefined>>();
	console.log(result.node.value, result.prevNode?.value?.trim());
});
text.set("key", "value", { ttl: 5 });
text.set("key", "value", { ttl: 5 }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.set("key", "value", null, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.set("key", "value", undefined, undefined);
text.set(5, "value");
text.set("key", { port: 1 }, { json: true }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.set("key", "value", { noValueOnSuccess: true }, (_err, result) => {
	expect<Equal<typeof result, etcdjs.Acknowledgement>>();
	expect<Equal<typeof result.action, etcdjs.Action>>();
	expect<Equal<typeof result.node, undefined>>();
});
text.set("key", [1], { json: true, noValueOnSuccess: true }, (_err, result) => {
	expect<Equal<typeof result, etcdjs.Acknowledgement>>();
});
json.set("key", { port: 1 }, (_err, result) => {
	expect<Equal<typeof result, Any>>();
	expect<Equal<typeof result.prevNode, etcdjs.KeyedNode<string> | undefined>>();
});
json.set("key", (_err, result) => {
	expect<Equal<typeof result, Any>>();
});
json.set("key", [1], { noValueOnSuccess: true }, (_err, result) => {
	expect<Equal<typeof result, etcdjs.Acknowledgement>>();
});
const jsonOptions = { json: true, ttl: 5 };
text.set("key", { port: 1 }, jsonOptions);

// set: every value
text.set("key", 5);
text.set("key", true);
text.set("key", new Date());
text.set("key", Buffer.from("text"));
text.set("key", null);
text.set("key", undefined);
declare const value: etcdjs.Value;
text.set("key", value);
for (const any of [5, "a", null, [1], { a: 1 }]) json.set("key", any);

// set: every option
text.set("key", "value", {
	ttl: 5,
	dir: false,
	prevExist: true,
	prevValue: "old",
	prevIndex: 5,
	json: false,
	refresh: false,
	noValueOnSuccess: false,
});
text.set("key", "value", { ttl: "5", prevIndex: "5", prevValue: 5 });
text.set("key", null, { refresh: true, ttl: 5 });
text.set("dir", null, { dir: true });
json.set("key", [2], { prevValue: [1] });
text.set("key", [2], { json: true, prevValue: [1] });
declare const setOptions: etcdjs.SetOptions;
text.set("key", "value", setOptions);
text.set("key", "value", Object.freeze({ ttl: 5 }));

// set: callbacks made elsewhere
const done: etcdjs.Callback<etcdjs.Change> = (err, result) => {
	console.log(err, result.node.key);
};
text.set("key", "value", done);
function declared(_err: Error | null, _result: etcdjs.Response<string>) {}
text.set("key", "value", declared);
declare const maybe: etcdjs.Callback<etcdjs.Change> | undefined;
text.set("key", "value", maybe);
text.set("key", "value", {}, maybe);
text.set("key", "value", (err?: Error | null) => console.log(err));

// update
const updated = text.update("key", "value");
expect<Equal<typeof updated, void>>();
text.update("key", "value", (err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
});
text.update("key", "value", { ttl: 5 }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.update("key", null, { refresh: true, ttl: 5 });
text.update("key", "value", null, () => {});
text.update("key", [1], { json: true }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.update("key", "a", { noValueOnSuccess: true }, (_err, result) => {
	expect<Equal<typeof result, etcdjs.Acknowledgement>>();
});
text.update(
	"k",
	[1],
	{ json: true, noValueOnSuccess: true },
	(_err, result) => {
		expect<Equal<typeof result, etcdjs.Acknowledgement>>();
	},
);
json.update("key", [1], (_err, result) => {
	expect<Equal<typeof result, Any>>();
});

// compareAndSwap
const swapped = text.compareAndSwap("key", "new", "old");
expect<Equal<typeof swapped, void>>();
text.compareAndSwap("key", "new", "old", (err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
});
text.compareAndSwap("key", "new", 5, { ttl: 5 }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.compareAndSwap("key", "new", "old", null, () => {});
text.compareAndSwap("key", "new", null);
text.compareAndSwap("key", [2], [1], { json: true }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.compareAndSwap(
	"k",
	"b",
	"a",
	{ noValueOnSuccess: true },
	(_err, result) => {
		expect<Equal<typeof result, etcdjs.Acknowledgement>>();
	},
);
text.compareAndSwap(
	"key",
	[2],
	[1],
	{ json: true, noValueOnSuccess: true },
	(_err, result) => {
		expect<Equal<typeof result, etcdjs.Acknowledgement>>();
	},
);
json.compareAndSwap("key", [2], [1], (_err, result) => {
	expect<Equal<typeof result, Any>>();
});

// del, delete
const deleted = text.del("key");
expect<Equal<typeof deleted, void>>();
text.del((err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
});
text.del("key", (_err, result) => {
	expect<Equal<typeof result, Text>>();
	console.log(result.prevNode?.value?.trim());
});
text.del("key", { recursive: true }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.del("key", null, () => {});
text.del("key", undefined, undefined);
text.del("key", {
	recursive: true,
	dir: true,
	prevExist: true,
	prevValue: "old",
	prevIndex: 5,
});
json.del("key", { prevValue: [1] }, (_err, result) => {
	expect<Equal<typeof result, Any>>();
});
expect<Equal<typeof text.delete, typeof text.del>>();
text.delete((_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.delete("key", { dir: true }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.delete("key");

// compareAndDelete
const gone = text.compareAndDelete("key", "old");
expect<Equal<typeof gone, void>>();
text.compareAndDelete("key", "old", (err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
});
text.compareAndDelete("key", 5, { dir: false }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.compareAndDelete("key", "old", null, () => {});
json.compareAndDelete("key", [1], (_err, result) => {
	expect<Equal<typeof result, Any>>();
});

// mkdir, rmdir
const made = text.mkdir("dir");
expect<Equal<typeof made, void>>();
text.mkdir("dir", (err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
});
text.mkdir("dir", { ttl: 5, prevExist: false }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.mkdir("dir", null, () => {});
const removed = text.rmdir("dir");
expect<Equal<typeof removed, void>>();
text.rmdir("dir", (err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
});
text.rmdir("dir", { recursive: true }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.rmdir("dir", null, () => {});

// push
const pushed = text.push("queue", "job");
expect<Equal<typeof pushed, void>>();
text.push("queue", "job", (err, result) => {
	expect<Equal<typeof err, Failure>>();
	expect<Equal<typeof result, Text>>();
	result.node.key.split("/");
});
text.push("queue", 0, { ttl: 5 }, (_err, result) => {
	expect<Equal<typeof result, Text>>();
});
text.push("queue", "job", { ttl: "5" });
text.push("queue", "job", null, () => {});
json.push("queue", { job: 1 }, (_err, result) => {
	expect<Equal<typeof result, Any>>();
});

// every other overload gives nothing either
type Nothing = ReturnType<() => void>;
const nothings = [
	text.set("key", () => {}),
	text.set("key", "value", {}),
	text.set("key", [1], { json: true }),
	text.set("key", "value", { noValueOnSuccess: true }),
	text.set("key", [1], { json: true, noValueOnSuccess: true }),
	text.update("key", "value", {}),
	text.update("key", [1], { json: true }),
	text.update("key", "value", { noValueOnSuccess: true }),
	text.update("key", [1], { json: true, noValueOnSuccess: true }),
	text.compareAndSwap("key", "new", "old", {}),
	text.compareAndSwap("key", [2], [1], { json: true }),
	text.compareAndSwap("key", "new", "old", { noValueOnSuccess: true }),
	text.del(() => {}),
	text.del("key", {}),
	text.compareAndDelete("key", "old", {}),
	text.mkdir("dir", {}),
	text.rmdir("dir", {}),
	text.push("queue", "job", {}),
];
expect<Equal<typeof nothings, Nothing[]>>();

text.push("queue", { job: 1 }, { json: true });
text.compareAndDelete("key", { port: 1 }, { json: true });
text.compareAndSwap("key", "new", undefined, { prevIndex: 5 });
text.compareAndDelete("key", undefined, { prevExist: true });
