// get and wait: calls that do not compile. Compiled, never run.

import etcdjs = require("etcdjs");

interface Config {
	port: number;
}

const text = etcdjs("a");

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
