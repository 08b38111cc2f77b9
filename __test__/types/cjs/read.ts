// biome-ignore-all lint/suspicious/noExplicitAny: the types under test have it

// get and wait: calls that compile, and what their callbacks get. Compiled, never run.

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
