// Servers: their stores and options. Compiled, never run.

import etcd = require("etcdjs/promises");
import server = require("etcdjs/server");
import etcdjs = require("etcdjs");

import type { Equal } from "../equal";

declare function expect<_T extends true>(): void;

const started = [
	server.serve(etcdjs("memory:")),
	server.serve(etcdjs("memory:", { json: true }), null),
	server.serve(etcd("a"), { port: 0, host: "::1", name: "a" }),
	server.serve(etcd("a", { json: true }), {
		tls: { cert: Buffer.from(""), key: ["", Buffer.from("")] },
		auth: { user: "a", pass: "b" },
		insecure: true,
		maxConnections: 1,
		maxWaits: 1,
		timeout: 1,
		drainTimeout: 1,
	}),
];
expect<Equal<typeof started, Promise<server.Server>[]>>();

async function use(running: server.Server): Promise<string> {
	await running.close();
	return running.url;
}

const options: server.ServeOptions = {
	// @ts-expect-error there is no such option
	prot: 1,
};
// @ts-expect-error a host is no store
void server.serve("memory:", options);

export { started, use };
