// biome-ignore-all lint/suspicious/noExplicitAny: the types under test have it

// Making clients: calls that compile, and what they give. Compiled, never run.

import type byDefault from "etcdjs";

import etcdjs = require("etcdjs");

import type { Client, ClientOptions } from "etcdjs";
import type { Equal } from "../equal";

declare function expect<_T extends true>(): void;

type Text = etcdjs.Client<string, etcdjs.Value>;
type Json = etcdjs.Client<any, any>;

expect<Equal<typeof byDefault, typeof etcdjs>>();
expect<Equal<Client, Json>>();

// Every form of host, with and without `new`.
const text = etcdjs("127.0.0.1:2379");
expect<Equal<typeof text, Text>>();
const built = new etcdjs("127.0.0.1:2379", { timeout: 500 });
expect<Equal<typeof built, Text>>();
expect<Equal<typeof text._hosts, string[]>>();

const hosts = ["a:2379", "b:2379"] as const;
for (const host of [
	undefined,
	null,
	"a:2379,b:2379",
	"https://user:password@a:2379",
	"https://discovery.etcd.io/token",
	["a:2379", "b:2379"],
	hosts,
]) {
	etcdjs(host);
	new etcdjs(host);
}
etcdjs();
new etcdjs();
etcdjs(undefined, null);
etcdjs(null, undefined);
etcdjs({ host: "a" });
etcdjs({ hosts: ["a", "b"] });
etcdjs({ token: "https://discovery.example.org/token" });
new etcdjs({ host: hosts, timeout: 0, refresh: true, strict: true });
new etcdjs(hosts, { maxResponseSize: 1024 * 1024 });
etcdjs(process.env.ETCD_HOST);

declare const configured: string | string[] | etcdjs.ClientOptions;
expect<Equal<ReturnType<typeof configure>, Json>>();
function configure() {
	return etcdjs(configured);
}

// `json` decides what values are, wherever it stands.
const json = etcdjs("a", { json: true });
expect<Equal<typeof json, Json>>();
const jsonFirst = new etcdjs({ host: "a", json: true });
expect<Equal<typeof jsonFirst, Json>>();
const off = etcdjs("a", { json: false });
expect<Equal<typeof off, Text>>();
const unknown = etcdjs("a", { json: Boolean(process.env.ETCD_JSON) });
expect<Equal<typeof unknown, Json>>();
declare const annotated: ClientOptions;
const fromAnnotated = etcdjs("a", annotated);
expect<Equal<typeof fromAnnotated, Json>>();

// Options that are not ours are ignored, in whatever shape they come.
const cached = etcdjs("a", { cache: true, namespace: "/app", timeout: 5 });
expect<Equal<typeof cached, Text>>();
const cachedOnly = etcdjs("a", { cache: true });
expect<Equal<typeof cachedOnly, Text>>();
const cachedJson = etcdjs({ hosts: ["a"], json: true, cache: true });
expect<Equal<typeof cachedJson, Json>>();
interface ServiceConfig {
	hosts: string[];
	timeout: number;
	cache: boolean;
}
declare const service: ServiceConfig;
etcdjs(service);
etcdjs(service.hosts, service);

// One client type fits all; JSON of one shape can be said.
const all: etcdjs.Client[] = [text, json, built];
interface Config {
	port: number;
}
const typed: etcdjs.Client<Config, Config> = etcdjs("a", { json: true });
typed.set("config", { port: 1 }, (_err, result) => {
	expect<Equal<typeof result.node.value, Config | undefined>>();
});

// instanceof narrows, subclasses and patched prototypes work.
declare const something: unknown;
if (something instanceof etcdjs) {
	expect<Equal<typeof something, Json>>();
	something.destroy();
}
declare const hostOrClient: string | Text;
const client =
	hostOrClient instanceof etcdjs ? hostOrClient : etcdjs(hostOrClient);
expect<Equal<typeof client, Text>>();

class Store extends etcdjs {
	close(): void {
		this.destroy();
	}
}
const store = new Store("a");
store.close();
store.get("key", (_err, result) => {
	expect<Equal<typeof result, etcdjs.Response<string> | undefined>>();
});
class JsonStore extends etcdjs<true> {}
const jsonStore: Json = new JsonStore("a", { json: true });

const original = etcdjs.prototype.get;
etcdjs.prototype.get = function get(this: etcdjs.Client, ...args: any[]) {
	return (original as (...args: any[]) => etcdjs.Stop).apply(this, args);
};

expect<Equal<typeof text.autoRefresh, () => void>>();
expect<Equal<typeof text.destroy, () => void>>();
expect<Equal<typeof etcdjs.length, number>>();

export { all, jsonStore };

// @ts-expect-error a host is a string
etcdjs(4001);
// @ts-expect-error every host is a string
etcdjs([4001]);
// @ts-expect-error nothing of this is an option, nor a host
etcdjs(() => "a");
// @ts-expect-error options are an object
etcdjs("a", 500);
// @ts-expect-error a client takes no callback
etcdjs("a", () => {});
// @ts-expect-error milliseconds are a number
etcdjs("a", { timeout: "500" });
// @ts-expect-error bytes are a number
etcdjs("a", { maxResponseSize: "500" });
// @ts-expect-error a known option keeps its type beside unknown ones
etcdjs("a", { cache: true, refresh: 30 });
// @ts-expect-error `json` is a boolean
etcdjs("a", { json: "yes" });
// @ts-expect-error `strict` is a boolean
etcdjs({ host: "a", strict: 1 });
// @ts-expect-error a token is a URL as a string
etcdjs({ token: 5 });
// @ts-expect-error there is no third argument
new etcdjs("a", {}, () => {});
// @ts-expect-error annotated options are exact: a misspelled one is found
export const misspelled: etcdjs.ClientOptions = { timeOut: 5 };
// @ts-expect-error the hosts are changed by the client alone
text._hosts = [];
// @ts-expect-error a text client is none of typed JSON
export const notJson: etcdjs.Client<Config, Config> = text;
// @ts-expect-error the types are no values
etcdjs.Client;
// @ts-expect-error no such method
text.watch("key", () => {});
