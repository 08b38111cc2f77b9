// biome-ignore-all lint/suspicious/noExplicitAny: the types under test have it

// get and wait: calls that compile, what their callbacks get, and calls that do not. Compiled, never run.

import etcdjs = require("etcdjs");

import type { Equal } from "../equal";

declare function expect<_T extends true>(): void;

const text = etcdjs("a");
const json = etcdjs("a", { json: true });

type Got<T> = etcdjs.Response<T> | undefined;

interface Config {
	port: number;
}

// get: every overload
const stop = text.get((err, result) => {
	expect<Equal<typeof err, etcdjs.EtcdError | null>>();
	expect<Equal<typeof result, Got<string>>>();
});
expect<Equal<typeof stop, () => void>>();
text.get("key", (err, result) => {
	expect<Equal<typeof err, etcdjs.EtcdError | null>>();
	expect<Equal<typeof result, Got<string>>>();
	if (!result) return;
	expect<Equal<typeof result.action, etcdjs.Action>>();
	expect<Equal<typeof result.node.value, string | undefined>>();
});
text.get(5, (_err, result) => {
	expect<Equal<typeof result, Got<string>>>();
});
text.get("key", { recursive: true, sorted: true }, (_err, result) => {
	expect<Equal<typeof result, Got<string>>>();
});
text.get("key", null, (_err, result) => {
	expect<Equal<typeof result, Got<string>>>();
});
text.get("key", undefined, (_err, result) => {
	expect<Equal<typeof result, Got<string>>>();
});
text.get("key", { json: true }, (_err, result) => {
	expect<Equal<typeof result, Got<any>>>();
});
text.get("key", { json: false }, (_err, result) => {
	expect<Equal<typeof result, Got<string>>>();
});
text.get<Config>("key", { json: true }, (_err, result) => {
	expect<Equal<typeof result, Got<Config>>>();
	result?.node.value?.port.toFixed();
});
text.get<"on" | "off">("key", (_err, result) => {
	expect<Equal<typeof result, Got<"on" | "off">>>();
});
json.get("key", (_err, result) => {
	expect<Equal<typeof result, Got<any>>>();
	result?.node.value.anything.at.all;
});
json.get<Config>("key", (_err, result) => {
	expect<Equal<typeof result, Got<Config>>>();
});

// get: every option
text.get(
	"key",
	{
		recursive: true,
		sorted: true,
		wait: true,
		waitIndex: 5,
		quorum: true,
		json: false,
	},
	() => {},
);
text.get("key", { waitIndex: "5" }, () => {});
text.get("key", { consistent: true }, () => {});
text.get("key", Object.freeze({ recursive: true }), () => {});
declare const getOptions: etcdjs.GetOptions;
text.get("key", getOptions, (_err, result) => {
	expect<Equal<typeof result, Got<any>>>();
});
const reused = { recursive: true };
text.get("key", reused, (_err, result) => {
	expect<Equal<typeof result, Got<string>>>();
});

// get: callbacks made elsewhere
const named: etcdjs.GetCallback<string> = (err, result) => {
	if (err) throw err;
	result?.node.value?.trim();
};
text.get("key", named);
function declared(_err: Error | null, _result?: etcdjs.Response) {}
text.get("key", declared);
text.wait("key", declaredWait);
function declaredWait(
	err: etcdjs.EtcdError | null,
	result: etcdjs.Change<string> | null,
	next: etcdjs.Next<string>,
) {
	console.log(err, result?.node.key);
	next(declaredWait);
}
text.get("key", (err?: Error | null) => console.log(err));
text.get("key", (_err: any, result: any) => result.node.value);
named(null);
named(Object.assign(new Error("mocked"), { code: 100, cause: "/key" }));

// nodes
text.get("dir", { recursive: true }, (err, result) => {
	if (err || !result) return;
	const node = result.node;
	expect<Equal<typeof node, etcdjs.Node<string>>>();
	expect<Equal<typeof node.key, string | undefined>>();
	expect<Equal<typeof node.value, string | undefined>>();
	expect<Equal<typeof node.dir, boolean | undefined>>();
	expect<Equal<typeof node.createdIndex, number>>();
	expect<Equal<typeof node.modifiedIndex, number>>();
	expect<Equal<typeof node.ttl, number | undefined>>();
	expect<Equal<typeof node.expiration, string | undefined>>();
	expect<Equal<typeof node.nodes, etcdjs.KeyedNode<string>[] | undefined>>();
	expect<Equal<typeof result.prevNode, etcdjs.KeyedNode<string> | undefined>>();
	walk(node);
	text.wait("dir", { waitIndex: node.modifiedIndex + 1 }, () => {});
});
function walk(node: etcdjs.Node): void {
	for (const child of node.nodes ?? []) {
		child.key.split("/");
		walk(child);
	}
}

// wait: every overload
const stopWait = text.wait("key", function onchange(err, result, next) {
	expect<Equal<typeof err, etcdjs.EtcdError | null>>();
	expect<Equal<typeof result, etcdjs.Change<string>>>();
	expect<Equal<typeof next, etcdjs.Next<string>>>();
	if (err?.code === "ESOCKETTIMEDOUT") return next(onchange);
	if (err) throw err;
	expect<Equal<typeof result.node.key, string>>();
	expect<Equal<typeof result.node.value, string | undefined>>();
	setImmediate(() => console.log(result.node.value?.trim()));
	const stopNext = next(onchange);
	expect<Equal<typeof stopNext, () => void>>();
	return stopNext;
});
expect<Equal<typeof stopWait, () => void>>();
text.wait("key", { recursive: true, waitIndex: 5 }, (_err, result) => {
	expect<Equal<typeof result, etcdjs.Change<string>>>();
});
text.wait(
	"key",
	{ onGap: (from, to) => console.log(from.toFixed(), to.toFixed()) },
	() => {},
);
// @ts-expect-error only wait tells of gaps
text.get("key", { onGap: () => {} }, () => {});
text.wait("key", null, (_err, result) => {
	expect<Equal<typeof result, etcdjs.Change<string>>>();
});
text.wait("key", undefined, () => {});
text.wait("key", { json: true }, (_err, result, next) => {
	expect<Equal<typeof result, etcdjs.Change<any>>>();
	next((_err, result) => {
		expect<Equal<typeof result, etcdjs.Change<any>>>();
	});
});
text.wait<Config>("key", { json: true }, (_err, result) => {
	expect<Equal<typeof result, etcdjs.Change<Config>>>();
});
json.wait("key", (_err, result) => {
	expect<Equal<typeof result, etcdjs.Change<any>>>();
});
json.wait<Config>("key", (_err, result) => {
	expect<Equal<typeof result, etcdjs.Change<Config>>>();
});
text.wait(
	"key",
	{
		recursive: true,
		sorted: true,
		wait: true,
		waitIndex: "5",
		quorum: false,
		consistent: true,
		json: false,
	},
	() => {},
);
const onchange: etcdjs.WaitCallback<string> = (err, result, next) => {
	if (!err) result.node.value?.trim();
	next(onchange);
};
text.wait("key", onchange);

// every overload gives a function that stops the call
const stops = [
	text.get(() => {}),
	text.get("key", () => {}),
	text.get("key", {}, () => {}),
	text.get("key", { json: true }, () => {}),
	text.wait("key", () => {}),
	text.wait("key", {}, () => {}),
	text.wait("key", { json: true }, () => {}),
];
expect<Equal<typeof stops, (() => void)[]>>();

text.wait("key", () => {});
text.wait("key", (err) => console.log(err));
function declaredChange(_err: Error | null, _result: etcdjs.Change<string>) {}
text.wait("key", declaredChange);

// @ts-expect-error a key is needed, and is no object
text.get({}, () => {});
// @ts-expect-error a missing key throws
text.get(undefined, () => {});
// @ts-expect-error a missing key throws
text.get(null, () => {});
// @ts-expect-error a get without a callback has no use
text.get("key");
// @ts-expect-error a get without a callback has no use
text.get("key", { recursive: true });
// @ts-expect-error no such option
text.get("key", { recursiv: true }, () => {});
// @ts-expect-error an option of set
text.get("key", { ttl: 5 }, () => {});
// @ts-expect-error an option of the client
text.get("key", { timeout: 5 }, () => {});
// @ts-expect-error a boolean
text.get("key", { recursive: "true" }, () => {});
// @ts-expect-error a boolean
text.get("key", { quorum: 1 }, () => {});
// @ts-expect-error a boolean
text.get("key", { sorted: "asc" }, () => {});
// @ts-expect-error an index
text.get("key", { waitIndex: true }, () => {});
// @ts-expect-error a boolean
text.get("key", { json: 1 }, () => {});
// @ts-expect-error the callback comes last
text.get("key", () => {}, { recursive: true });
// @ts-expect-error a callback gets two arguments
text.get("key", (_err, _result, next) => next);
text.get("key", (_err, result) => {
	// @ts-expect-error as the old README has it: a get may find nothing
	console.log("hello:", result.node.value);
	// @ts-expect-error a directory has no value
	JSON.parse(result?.node.value);
	// @ts-expect-error the root has no key
	result?.node.key.split("/");
	// @ts-expect-error an empty directory has no nodes
	result?.node.nodes.length;
	// @ts-expect-error values are text here
	result?.node.value?.port;
	// @ts-expect-error no such field
	result?.node.index;
});
text.get(
	"key",
	// @ts-expect-error a get may find nothing
	(_err: Error | null, _result: etcdjs.Response<string>) => {},
);
text.get(
	"key",
	// @ts-expect-error values are text here
	(_err: Error | null, _result?: etcdjs.Response<number>) => {},
);
// @ts-expect-error values are text here, unless parsed
text.get<Config>("key", () => {});
text.get(
	"key",
	// @ts-expect-error err may be null
	(_err: Error) => {},
);
// @ts-expect-error no promise
text.get("key", () => {}).then(() => {});

// @ts-expect-error wait needs a key
text.wait(() => {});
// @ts-expect-error a wait without a callback has no use
text.wait("key");
// @ts-expect-error no such option
text.wait("key", { index: 5 }, () => {});
// @ts-expect-error an option of the client
text.wait("key", { timeout: 5 }, () => {});
text.wait("key", (err, result, next) => {
	// @ts-expect-error next needs a callback
	next();
	// @ts-expect-error the key is known already
	next("key", () => {});
	if (err) return;
	// @ts-expect-error an event may have no value: a deletion
	result.node.value.trim();
});
text.wait(
	"key",
	// @ts-expect-error values are text here
	(_err: Error | null, _result: etcdjs.Change<number>) => {},
);
// @ts-expect-error a wait callback gets three arguments
text.wait("key", (_err, _result, _next, more) => more);
