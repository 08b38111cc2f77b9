// biome-ignore-all lint/suspicious/noExplicitAny: a JSON value may be anything, and its user knows what
/// <reference lib="esnext.disposable" />

import etcdjs = require("./index");

/**
 * etcdjs with promises. Unlike etcdjs it is `strict` unless `opts.strict` is `false`.
 *
 * @param host - One host or several, or the options in its place. Default: `127.0.0.1`.
 * @param opts - The options; ignored where `host` is an options object.
 * @throws TypeError where a host is not a string.
 * @throws ArgumentError where an option is spelled almost as one that there is.
 *
 * @example
 * ```js
 * const etcd = require("etcdjs/promises");
 * await using store = etcd("127.0.0.1:2379");
 *
 * await store.set("hello", "world");
 * const found = await store.get("hello");
 * console.log(found?.node.value);
 * ```
 */
declare function etcd<Json extends boolean = false>(
	host?: etcdjs.Hosts | etcdjs.AnyClientOptions<Json> | null,
	opts?: etcdjs.AnyClientOptions<Json> | null,
): etcd.StoreOf<Json>;

/** The types of `etcdjs/promises`, and the classes of its errors. */
declare namespace etcd {
	export { etcd as default };

	/** The store that options with this `json` make. */
	export type StoreOf<Json extends boolean> = [Json] extends [false]
		? Store<string, etcdjs.Value>
		: Store;

	/** Limits of one call. */
	export interface Limits {
		/**
		 * Rejects the call with an `AbortError` when it is aborted. A write may have been applied then, and is called
		 * `ambiguous`.
		 */
		signal?: etcdjs.AbortSignalLike | undefined;
		/**
		 * Milliseconds that the call may take in all, over all hosts: then it is rejected with a `TimeoutError`
		 * (`ETIMEDOUT`), and a write is called `ambiguous`. Default, and for `Infinity`: no limit but those of the store.
		 * It is counted by the `setTimeout` of the program, so fake timers move it. The limits of the store are of real time.
		 */
		timeout?: number | undefined;
	}

	/**
	 * A store whose methods return promises: those of {@link etcdjs.Client}, without their callbacks. They are rejected with
	 * an {@link EtcdError}, whose stack is that of the caller.
	 *
	 * @typeParam Out - The type of a value read.
	 * @typeParam In - The type of a value sent.
	 */
	export interface Store<Out = any, In = any> {
		/** Reads the root directory. */
		get(): Promise<etcdjs.Response<Out>>;
		/** Reads a key or lists a directory; undefined where there is no such key. */
		get<T extends Out = Out>(
			key: etcdjs.Key,
			opts?: (etcdjs.GetOptions<false> & Limits) | null,
		): Promise<etcdjs.Response<T> | undefined>;
		/** Reads a key or lists a directory, and parses its values as JSON (`opts.json`). */
		get<T = any>(
			key: etcdjs.Key,
			opts: etcdjs.GetOptions & Limits,
		): Promise<etcdjs.Response<T> | undefined>;

		/** Stores a JSON value (`opts.json`), answered without the node (`opts.noValueOnSuccess`). */
		set(
			key: etcdjs.Key,
			value: any,
			opts: etcdjs.SetOptions &
				Limits & { json: boolean; noValueOnSuccess: true },
		): Promise<etcdjs.Acknowledgement>;
		/** Stores a JSON value (`opts.json`). */
		set(
			key: etcdjs.Key,
			value: any,
			opts: etcdjs.SetOptions & Limits & { json: boolean },
		): Promise<etcdjs.Change<Out>>;
		/** Creates or replaces a key, answered without the node (`opts.noValueOnSuccess`). */
		set(
			key: etcdjs.Key,
			value: In,
			opts: etcdjs.SetOptions<In> & Limits & { noValueOnSuccess: true },
		): Promise<etcdjs.Acknowledgement>;
		/** Creates a key or replaces it. */
		set(
			key: etcdjs.Key,
			value: In,
			opts?: (etcdjs.SetOptions<In> & Limits) | null,
		): Promise<etcdjs.Change<Out>>;

		/** Sets a key that exists, to a JSON value (`opts.json`), answered without the node (`opts.noValueOnSuccess`). */
		update(
			key: etcdjs.Key,
			value: any,
			opts: etcdjs.SetOptions &
				Limits & { json: boolean; noValueOnSuccess: true },
		): Promise<etcdjs.Acknowledgement>;
		/** Sets a key that exists, answered without the node (`opts.noValueOnSuccess`). */
		update(
			key: etcdjs.Key,
			value: In,
			opts: etcdjs.SetOptions<In> & Limits & { noValueOnSuccess: true },
		): Promise<etcdjs.Acknowledgement>;
		/** Sets a key that exists, to a JSON value (`opts.json`). */
		update(
			key: etcdjs.Key,
			value: any,
			opts: etcdjs.SetOptions & Limits & { json: boolean },
		): Promise<etcdjs.Change<Out>>;
		/** Sets a key that exists. */
		update(
			key: etcdjs.Key,
			value: In,
			opts?: (etcdjs.SetOptions<In> & Limits) | null,
		): Promise<etcdjs.Change<Out>>;

		/** Sets a key to a JSON value (`opts.json`) if its value is `prevValue`, answered without the node (`opts.noValueOnSuccess`). */
		compareAndSwap(
			key: etcdjs.Key,
			value: any,
			prevValue: any,
			opts: etcdjs.SetOptions &
				Limits & { json: boolean; noValueOnSuccess: true },
		): Promise<etcdjs.Acknowledgement>;
		/** Sets a key if its value is `prevValue`, answered without the node (`opts.noValueOnSuccess`). */
		compareAndSwap(
			key: etcdjs.Key,
			value: In,
			prevValue: In,
			opts: etcdjs.SetOptions<In> & Limits & { noValueOnSuccess: true },
		): Promise<etcdjs.Acknowledgement>;
		/** Sets a key to a JSON value (`opts.json`) if its value is `prevValue`. */
		compareAndSwap(
			key: etcdjs.Key,
			value: any,
			prevValue: any,
			opts: etcdjs.SetOptions & Limits & { json: boolean },
		): Promise<etcdjs.Change<Out>>;
		/** Sets a key if its value is `prevValue`. */
		compareAndSwap(
			key: etcdjs.Key,
			value: In,
			prevValue: In,
			opts?: (etcdjs.SetOptions<In> & Limits) | null,
		): Promise<etcdjs.Change<Out>>;

		/** Deletes a key or a directory. */
		del(
			key: etcdjs.Key,
			opts?: (etcdjs.DeleteOptions<In> & Limits) | null,
		): Promise<etcdjs.Change<Out>>;
		/** The same as {@link Store.del}. */
		delete: Store<Out, In>["del"];

		/** Deletes a key if its value is `prevValue`. */
		compareAndDelete(
			key: etcdjs.Key,
			prevValue: In,
			opts?: (etcdjs.DeleteOptions<In> & Limits) | null,
		): Promise<etcdjs.Change<Out>>;

		/** Makes a directory, and its parents. */
		mkdir(
			key: etcdjs.Key,
			opts?: (etcdjs.SetOptions<In> & Limits) | null,
		): Promise<etcdjs.Change<Out>>;

		/** Removes a directory. */
		rmdir(
			key: etcdjs.Key,
			opts?: (etcdjs.DeleteOptions<In> & Limits) | null,
		): Promise<etcdjs.Change<Out>>;

		/** Adds a JSON value (`opts.json`) to a directory. */
		push(
			key: etcdjs.Key,
			value: any,
			opts: etcdjs.PushOptions & Limits & { json: boolean },
		): Promise<etcdjs.Change<Out>>;
		/** Adds a value to a directory, under a name greater than every one before. */
		push(
			key: etcdjs.Key,
			value: In,
			opts?: (etcdjs.PushOptions & Limits) | null,
		): Promise<etcdjs.Change<Out>>;

		/** Waits for one change of a key; {@link Store.watch} for all that come. */
		wait<T extends Out = Out>(
			key: etcdjs.Key,
			opts?: (etcdjs.WaitOptions<false> & Limits) | null,
		): Promise<etcdjs.Change<T>>;
		/** Waits for one change of a key, and parses its value as JSON (`opts.json`). */
		wait<T = any>(
			key: etcdjs.Key,
			opts: etcdjs.WaitOptions & Limits,
		): Promise<etcdjs.Change<T>>;

		/** An async iterator of a key's changes: see {@link etcdjs.Client.watch}. */
		watch: etcdjs.Client<Out, In>["watch"];

		/** Lists the client URLs that the members of the cluster advertise. */
		machines(opts?: Limits | null): Promise<string[]>;

		/** Reads the leader's statistics as text; a follower answers 403. */
		leader(opts?: Limits | null): Promise<string | undefined>;

		/** etcd's statistics. */
		readonly stats: Stats;

		/** Turns `refresh` on. */
		autoRefresh(): void;

		/** The control of a store in memory, for tests; `undefined` for a store of a cluster. */
		readonly memory?: etcdjs.Memory;

		/** Rejects every pending call, closes the connections, and refuses later calls. */
		destroy(): void;

		/** Does what {@link Store.destroy} does, at the end of the block of an `await using`. */
		[Symbol.asyncDispose](): Promise<void>;
	}

	/** etcd's statistics. */
	export interface Stats {
		/** Reads the statistics of one member: of `node`, if it is given, and of no other. */
		self(
			node?: string | null,
			opts?: Limits | null,
		): Promise<etcdjs.SelfStats | undefined>;
		/** Reads the counters of one member's store. */
		store(opts?: Limits | null): Promise<etcdjs.StoreStats | undefined>;
		/** Reads the leader's view of its followers; a follower answers 403. */
		leader(opts?: Limits | null): Promise<etcdjs.LeaderStats | undefined>;
	}

	/** What every call is rejected with: an Error with the fields of {@link etcdjs.EtcdError}. */
	export class EtcdError extends Error implements etcdjs.EtcdError {
		code?: number | string;
		/** etcd's detail; of an `AbortError` the signal's reason. */
		cause?: any;
		index?: number;
		errno?: number;
		syscall?: string;
		address?: string;
		port?: number;
		hostname?: string;
		host?: string;
		reason?: string;
		library?: string;
		connect?: boolean;
		ambiguous?: boolean;
		status?: number;
		endpoint?: string;
		attempts?: etcdjs.Attempt[];
		errors?: etcdjs.EtcdError[];
	}

	/** etcd refused: `code` is its number. */
	export class ApiError extends EtcdError {
		code: number;
	}

	/** No host answered: `code` is Node's. */
	export class NetworkError extends EtcdError {
		code: string;
	}

	/** Time ran out: `ETIMEDOUT`, or `ESOCKETTIMEDOUT` for a host that was silent. */
	export class TimeoutError extends NetworkError {}

	/** An argument or an option cannot be used. */
	export class ArgumentError extends EtcdError {
		code: string;
	}

	/** The signal of a call or a watch was aborted. */
	export class AbortError extends EtcdError {
		code: "ABORT_ERR";
	}

	/** A watch has lost events, of these indexes at most. */
	export class HistoryGapError extends EtcdError {
		code: "ERR_ETCD_HISTORY_GAP";
		fromIndex: number;
		toIndex: number;
	}
}

export = etcd;
