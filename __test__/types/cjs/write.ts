// biome-ignore-all lint/suspicious/noExplicitAny: the types under test have it

// Writes: calls that compile, what their callbacks get, and calls that do not. Compiled, never run.

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

// @ts-expect-error a key is needed
text.set();
// @ts-expect-error a value is needed, null for an empty one
text.set("key");
// @ts-expect-error a missing key throws
text.set(undefined, "value");
// @ts-expect-error an object would be stored as an empty value
text.set("key", { port: 1 });
// @ts-expect-error an array would be stored as an empty value
text.set("key", ["a"], { ttl: 5 });
// @ts-expect-error it has no text of its own, as a Buffer has
text.set("key", new Uint8Array(5));
// @ts-expect-error a bigint is no value
text.set("key", BigInt(5));
// @ts-expect-error no such option
text.set("key", "value", { tll: 5 });
// @ts-expect-error no such option; the old README has it in a sentence
text.set("key", "value", { prevExists: true });
// @ts-expect-error an option of get
text.set("key", "value", { recursive: true });
// @ts-expect-error seconds are a number
text.set("key", "value", { ttl: new Date() });
// @ts-expect-error a boolean
text.set("key", "value", { prevExist: "true" });
// @ts-expect-error an index
text.set("key", "value", { prevIndex: true });
// @ts-expect-error an object's text is of no use
text.set("key", "value", { prevValue: { port: 1 } });
// @ts-expect-error a boolean
text.set("key", "value", { refresh: 5, ttl: 5 });
// @ts-expect-error a boolean
text.set("key", "value", { noValueOnSuccess: 1 });
// @ts-expect-error a boolean
text.set("key", "value", { dir: "true" });
// @ts-expect-error a boolean
text.set("key", "value", { json: "true" });
// @ts-expect-error the callback comes last
text.set("key", "value", () => {}, { ttl: 5 });
// @ts-expect-error a callback gets two arguments
text.set("key", "value", (_err, _result, next) => next);
text.set("key", "value", (err, result) => {
	// @ts-expect-error there may have been no node before
	result.prevNode.value;
	// @ts-expect-error values are text here
	result.node.value?.port;
	// @ts-expect-error err may be null
	err.code;
});
text.set("key", "value", { noValueOnSuccess: true }, (_err, result) => {
	// @ts-expect-error etcd sends the action alone
	result.node.value;
});
text.set(
	"key",
	"value",
	// @ts-expect-error err may be null
	(_err: Error) => {},
);
text.set(
	"key",
	"value",
	// @ts-expect-error Node's errors have no numbers as code
	(_err: NodeJS.ErrnoException | null) => {},
);
json.set("key", 5, (_err, result) => {
	// @ts-expect-error the old value stays text
	result.prevNode?.value?.port;
});

// @ts-expect-error update needs a value
text.update("key");
// @ts-expect-error update has no form without a value
text.update("key", () => {});
// @ts-expect-error an object would be stored as an empty value
text.update("key", { port: 1 });
// @ts-expect-error no such option
text.update("key", "value", { tll: 5 });

// @ts-expect-error a previous value is needed
text.compareAndSwap("key", "new");
// @ts-expect-error a callback is no previous value
text.compareAndSwap("key", "new", () => {});
// @ts-expect-error undefined would set it whatever it holds
text.compareAndSwap("key", "new", undefined);
text.get("key", (_err, result) => {
	// @ts-expect-error undefined would set it whatever it holds
	text.compareAndSwap("key", "new", result?.node.value);
});
// @ts-expect-error an object's text is of no use
text.compareAndSwap("key", "new", { port: 1 });
// @ts-expect-error no such option
text.compareAndSwap("key", "new", "old", { tll: 5 });

// @ts-expect-error a missing key throws
text.del(undefined);
// @ts-expect-error no such option
text.del("key", { force: true });
// @ts-expect-error an option of set
text.del("key", { ttl: 5 });
// @ts-expect-error a boolean
text.del("key", { recursive: 1 });
// @ts-expect-error a boolean
text.del("key", { dir: 1 });
// @ts-expect-error an object's text is of no use
text.del("key", { prevValue: {} });
// @ts-expect-error no such option
text.delete("key", { force: true });

// @ts-expect-error a previous value is needed
text.compareAndDelete("key");
// @ts-expect-error a callback is no previous value
text.compareAndDelete("key", () => {});
// @ts-expect-error undefined would delete it whatever it holds
text.compareAndDelete("key", undefined);
// @ts-expect-error an option of set
text.compareAndDelete("key", "old", { ttl: 5 });

// @ts-expect-error a directory needs a name
text.mkdir(() => {});
// @ts-expect-error an option of del
text.mkdir("dir", { recursive: true });
// @ts-expect-error a directory needs a name
text.rmdir(() => {});
// @ts-expect-error an option of set
text.rmdir("dir", { ttl: 5 });

// @ts-expect-error push needs a value
text.push("queue");
// @ts-expect-error an object has no text without `json`
text.push("queue", { job: 1 });
// @ts-expect-error push takes no condition
text.push("queue", "job", { prevExist: false });
// @ts-expect-error push has no `json` of its own
text.push("queue", { job: 1 }, { json: true });
