/// <reference lib="esnext.disposable" />

import etcdjs = require("./index");
import etcd = require("./promises");

/** An HTTP server that speaks etcd's v2 API in front of a store. */
declare namespace server {
	/** The options of a server. Times are in milliseconds. */
	export interface ServeOptions {
		/** Default: 2379; 0 for any free port. */
		port?: number;
		/** The name or address to listen on. Default: `127.0.0.1`. */
		host?: string;
		/** The server's certificate and its key in PEM: the server then speaks https. */
		tls?: {
			cert: etcdjs.Pem;
			key: etcdjs.Pem;
		};
		/** The credentials that each request must have, as HTTP Basic authentication. Neither may be empty. Default: none. */
		auth?: { user: string; pass: string };
		/** Allows an address that other machines reach, without TLS. Default: `false`. */
		insecure?: boolean;
		/** The name of the server among the members. Default: `default`. */
		name?: string;
		/**
		 * The URLs under which clients reach the server, as `/v2/machines` and `/v2/members` have them. Default: the address at which the
		 * client has reached the server, with `host` if that is a name.
		 */
		advertise?: string | string[];
		/**
		 * The most open connections. From half of it on, each new connection ends the one that has been idle for the longest time. If all
		 * are open and none is idle, a new connection is closed. Default: 10,000.
		 */
		maxConnections?: number;
		/** The most waits; a further one is answered with the status 503. Default: 10,000. */
		maxWaits?: number;
		/**
		 * Bounds the TLS handshake, the header section of a request, its body, and each silence of a client that must read.
		 * Default: 60,000 ms.
		 */
		timeout?: number;
		/** Bounds `close`: connections that are still open after it are cut. Default: 10,000 ms. */
		drainTimeout?: number;
	}

	/** A server. It keeps the process alive until it is closed. */
	export interface Server {
		/** Its URL, such as `http://127.0.0.1:2379`. */
		readonly url: string;
		/** Finishes the answers in flight, ends the waits, and closes all connections. */
		close(): Promise<void>;
		/** Does what {@link Server.close} does, at the end of the block of an `await using`. */
		[Symbol.asyncDispose](): Promise<void>;
	}

	/**
	 * Starts a server in front of a store.
	 *
	 * @param store - A store of `etcdjs` or `etcdjs/promises`. The server does not close it.
	 * @throws TypeError where an option cannot be used.
	 *
	 * @example
	 * ```js
	 * import etcdjs from "etcdjs";
	 * import { serve } from "etcdjs/server";
	 *
	 * const server = await serve(etcdjs("memory:"), { port: 0 });
	 * console.log(server.url);
	 * await server.close();
	 * ```
	 */
	export function serve(
		// biome-ignore lint/suspicious/noExplicitAny: the server does not read values
		store: etcdjs.Client | etcd.Store<any, any>,
		opts?: ServeOptions | null,
	): Promise<Server>;
}

export = server;
