// biome-ignore-all lint/suspicious/noExplicitAny: the types under test have it

// Writes that do not compile. Compiled, never run.

import etcdjs = require("etcdjs");

const text = etcdjs("a");
const json = etcdjs("a", { json: true });

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
