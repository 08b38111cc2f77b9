// The examples of etcdjs 2.4.2's README, compiled as strict JavaScript and never run. One thing differs: a get may find
// nothing, so its result is looked at before it is used.

const etcdjs = require("etcdjs");
let store = etcdjs("127.0.0.1:4001");

store.set("hello", "world", (err, result) => {
	console.log(err, result.node.value);
	store.get("hello", (err, result) => {
		console.log("hello:", err, result?.node.value);
	});
});

store = etcdjs(["127.0.0.1:4001", "127.0.0.1:4002", "127.0.0.1:4003"]);

store = etcdjs("https://discovery.etcd.io/my-token");

store = etcdjs("127.0.0.1:4001", {
	refresh: false,
	timeout: 60 * 1000,
	json: false,
});

store.get(
	"hello",
	{ recursive: false, sorted: false, json: false, wait: false },
	(err, result) => {
		console.log(err, result);
	},
);

store.set("hello", "world", { ttl: 60, dir: false, json: false });

store.wait("hello", function onchange(_err, result, next) {
	console.log("change!", result);
	next(onchange); // next will set waitIndex so we do not miss events
});

const destroy = store.wait("hello", function onchange(err, result, next) {
	console.log(err, result, next, onchange);
});

destroy();
store.set("key", "value"); // won't trigger the wait

store.compareAndSwap("hello", "you", "world");
store.compareAndDelete("hello", "you");
store.push("queue", "job", (_err, result) => console.log(result.node.key));
store.machines((_err, machines) => console.log(machines.join()));
store.leader((_err, leader) => console.log(leader.length));
store.stats.self((_err, self) => console.log(self.state));
store.stats.store((_err, stats) => console.log(stats.watchers));
store.stats.leader((_err, stats) => console.log(Object.keys(stats.followers)));
store.destroy();
