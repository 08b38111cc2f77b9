// biome-ignore-all lint/suspicious/noExplicitAny: a JSON value may be anything, and its user knows what
/// <reference lib="esnext.disposable" />

/**
 * etcdjs: a client for etcd with failover between hosts. The same calls run on etcd's v2 API and on its v3 API
 * ({@link etcdjs.ClientOptions.api}).
 *
 * Call it with or without `new`: both give an {@link etcdjs.Client}.
 *
 * @example
 * ```js
 * const etcdjs = require("etcdjs");
 * const store = etcdjs(["127.0.0.1:2379", "127.0.0.1:2381"]);
 *
 * store.set("hello", "world", (err) => {
 *   if (err) throw err;
 *   store.get("hello", (err, result) => {
 *     if (err) throw err;
 *     console.log(result ? result.node.value : "no such key");
 *   });
 * });
 * ```
 */
declare const etcdjs: etcdjs.ClientConstructor;

/**
 * The types of etcdjs.
 *
 * Three conventions hold for all of them:
 *
 * - **Results.** As everywhere in Node, a callback's result is typed as it is when `err` is null; after an error there is
 *   none, so look at `err` first. The result of a `get` may be undefined without an error, and is typed so: there is
 *   no such key ({@link GetCallback}).
 * - **Values** are text: `string` comes back, and what may be sent is {@link Value}. With `json: true` for the whole
 *   client, or for one call, they are `any`.
 * - **Options.** Those of a call are exact. Those of the client may carry others, which are ignored, because
 *   services pass theirs along (`cache`, `namespace`, …); annotate them as {@link ClientOptions} to have
 *   misspelled names found.
 *
 * Callbacks are never called before the method has returned, but for {@link Client.destroy}. What one throws is an
 * `uncaughtException`.
 */
declare namespace etcdjs {
	/** Makes clients: `etcdjs(host, opts)` or `new etcdjs(host, opts)`. */
	interface ClientConstructor {
		/**
		 * Makes a client. Nothing is sent until its first call.
		 *
		 * @param host - One host or several, or the options in its place. Default: `127.0.0.1`.
		 * @param opts - The options; ignored where `host` is an options object.
		 * @returns A client of text values, or of `any` values where `opts.json` is or may be `true`.
		 * @throws TypeError where a host is not a string, or `auth`, `ca`, `cert`, `key` or `servername` cannot be used.
		 */
		<Json extends boolean = false>(
			host?: Hosts | AnyClientOptions<Json> | null,
			opts?: AnyClientOptions<Json> | null,
		): ClientOf<Json>;

		/**
		 * Makes a client, as without `new`.
		 *
		 * @param host - One host or several, or the options in its place. Default: `127.0.0.1`.
		 * @param opts - The options; ignored where `host` is an options object.
		 * @returns A client of text values, or of `any` values where `opts.json` is or may be `true`.
		 * @throws TypeError where a host is not a string, or `auth`, `ca`, `cert`, `key` or `servername` cannot be used.
		 */
		new <Json extends boolean = false>(
			host?: Hosts | AnyClientOptions<Json> | null,
			opts?: AnyClientOptions<Json> | null,
		): ClientOf<Json>;

		/** The methods of every client; they may be wrapped or replaced. `wait` calls the `get` it finds here. */
		readonly prototype: Client;

		/** The same function, for `import` that is compiled to `require`. */
		readonly default: ClientConstructor;
	}

	/**
	 * Where etcd is: `"host"`, `"host:port"`, `"[::1]:port"`, a URL (`http`, `https`, with `user:password@` for Basic
	 * auth), several of these in one string with commas between, an array of them, or a discovery URL
	 * (`https://discovery.etcd.io/…`), which the first call resolves. `"memory:"` is a store in memory of this client alone,
	 * `"memory:NAME"` one that all clients of the process share ({@link Memory}).
	 *
	 * Without a port it is 4001, for `https` as well; etcd 2 and later listens on 2379.
	 */
	type Hosts = string | readonly string[];

	/** Options of a client. */
	interface ClientOptions<Json extends boolean = boolean> {
		/** The hosts, where they are not the first argument. Default: `127.0.0.1`. */
		host?: Hosts | undefined;
		/** The same as `host`, which wins. */
		hosts?: Hosts | undefined;
		/** A discovery URL of any host; resolved once, by the first call. It wins over every host, and turns `refresh` on. */
		token?: string | undefined;
		/**
		 * Ask the cluster for its hosts every 30 seconds and use those. The list is etcd's advertised client URLs: see
		 * that they are routable from here. Default: `false`.
		 */
		refresh?: boolean | undefined;
		/**
		 * Milliseconds one attempt may take to connect (`ETIMEDOUT`), and then be silent (`ESOCKETTIMEDOUT`). Reads and
		 * plain writes try the next host after it, so a call can take it `hosts + 1` times.
		 * Default, and for 0: `60000`.
		 */
		timeout?: number | undefined;
		/**
		 * Milliseconds one attempt may take to connect, TLS included (`ETIMEDOUT`), where that is to be bounded more
		 * tightly than by `timeout`. It bounds the probe of a host that has failed as well.
		 * Default, and for 0: `timeout`.
		 */
		connectTimeout?: number | undefined;
		/**
		 * Bytes that the body of an answer may have: a larger one is the error `ERR_ETCD_RESPONSE_TOO_LARGE`, as soon as it is
		 * known to be too large. Default, and for 0: `268435456` (256 MiB). `Infinity` sets no limit but that of a string.
		 */
		maxResponseSize?: number | undefined;
		/**
		 * Which of etcd's APIs keeps the keys. `"v2"` is the HTTP API, which etcd 3.6 and later do not have; `"v3"` is the
		 * gRPC API. They are two stores: what is written through one is not seen through the other. `"auto"` takes v2 where
		 * the hosts have it, and v3 where the cluster is of etcd 3.6 or later, or where a port speaks gRPC alone. It decides
		 * with the first call that is answered and never changes. Set it while keys are moved from one store to the other.
		 * Default: `"auto"`.
		 */
		api?: "auto" | "v2" | "v3" | undefined;
		/**
		 * For the v3 API. `createdIndex: "exact"` gives every node the `createdIndex` of the v2 API, by one more key for each
		 * key that is set anew; `"revision"` gives etcd's create_revision, which a `set` of an existing key does not change.
		 * Default: `{ createdIndex: "revision" }`.
		 */
		v3?: { createdIndex?: "revision" | "exact" | undefined } | undefined;
		/**
		 * Stringify every value and `prevValue` that is sent, and parse the value of every `node` that comes back
		 * (`prevNode` stays text). A value that is no JSON is an error in the callback. Default: `false`.
		 */
		json?: Json | undefined;
		/**
		 * Refuse or correct what etcdjs 2 sends wrongly in silence. Default: `false`.
		 *
		 * - Values go as `String(value)`, so `0`, `false` and `null` are stored as such and not as `""`; an object
		 *   without `json` is an error.
		 * - `compareAndSwap` and `compareAndDelete` with an undefined previous value are errors, not unconditional.
		 * - Every byte of a key that is no path character is encoded; without `strict`, `%` is sent as it is, `?` starts
		 *   a query and `#` ends the key.
		 */
		strict?: boolean | undefined;
		/**
		 * The user of hosts that have none in their URL. Over the v2 API it is sent as HTTP Basic auth, over the v3 API it is
		 * exchanged for a token. It goes to the hosts that are given here, and never to one that a redirect, a refresh or a
		 * discovery names, unless it is one of them. What is no such object is thrown as a TypeError. Default: none.
		 */
		auth?: Auth | null | false | undefined;
		/**
		 * Certificates to trust behind `https`, in PEM, instead of all others: Mozilla's, the system's and those of
		 * `NODE_EXTRA_CA_CERTS` do not count then. An empty array trusts nobody. As in Node.js, the chain of a host must end
		 * at a self-signed certificate among them, whose dates and usages count as well. Text without a certificate, and
		 * certificates that all have keys of kinds that are not supported (see `key`), are thrown as a TypeError
		 * (`ERR_INVALID_ARG_VALUE`). Default: those.
		 */
		ca?: Pem | null | false | undefined;
		/**
		 * The client's certificate in PEM, followed by those between it and its authority, for hosts that ask for one. With
		 * several keys: an array with the certificates of each. It needs `key`; what cannot be used is thrown as
		 * a TypeError (`ERR_INVALID_ARG_VALUE`) that shows its subject at most. Default: none.
		 */
		cert?: Pem | null | false | undefined;
		/**
		 * The key of `cert` in PEM (PKCS#8, PKCS#1 or SEC1): RSA of 2048 to 8192 bits, P-256, P-384 or Ed25519,
		 * not encrypted. What cannot be used is thrown as for `cert`. Default: none.
		 */
		key?: Pem | null | false | undefined;
		/**
		 * The name that `https` hosts are asked for (SNI), and that their certificates must be for. The certificate of an
		 * `https` proxy must be for the proxy's own name all the same. Default: the name in their URL.
		 */
		servername?: string | null | false | undefined;
		/**
		 * `false`: any certificate of a host will do, so anybody may be the host. Default: `true`, or `false` where the
		 * environment has `NODE_TLS_REJECT_UNAUTHORIZED=0`.
		 */
		rejectUnauthorized?: boolean | undefined;
	}

	/** Who the client is, for hosts that want to know. */
	interface Auth {
		/** The user's name. */
		user: string;
		/** The password. Default: an empty one. */
		pass?: string | undefined;
	}

	/** Certificates or keys in PEM: text, a Buffer of it, or an array of these. */
	type Pem = string | ArrayBufferView | readonly (string | ArrayBufferView)[];

	/** What a client takes: its options, and any others, which it ignores. */
	type AnyClientOptions<Json extends boolean = boolean> =
		| ClientOptions<Json>
		| (ClientOptions<Json> & { [option: string]: unknown });

	/** The client that options with this `json` make; `any` values where it is not known to be `false`. */
	type ClientOf<Json extends boolean> = [Json] extends [false]
		? Client<string, Value>
		: Client;

	/**
	 * A key: a path such as `/services/web/1`; one leading slash more or less is the same key, `/` is the root. A number
	 * is turned into a string. At run time `null` and `undefined` throw a TypeError at once, and a `.` or `..`
	 * segment is an error in the callback.
	 */
	type Key = string | number;

	/**
	 * What can be stored without `json`.
	 *
	 * A Date is stored as its ISO text, a Buffer as its text. `0`, `NaN`, `false`, `null`, `undefined` and `""` are
	 * stored as `""` (but `push` sends `0`), unless the client is `strict`.
	 */
	type Value = string | number | boolean | Date | BufferLike | null | undefined;

	/** A Node `Buffer`, by its shape: these types do not need `@types/node`. */
	interface BufferLike {
		readonly byteLength: number;
		toJSON(): { type: "Buffer"; data: number[] };
		toString(encoding?: "utf8"): string;
	}

	/**
	 * A client.
	 *
	 * `etcdjs.Client` alone fits every client. {@link ClientConstructor} gives a `Client<string, etcdjs.Value>` where
	 * `json` is off; for JSON of one shape, `Client<Config, Config>` says so, unchecked.
	 *
	 * Every call may end with an {@link EtcdError}: etcd's own, a network error once every host was tried,
	 * `bad status: N`, or `store destroyed`. Only GETs, and over the v2 API plain `set`s and plain `del`s, are sent to a next
	 * host after any network error; other writes only where the failed host cannot have processed them.
	 *
	 * @typeParam Out - The type of a value read.
	 * @typeParam In - The type of a value sent.
	 */
	interface Client<Out = any, In = any> {
		/**
		 * Reads the root directory.
		 *
		 * @returns A function that stops the call: its callback never comes.
		 */
		get(cb: GetCallback<Out>): Stop;
		/**
		 * Reads a key or lists a directory. One that does not exist is no error: the result is `undefined`.
		 *
		 * @typeParam T - The type of its value; unchecked.
		 * @returns A function that stops the call: its callback never comes.
		 */
		get<T extends Out = Out>(key: Key, cb: GetCallback<T>): Stop;
		/** Reads a key or lists a directory, with options. */
		get<T extends Out = Out>(
			key: Key,
			opts: GetOptions<false> | null | undefined,
			cb: GetCallback<T>,
		): Stop;
		/** Reads a key or lists a directory, and parses its values as JSON (`opts.json`). */
		get<T = any>(key: Key, opts: GetOptions, cb: GetCallback<T>): Stop;

		/**
		 * Stores an empty value.
		 *
		 * @param cb - Gets the new node, and the one it replaced as `prevNode`.
		 */
		set(key: Key, cb: Callback<Change<Out>>): void;
		/**
		 * Creates a key or replaces it. One that had a `ttl` has none any more, unless it is given again.
		 *
		 * @param cb - Gets the new node, and the one it replaced as `prevNode`. Errors of etcd: 102 it is a
		 *   directory, 104 a parent is not.
		 */
		set(key: Key, value: In, cb?: Callback<Change<Out>>): void;
		/** Creates or replaces a key with a JSON value (`opts.json`), answered without the node (`opts.noValueOnSuccess`). */
		set(
			key: Key,
			value: any,
			opts: SetOptions & { json: boolean; noValueOnSuccess: true },
			cb?: Callback<Acknowledgement>,
		): void;
		/** Creates or replaces a key, answered without the node (`opts.noValueOnSuccess`). */
		set(
			key: Key,
			value: In,
			opts: SetOptions<In> & { noValueOnSuccess: true },
			cb?: Callback<Acknowledgement>,
		): void;
		/** Creates or replaces a key with a JSON value (`opts.json`). The answer's value is text unless the client has `json` too. */
		set(
			key: Key,
			value: any,
			opts: SetOptions & { json: boolean },
			cb?: Callback<Change<Out>>,
		): void;
		/**
		 * Creates or replaces a key, with options.
		 *
		 * @param cb - As without options. Errors of etcd: 100 there is no such key (`prevExist: true`, `prevValue`, `prevIndex`,
		 *   `refresh`), 101 the comparison failed, 105 it exists (`prevExist: false`), 102, 104, 201, 202, 203, 209.
		 */
		set(
			key: Key,
			value: In,
			opts: SetOptions<In> | null | undefined,
			cb?: Callback<Change<Out>>,
		): void;

		/**
		 * Sets a key that exists: `set` with `prevExist: true`.
		 *
		 * @param cb - Gets the new node and the old one as `prevNode`. Errors of etcd: 100 there is no such key.
		 */
		update(key: Key, value: In, cb?: Callback<Change<Out>>): void;
		/** Sets a key that exists, to a JSON value (`opts.json`), answered without the node (`opts.noValueOnSuccess`). */
		update(
			key: Key,
			value: any,
			opts: SetOptions & { json: boolean; noValueOnSuccess: true },
			cb?: Callback<Acknowledgement>,
		): void;
		/** Sets a key that exists, answered without the node (`opts.noValueOnSuccess`). */
		update(
			key: Key,
			value: In,
			opts: SetOptions<In> & { noValueOnSuccess: true },
			cb?: Callback<Acknowledgement>,
		): void;
		/** Sets a key that exists, to a JSON value (`opts.json`). */
		update(
			key: Key,
			value: any,
			opts: SetOptions & { json: boolean },
			cb?: Callback<Change<Out>>,
		): void;
		/** Sets a key that exists, with options. `prevExist: true` is written to `opts`. */
		update(
			key: Key,
			value: In,
			opts: SetOptions<In> | null | undefined,
			cb?: Callback<Change<Out>>,
		): void;

		/**
		 * Sets a key if its value is `prevValue`.
		 *
		 * @param prevValue - Not `undefined`: that is no condition at all, so the key is set whatever it holds (with a
		 *   process warning), or an error where the client is `strict`.
		 * @param cb - Gets the new node and the old one as `prevNode`. Errors of etcd: 101 the value is another (`cause` tells which),
		 *   100 there is no such key, 201 `prevValue` is empty. `ambiguous` where it may have been done.
		 */
		compareAndSwap(
			key: Key,
			value: In,
			prevValue: Exclude<In, undefined>,
			cb?: Callback<Change<Out>>,
		): void;
		/** Sets a key to a JSON value (`opts.json`) if its value is `prevValue`, or the JSON of an object `prevValue`; answered without the node (`opts.noValueOnSuccess`). */
		compareAndSwap(
			key: Key,
			value: any,
			prevValue: any,
			opts: SetOptions & { json: boolean; noValueOnSuccess: true },
			cb?: Callback<Acknowledgement>,
		): void;
		/** Sets a key if its value is `prevValue`, answered without the node (`opts.noValueOnSuccess`). */
		compareAndSwap(
			key: Key,
			value: In,
			prevValue: Exclude<In, undefined>,
			opts: SetOptions<In> & { noValueOnSuccess: true },
			cb?: Callback<Acknowledgement>,
		): void;
		/** Sets a key to a JSON value (`opts.json`) if its value is `prevValue`, or the JSON of an object `prevValue`. */
		compareAndSwap(
			key: Key,
			value: any,
			prevValue: any,
			opts: SetOptions & { json: boolean },
			cb?: Callback<Change<Out>>,
		): void;
		/** Sets a key under the other conditions of `opts`. */
		compareAndSwap(
			key: Key,
			value: In,
			prevValue: undefined,
			opts: SetOptions<In> & OtherCondition,
			cb?: Callback<Change<Out>>,
		): void;
		/** Sets a key if its value is `prevValue`, with options. `prevValue` is written to `opts`. */
		compareAndSwap(
			key: Key,
			value: In,
			prevValue: Exclude<In, undefined>,
			opts: SetOptions<In> | null | undefined,
			cb?: Callback<Change<Out>>,
		): void;

		/** Deletes the root, which etcd refuses (107). */
		del(cb: Callback<Change<Out>>): void;
		/**
		 * Deletes a key.
		 *
		 * @param cb - Gets the deleted node as `prevNode`; `node` has its key and no value. Errors of etcd: 100
		 *   there is no such key, 102 it is a directory (see `dir`, `recursive`).
		 */
		del(key: Key, cb?: Callback<Change<Out>>): void;
		/**
		 * Deletes a key or a directory, with options.
		 *
		 * @param cb - As without options. Errors of etcd also: 101 the comparison failed, 108 the directory is not empty.
		 */
		del(
			key: Key,
			opts: DeleteOptions<In> | null | undefined,
			cb?: Callback<Change<Out>>,
		): void;
		/** The same function as {@link Client.del}. */
		delete: Client<Out, In>["del"];

		/**
		 * Deletes a key if its value is `prevValue`.
		 *
		 * @param prevValue - Not `undefined`: that is no condition at all, so the key is deleted whatever it holds
		 *   (with a process warning), or an error where the client is `strict`.
		 * @param cb - Gets the deleted node as `prevNode`. Errors of etcd: 101 the value is another, 100 there is no such key, 201
		 *   `prevValue` is empty. `ambiguous` where it may have been done.
		 */
		compareAndDelete(
			key: Key,
			prevValue: Exclude<In, undefined>,
			cb?: Callback<Change<Out>>,
		): void;
		/** Deletes a key if its value is `prevValue`, an object as its JSON (`opts.json`). */
		compareAndDelete(
			key: Key,
			prevValue: any,
			opts: DeleteOptions & { json: boolean },
			cb?: Callback<Change<Out>>,
		): void;
		/** Deletes a key under the other conditions of `opts`. */
		compareAndDelete(
			key: Key,
			prevValue: undefined,
			opts: DeleteOptions<In> & OtherCondition,
			cb?: Callback<Change<Out>>,
		): void;
		/** Deletes a key if its value is `prevValue`, with options. `prevValue` is written to `opts`. */
		compareAndDelete(
			key: Key,
			prevValue: Exclude<In, undefined>,
			opts: DeleteOptions<In> | null | undefined,
			cb?: Callback<Change<Out>>,
		): void;

		/**
		 * Makes a directory, and its parents. A key of that name is replaced by it.
		 *
		 * @param cb - Gets the new node. Errors of etcd: 102 the directory exists.
		 */
		mkdir(key: Key, cb?: Callback<Change<Out>>): void;
		/** Makes a directory, with options, such as a `ttl`. `dir: true` is written to `opts`. */
		mkdir(
			key: Key,
			opts: SetOptions<In> | null | undefined,
			cb?: Callback<Change<Out>>,
		): void;

		/**
		 * Removes an empty directory.
		 *
		 * @param cb - Gets the removed node as `prevNode`. Errors of etcd: 100 there is none, 108 it is not empty.
		 */
		rmdir(key: Key, cb?: Callback<Change<Out>>): void;
		/** Removes a directory, with all that is in it where `opts.recursive`. `dir: true` is written to `opts`. */
		rmdir(
			key: Key,
			opts: DeleteOptions<In> | null | undefined,
			cb?: Callback<Change<Out>>,
		): void;

		/**
		 * Adds a value to a directory, under a name greater than every one before: `node.key` has it. The name is the node's
		 * `createdIndex`, but over the v3 API it may be greater, where several clients push.
		 *
		 * @param cb - Gets the new node. Errors of etcd: 104 it is no directory. `ambiguous` where it may have been done.
		 */
		push(key: Key, value: In, cb?: Callback<Change<Out>>): void;
		/** Adds a value to a directory, an object as its JSON (`opts.json`). */
		push(
			key: Key,
			value: any,
			opts: PushOptions & { json: boolean },
			cb?: Callback<Change<Out>>,
		): void;
		/** Adds a value to a directory, with options. */
		push(
			key: Key,
			value: In,
			opts: PushOptions | null | undefined,
			cb?: Callback<Change<Out>>,
		): void;

		/**
		 * Waits for the next change of a key. It is called back once; `next` waits for the change after.
		 *
		 * A write made on this client after `wait` was called is always seen, and between two turns of `next` nothing is
		 * missed, unless etcd's history has lost it: over the v2 API etcd keeps 1,000 events, over v3 all since its last
		 * compaction. The wait goes on from there (see {@link WaitOptions.onGap}).
		 *
		 * @typeParam T - The type of its value; unchecked.
		 * @returns A function that ends the wait: its callback never comes. Calling it again is harmless.
		 *
		 * @example
		 * ```js
		 * const stop = store.wait("hello", function onchange(err, result, next) {
		 *   if (!err) console.log(result.action, result.node.value);
		 *   next(onchange);
		 * });
		 * ```
		 */
		wait<T extends Out = Out>(key: Key, cb: WaitCallback<T>): Stop;
		/** Waits for the next change, with options. `wait` and `waitIndex` are written to `opts`. */
		wait<T extends Out = Out>(
			key: Key,
			opts: WaitOptions<false> | null | undefined,
			cb: WaitCallback<T>,
		): Stop;
		/** Waits for the next change, and parses its value as JSON (`opts.json`). */
		wait<T = any>(key: Key, opts: WaitOptions, cb: WaitCallback<T>): Stop;

		/**
		 * Watches a key: an async iterator of its changes, from now on or from an index. It never times out, goes on
		 * through every fault that passes, and gives each event once, in order. It ends with `break`, with an abort of
		 * `opts.signal`, and with `destroy`. It is at most 64 events ahead of the loop that takes them.
		 *
		 * Without `opts.from` it first reads the store's index from the cluster, and sees every event after that one.
		 * {@link Watch.ready} says when that is so, and from which index. Until then, only what this client writes after the
		 * call is sure to be seen; an event of another client may lie before that index, and is not given.
		 *
		 * It throws what does not pass by itself: what etcd refuses, a certificate, a value that is no JSON under
		 * `json`, and a `HistoryGapError` where etcd has forgotten events that are to come, unless `opts.resync` is set.
		 *
		 * @typeParam T - The type of its values; unchecked.
		 * @throws ArgumentError at once, where an option cannot be used.
		 *
		 * @example
		 * ```js
		 * for await (const event of store.watch("services", { recursive: true })) {
		 *   console.log(event.action, event.node.key, event.node.value);
		 * }
		 * ```
		 */
		watch<T extends Out = Out>(
			key: Key,
			opts?: (WatchOptions<false> & { resync?: false | undefined }) | null,
		): Watch<Change<T>>;
		/** Watches a key, and parses its values as JSON (`opts.json`). */
		watch<T = any>(
			key: Key,
			opts: WatchOptions & { resync?: false | undefined },
		): Watch<Change<T>>;
		/** Watches a key; lost events are made up for by what there is then (`opts.resync`). */
		watch<T extends Out = Out>(
			key: Key,
			opts: WatchOptions<false>,
		): Watch<Change<T> | Resync<T>>;
		/** Watches a key, and parses its values as JSON (`opts.json`); lost events are made up for (`opts.resync`). */
		watch<T = any>(key: Key, opts: WatchOptions): Watch<Change<T> | Resync<T>>;

		/** The same methods, returning promises: see `etcdjs/promises`. It follows this client, its `strict` and its end. */
		readonly promises: import("./promises").Store<Out, In>;

		/** Does what {@link Client.destroy} does, at the end of the block of an `await using`. */
		[Symbol.asyncDispose](): Promise<void>;

		/**
		 * Lists the client URLs that the members of the cluster advertise.
		 *
		 * @param cb - An etcd error is `bad status: N` here, without a code.
		 */
		machines(cb?: Callback<string[]>): void;

		/**
		 * Reads the leader's statistics as text: the JSON of {@link LeaderStats}. Over the v2 API a follower answers 403, so
		 * ask by `stats.self` who leads. Over the v3 API every member gives the leader's id, and nothing else.
		 *
		 * @param cb - An etcd error is `bad status: N` here, without a code.
		 */
		leader(cb?: Callback<string>): void;

		/** etcd's statistics. */
		readonly stats: Stats;

		/** Turns `refresh` on: asks the cluster for its hosts every 30 seconds. The timer does not keep the process running. */
		autoRefresh(): void;

		/**
		 * Ends every pending call with the error `store destroyed`, in whose callbacks this method is still running, and closes
		 * the connections. Later calls get the same error. Calling it again is harmless.
		 */
		destroy(): void;

		/** The control of a store in memory, for tests; `undefined` for a client of a cluster. */
		readonly memory?: Memory;

		/** The hosts in use, as URLs; empty until a discovery URL is resolved. To be read only. */
		readonly _hosts: string[];
	}

	/** The control of a store in memory: `etcdjs("memory:")`. All clients of a store share it. */
	interface Memory {
		/**
		 * Moves the clock of the store on: the keys whose TTL ends by then expire, and their waits have the event `expire`. The
		 * timeouts of calls do not count by this clock.
		 *
		 * @param ms - Milliseconds, from 0 on. The clock is at most 100 years (of 365 days) ahead of the system's.
		 * @throws `ERR_INVALID_ARG_VALUE` for another number.
		 */
		advance(ms: number): void;

		/** All keys, hidden ones too, with the index of the store, as {@link Memory.load} takes them. */
		dump(): MemoryTree;

		/**
		 * Replaces all keys. The index of the store does not fall. The event history begins anew: a wait in flight has a history
		 * gap, as after etcd's own.
		 *
		 * @param tree - A dump, the answer to a recursive `get` of the root by a client without `json`, or a tree that you write: a
		 * node needs only its `key`, and its `value`, its `nodes` or `dir: true`.
		 * @throws `ERR_INVALID_ARG_VALUE` with the place of the fault, if the tree is malformed. The store is as it was.
		 */
		load(tree: MemoryTree | { node: Node<string> }): void;

		/**
		 * Plans how the next calls fail, in place of what was planned before. A call takes the first fault that is planned for it, in
		 * the order in which the program makes its calls. The further polls of a watch take none.
		 *
		 * @throws `ERR_INVALID_ARG_VALUE` if the plan has anything else; for a `key` that the call cannot have, the error of the call.
		 */
		fail(
			plan:
				| MemoryFault["error"]
				| MemoryFault
				| readonly (MemoryFault["error"] | MemoryFault)[],
		): void;
	}

	/** The keys of a store in memory. */
	interface MemoryTree {
		/**
		 * The index of the store, from 1 to 2 ** 52. Default: the highest one in the tree. A load does not lower the index: if that of
		 * the store is higher, it stays, and if a node has no `modifiedIndex`, it rises by at least 1.
		 */
		index?: number | undefined;
		/** The root. */
		node: MemoryRoot;
	}

	/** The root of a store in memory. */
	interface MemoryRoot {
		/** An empty text, or `/`. */
		key?: string | undefined;
		dir?: true | undefined;
		/** The keys below it. */
		nodes?: MemoryNode[] | undefined;
	}

	/** A key of a store in memory: one with a value, or a directory. */
	type MemoryNode = MemoryValue | MemoryDirectory;

	/** A key with a value. */
	interface MemoryValue extends MemoryNodeFields {
		/** The value, as etcd has it. */
		value: string;
		dir?: false | undefined;
		nodes?: undefined;
	}

	/** A directory: it has `nodes`, or `dir` is `true`. */
	type MemoryDirectory = MemoryNodeFields & { value?: undefined } & (
			| { dir: true; nodes?: MemoryNode[] | undefined }
			| { dir?: true | undefined; nodes: MemoryNode[] }
		);

	/** What every key of a store in memory may have. */
	interface MemoryNodeFields {
		/** The whole key: `/a/b`. Its node is in the `nodes` of `/a`. */
		key: string;
		/**
		 * When it expires (RFC 3339). Beside a `ttl` it counts only if it is not later than the end of the `ttl`, and at most 2 s
		 * earlier: it makes a dump that is loaded at once exact.
		 */
		expiration?: string | undefined;
		/** The seconds after which it expires, from the load on. */
		ttl?: number | undefined;
		/** The index of its last change. Default: the index that the store has after the load. */
		modifiedIndex?: number | undefined;
		/** The index at which it was created. Default: `modifiedIndex`. */
		createdIndex?: number | undefined;
	}

	/** How a call of a store in memory fails. */
	interface MemoryFault {
		/**
		 * - `"refused"`: `ECONNREFUSED`, nothing was sent;
		 * - `"timeout"`: `ESOCKETTIMEDOUT`, at once (repeated waits: after a backoff); a write is ambiguous;
		 * - `"ambiguous"`: `ECONNRESET`; a write is ambiguous, and applied unless `applied` is `false`;
		 * - `"noQuorum"`: etcd's error 300; a write is ambiguous;
		 * - `"historyCleared"`: the call does not fail, but before it the event history is lost: a wait or watch that goes on from an
		 *   earlier index has a gap.
		 */
		error: "refused" | "timeout" | "ambiguous" | "noQuorum" | "historyCleared";
		/**
		 * Only such a call. `update`, `mkdir` and `compareAndSwap` are `"set"`; `delete`, `compareAndDelete` and `rmdir` are `"del"`;
		 * each `wait`, each `next` of it, `watch` and a `get` with `wait: true` are `"wait"`. Default: any.
		 */
		operation?:
			| "get"
			| "set"
			| "del"
			| "push"
			| "wait"
			| "machines"
			| "leader"
			| "stats"
			| undefined;
		/** Only a call for this key, which is read as the calls of this client read theirs (`strict`). Default: any. */
		key?: string | undefined;
		/** How many calls. Default: 1. */
		times?: number | undefined;
		/**
		 * Whether a write is applied although it fails; `true` only for `"ambiguous"`, `"timeout"` and `"noQuorum"`. Default: `true` for
		 * `"ambiguous"`, else `false`.
		 */
		applied?: boolean | undefined;
	}

	/** etcd's statistics, of whichever host the client turns to unless said otherwise. */
	interface Stats {
		/** Reads the statistics of one member. */
		self(cb?: Callback<SelfStats>): void;
		/**
		 * Reads the statistics of the member at `node`.
		 *
		 * @param node - A host as {@link Hosts} takes it; no other is asked. `null` leaves the choice to the client.
		 */
		self(node: string | null | undefined, cb?: Callback<SelfStats>): void;
		/** Reads the counters of one member's store. Over the v3 API there are none: the error `ERR_ETCD_UNSUPPORTED`. */
		store(cb?: Callback<StoreStats>): void;
		/**
		 * Reads the leader's view of its followers. A follower answers 403, `not current leader`. Over the v3 API every member
		 * gives the leader's id, and nothing else.
		 */
		leader(cb?: Callback<LeaderStats>): void;
	}

	/**
	 * Options of `get`.
	 *
	 * @typeParam Json - The type of `json`.
	 */
	interface GetOptions<Json extends boolean = boolean> {
		/** List all levels below a directory, or wait for changes below it, and not of it alone. Default: `false`. */
		recursive?: boolean | undefined;
		/** Sort a directory's nodes by key. Otherwise their order is random over the v2 API, and the same over v3. Default: `false`. */
		sorted?: boolean | undefined;
		/** Answer at the next change instead of at once; {@link Client.wait} does more. Default: `false`. */
		wait?: boolean | undefined;
		/**
		 * With `wait`, answer with the first change at this index or after it, also a past one. Over the v2 API etcd keeps
		 * 1,000 events, over v3 all since its last compaction; an older index is error 401. Default: changes from now on.
		 */
		waitIndex?: number | string | undefined;
		/** Read through the cluster's quorum, never a stale value; slower, and an error (300) without one. Not sent with `wait`, which etcd would ignore then. Default: `false`. */
		quorum?: boolean | undefined;
		/** @deprecated etcd 2 and later ignore it: use `quorum`. */
		consistent?: boolean | undefined;
		/** Parse the values as JSON in this call. It cannot turn off the client's `json`. Default: `false`. */
		json?: Json | undefined;
	}

	/**
	 * Options of `wait`.
	 *
	 * @typeParam Json - The type of `json`.
	 */
	interface WaitOptions<Json extends boolean = boolean>
		extends GetOptions<Json> {
		/**
		 * Called when the wait goes on without a part of etcd's history (over the v2 API the last 1,000 events of the whole
		 * store, over v3 all events since the last compaction): events from `fromIndex` to `toIndex` may have been missed.
		 * Where etcd was wiped or restored from a backup, `toIndex` is its index of then, which is lower. Default: nobody is
		 * told.
		 */
		onGap?: ((fromIndex: number, toIndex: number) => void) | undefined;
	}

	/**
	 * Options of `watch`.
	 *
	 * @typeParam Json - The type of `json`.
	 */
	interface WatchOptions<Json extends boolean = boolean> {
		/** Watch all that is below the key, too. Default: `false`. */
		recursive?: boolean | undefined;
		/** The first index that counts. Default, and for 0: changes from now on, see {@link Watch.ready}. */
		from?: number | undefined;
		/**
		 * Where etcd has forgotten events that were to come, or was wiped, give all that there is now as `{action: "resync", node}`,
		 * and go on from there: nothing is lost but the events themselves. Default: `false`, a `HistoryGapError`.
		 */
		resync?: boolean | undefined;
		/**
		 * Parse the values as JSON. One that is no JSON ends the watch; the error's `index` is that of its event. It cannot turn
		 * off the client's `json`. Default: `false`.
		 */
		json?: Json | undefined;
		/** Ends the watch with an `AbortError` when it is aborted. */
		signal?: AbortSignalLike | undefined;
	}

	/** An `AbortSignal`, by its shape: these types do not need those of Node or of the DOM. */
	interface AbortSignalLike {
		readonly aborted: boolean;
		readonly reason?: any;
		addEventListener(type: "abort", listener: () => void, options?: any): void;
		removeEventListener(type: "abort", listener: () => void): void;
	}

	/**
	 * A watch: an async iterator that is ended by `break`, or by its `return`.
	 *
	 * @typeParam Event - What it gives.
	 */
	interface Watch<Event> extends AsyncIterableIterator<Event> {
		/**
		 * Resolves with the index from which the watch sees every event, of whichever client, also if its polls fail. With
		 * `opts.from` that is `from`, at once. It is rejected if the watch ends before: with the error that ends the watch,
		 * or with `ERR_ETCD_WATCH_ENDED` where `break` or `return` ends it. Nobody needs to handle that rejection.
		 *
		 * @example
		 * ```js
		 * const watch = store.watch("job");
		 * await watch.ready;
		 * startWorker(); // whatever it writes is seen
		 * ```
		 */
		readonly ready: Promise<number>;
		/** The next event, as soon as there is one. */
		next(): Promise<IteratorResult<Event, undefined>>;
		/** Ends the watch. */
		return(): Promise<IteratorReturnResult<undefined>>;
		[Symbol.asyncIterator](): Watch<Event>;
	}

	/**
	 * What a watch with `resync` gives in place of events that etcd has forgotten.
	 *
	 * @typeParam T - The type of the values.
	 */
	interface Resync<T = any> {
		action: "resync";
		/** The key as it is now, with all below it where the watch is recursive; undefined where it is not there. */
		node: Node<T> | undefined;
	}

	/**
	 * Conditions of a write. They are judged as etcd's v2 API judges them, and are sent as text.
	 *
	 * @typeParam In - The type of `prevValue`.
	 */
	interface Conditions<In = any> {
		/** The key must exist (`true`, else error 100) or must not (`false`, else 105). etcd ignores it in a `del`. Default: no condition. */
		prevExist?: boolean | undefined;
		/** The value must be this one (else error 101); an empty one is error 201. Default: no condition. */
		prevValue?: In | undefined;
		/** The `modifiedIndex` must be this one (else error 101); 0 is no condition. Default: no condition. */
		prevIndex?: number | string | undefined;
	}

	/** A condition that makes a previous value needless. */
	type OtherCondition = { prevIndex: number | string } | { prevExist: boolean };

	/**
	 * Options of `set`, `update`, `compareAndSwap` and `mkdir`.
	 *
	 * @typeParam In - The type of `prevValue`.
	 */
	interface SetOptions<In = any> extends Conditions<In> {
		/** Seconds until the key, or the directory with all in it, expires; 0 is none. Default: it does not expire. */
		ttl?: number | string | undefined;
		/** Make a directory; the value is ignored. Default: `false`. */
		dir?: boolean | undefined;
		/**
		 * Stringify the value as JSON in this call, and `prevValue` where it is an object: any other is sent as text, so
		 * pass the JSON of a string. It cannot turn off the client's `json`, which stringifies both. Default: `false`.
		 */
		json?: boolean | undefined;
		/**
		 * Renew the `ttl` of a key that exists and tell no watcher (over the v3 API, no watcher of this package); the value is
		 * not sent and stays. Needs a `ttl` (else error 212). Default: `false`.
		 */
		refresh?: boolean | undefined;
		/** Let etcd answer with the `action` alone: see {@link Acknowledgement}. Default: `false`. */
		noValueOnSuccess?: boolean | undefined;
	}

	/**
	 * Options of `del`, `compareAndDelete` and `rmdir`.
	 *
	 * @typeParam In - The type of `prevValue`.
	 */
	interface DeleteOptions<In = any> extends Conditions<In> {
		/** Delete a directory with all that is in it. Default: `false`. */
		recursive?: boolean | undefined;
		/** Delete an empty directory. Default: `false`. */
		dir?: boolean | undefined;
		/** Stringify a `prevValue` that is an object as JSON in this call. Default: `false`. */
		json?: boolean | undefined;
	}

	/** Options of `push`. */
	interface PushOptions {
		/** Seconds until the key expires; 0 is none. Default: it does not expire. */
		ttl?: number | string | undefined;
		/** Stringify a value that is an object as JSON in this call: any other is sent as text. Default: `false`. */
		json?: boolean | undefined;
	}

	/** Ends a call, so that its callback never comes. Calling it again is harmless. */
	type Stop = () => void;

	/**
	 * Called once, with an error or a result.
	 *
	 * @param err - What went wrong, or `null`.
	 * @param result - The result; absent where there is an error.
	 */
	type Callback<R> = (err: EtcdError | null, result: R) => void;

	/**
	 * Called once by `get`.
	 *
	 * @param err - What went wrong, or `null`.
	 * @param result - The answer; `undefined` where there is an error, and also, with `err` null, where there is no such key.
	 */
	type GetCallback<T = any> = (
		err: EtcdError | null,
		result?: Response<T>,
	) => void;

	/**
	 * Called once by `wait`, and by `next` again.
	 *
	 * @param err - What went wrong, or `null`. A wait in which nothing happens ends with `ESOCKETTIMEDOUT`, so look at it.
	 * @param result - The change; `null` where there is an error.
	 * @param next - Waits for the change after this one, also after an error.
	 */
	type WaitCallback<T = any> = (
		err: EtcdError | null,
		result: Change<T>,
		next: Next<T>,
	) => void;

	/** Waits for the change after the last one, so that none is missed, and returns a function that ends that wait. */
	type Next<T = any> = (cb: WaitCallback<T>) => Stop;

	/** What happened; etcd's names. */
	type Action =
		| "get"
		| "set"
		| "create"
		| "update"
		| "delete"
		| "expire"
		| "compareAndSwap"
		| "compareAndDelete"
		| (string & Record<never, never>);

	/**
	 * etcd's answer to a `get`.
	 *
	 * @typeParam T - The type of a value.
	 */
	interface Response<T = any> {
		/** What happened; `"get"` unless it waited. */
		action: Action;
		/** The node that was read or changed. */
		node: Node<T>;
		/** The node as it was before the change, if it was there. Its value is text, under `json` also. */
		prevNode?: KeyedNode<string>;
	}

	/**
	 * etcd's answer to a write, and the event of a `wait`.
	 *
	 * @typeParam T - The type of a value.
	 */
	interface Change<T = any> extends Response<T> {
		/** The node as it is after the change; when it was deleted or expired, without a value. */
		node: KeyedNode<T>;
	}

	/** etcd's answer to a write with `noValueOnSuccess`. */
	interface Acknowledgement {
		/** What happened. */
		action: Action;
		/** Not sent. */
		node?: undefined;
		/** Not sent. */
		prevNode?: undefined;
	}

	/**
	 * A key or a directory, as etcd sends it.
	 *
	 * @typeParam T - The type of a value.
	 */
	interface Node<T = any> {
		/** The full path, with a leading slash; absent on the root. */
		key?: string;
		/** The value; absent on a directory and on a deleted node. */
		value?: T;
		/** `true` on a directory, absent on a key. */
		dir?: boolean;
		/** What a directory holds; absent when that is nothing, and below the listed level. Hidden names (`_…`) are left out. */
		nodes?: KeyedNode<T>[];
		/**
		 * etcd's index at which it was created. A `set` of a key that exists creates it anew over the v2 API, and over v3 only with
		 * `v3: { createdIndex: "exact" }`. Absent on the root, which only a `get` of it gives.
		 */
		createdIndex: number;
		/**
		 * etcd's index (over the v3 API its revision) at which it was last changed; `modifiedIndex + 1` is the `waitIndex` for
		 * the next event. Absent on the root.
		 */
		modifiedIndex: number;
		/** Seconds until it expires, rounded up; absent where it does not. It can be 0 or -1 for a moment. */
		ttl?: number;
		/** When it expires: ISO 8601, UTC, with nanoseconds. Absent where it does not. */
		expiration?: string;
	}

	/**
	 * A node that is not the root, so it has a key.
	 *
	 * @typeParam T - The type of a value.
	 */
	interface KeyedNode<T = any> extends Node<T> {
		/** The full path, with a leading slash. */
		key: string;
	}

	/** An error of etcd, of the network or of this client. */
	interface EtcdError extends Error {
		/**
		 * A number is etcd's `errorCode`: 100 no such key, 101 the comparison failed, 102 not a file, 104 not a directory, 105 it exists,
		 * 107 the root is read only, 108 the directory is not empty, 110 not authorised, 201–212 a bad option, 300
		 * raft (no quorum; a write may have been done), 401 the `waitIndex` is too old.
		 *
		 * A string is Node's: `ECONNREFUSED`, `ECONNRESET`, `ENOTFOUND`, …, or `ETIMEDOUT` and
		 * `ESOCKETTIMEDOUT` for the client's `timeout`, or a TLS one such as `CERT_HAS_EXPIRED` or, where the
		 * host wants a certificate of the client's, `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`.
		 *
		 * Of this client: `ERR_ETCD_NO_V2_API`, `ERR_ETCD_NO_HOSTS`, `ERR_ETCD_INVALID_KEY`, `ERR_ETCD_TOO_LARGE`,
		 * `ERR_ETCD_RESPONSE_TOO_LARGE`, `ERR_ETCD_PROXY`, `ERR_UNESCAPED_CHARACTERS`, `ERR_INVALID_ARG_VALUE`,
		 * `ERR_ETCD_WATCH_ENDED`, `ERR_ETCD_INTERNAL`; over the v3 API also `ERR_ETCD_NO_V3_API`, `ERR_ETCD_NO_GRPC`,
		 * `ERR_ETCD_BAD_ANSWER`, `ERR_ETCD_UNSUPPORTED`, `ERR_ETCD_NO_SPACE`, `ERR_ETCD_REFUSED`. docs/errors.md says what each
		 * means.
		 *
		 * Undefined if etcd gave none (`bad status: N`) and on `store destroyed`.
		 */
		code?: number | string;
		/** etcd's detail, such as the key, or `[given != found]` of a comparison. */
		cause?: string;
		/** etcd's index when it answered; 0 where it did not look. Of etcd's errors, and of a watch whose value is no JSON. */
		index?: number;
		/** The system's error number. Of network errors. */
		errno?: number;
		/** The system call that failed, such as `connect`. Of network errors. */
		syscall?: string;
		/** The IP address. Of network errors. */
		address?: string;
		/** The port. Of network errors. */
		port?: number;
		/** The host that ended a handshake of TLS, as its URL has it. */
		host?: string;
		/** OpenSSL's name for why a host ended a connection of TLS, such as `sslv3 alert bad certificate`. */
		reason?: string;
		/** The part of OpenSSL that `reason` is of. */
		library?: string;
		/** The name that was not found. Of network errors. */
		hostname?: string;
		/** Of a timeout: `true` while connecting (`ETIMEDOUT`), `false` after (`ESOCKETTIMEDOUT`). */
		connect?: boolean;
		/** `true` where a write may have been applied although it failed. Without it, it was not applied. */
		ambiguous?: boolean;
		/** The HTTP status, or the one that the v2 API has for an error of the v3 API. Of answers. Not enumerable. */
		status?: number;
		/** The URL of the host that the error is of. Not enumerable. */
		endpoint?: string;
		/** Every attempt of the call, in order: a host that failed, or that gave this error. Not enumerable. */
		attempts?: Attempt[];
		/**
		 * What happened at each IP address of the host, where its name has several and none could be connected to: an error
		 * with `code`, `errno`, `syscall`, `address` and `port`. Not enumerable.
		 */
		errors?: EtcdError[];
	}

	/** One attempt of a call that failed. */
	interface Attempt {
		/** The URL of the host. */
		host: string;
		/** What happened there: a failure as Node words it, `status N`, or etcd's words over the v3 API. */
		error: string;
	}

	/**
	 * etcd's `/v2/stats/self`. Fields that are marked as of the v2 API are absent over the v3 API: look before you use them
	 * there.
	 */
	interface SelfStats {
		/** The member's name. Of the v2 API. */
		name: string;
		/** The member's id, in hexadecimal. */
		id: string;
		/** The member's part; it is not brought up to date while there is no quorum. */
		state:
			| "StateLeader"
			| "StateFollower"
			| "StateCandidate"
			| "StatePreCandidate"
			| "StateLearner"
			| (string & Record<never, never>);
		/** When the member started: ISO 8601 with nanoseconds. Of the v2 API. */
		startTime: string;
		/** The leader it follows, or is. */
		leaderInfo: {
			/** The leader's id, in hexadecimal; empty where none is known. */
			leader: string;
			/** How long it has led, as Go writes it: `10m59.322358947s`. Of the v2 API. */
			uptime: string;
			/** Since when it has led: ISO 8601. Of the v2 API. */
			startTime: string;
		};
		/** Append requests received. Of the v2 API. */
		recvAppendRequestCnt: number;
		/** Requests received each second; absent when 0. */
		recvPkgRate?: number;
		/** Bytes received each second; absent when 0. */
		recvBandwidthRate?: number;
		/** Append requests sent. Of the v2 API. */
		sendAppendRequestCnt: number;
		/** Requests sent each second; absent when 0. */
		sendPkgRate?: number;
		/** Bytes sent each second; absent when 0. */
		sendBandwidthRate?: number;
		/** The cluster's id, in hexadecimal digits. Of the v3 API. */
		clusterId?: string;
		/** etcd's version. Of the v3 API. */
		version?: string;
		/** Bytes of the database. Of the v3 API. */
		dbSize?: number;
		/** Bytes of the database that are in use. Of the v3 API. */
		dbSizeInUse?: number;
		/** The member's last index in the log of raft. Of the v3 API. */
		raftIndex?: number;
		/** The member's term of raft. Of the v3 API. */
		raftTerm?: number;
	}

	/** etcd's `/v2/stats/store`: how often each operation succeeded and failed in this member since it started. */
	interface StoreStats {
		/** Reads that succeeded. */
		getsSuccess: number;
		/** Reads that failed. */
		getsFail: number;
		/** Sets that succeeded. */
		setsSuccess: number;
		/** Sets that failed. */
		setsFail: number;
		/** Deletes that succeeded. */
		deleteSuccess: number;
		/** Deletes that failed. */
		deleteFail: number;
		/** Updates that succeeded. */
		updateSuccess: number;
		/** Updates that failed. */
		updateFail: number;
		/** Creates that succeeded: `push`, and `prevExist: false`. */
		createSuccess: number;
		/** Creates that failed. */
		createFail: number;
		/** Compare-and-swaps that succeeded. */
		compareAndSwapSuccess: number;
		/** Compare-and-swaps that failed. */
		compareAndSwapFail: number;
		/** Compare-and-deletes that succeeded. */
		compareAndDeleteSuccess: number;
		/** Compare-and-deletes that failed. */
		compareAndDeleteFail: number;
		/** Keys that expired. */
		expireCount: number;
		/** Waits that are open now. */
		watchers: number;
	}

	/** etcd's `/v2/stats/leader`. Over the v3 API it has `leader` alone. */
	interface LeaderStats {
		/** The leader's id, in hexadecimal. */
		leader: string;
		/** Its followers, by id. Of the v2 API. */
		followers: Record<string, FollowerStats>;
	}

	/** One follower, as the leader sees it. */
	interface FollowerStats {
		/** How long a message takes, in milliseconds. */
		latency: {
			/** Of the last message. */
			current: number;
			/** The mean. */
			average: number;
			/** The standard deviation. */
			standardDeviation: number;
			/** The least. */
			minimum: number;
			/** The most. */
			maximum: number;
		};
		/** How many messages. */
		counts: {
			/** That failed. */
			fail: number;
			/** That succeeded. */
			success: number;
		};
	}
}

export = etcdjs;
