// The commands of the page about etcd's v2 API, in its order: what curl gets after the address. `@7` is the seventh index of the
// server. `wait` is a command that runs before the others of its example. TTLs are shorter than on the page.

const key = (name, ...args) => [`/v2/keys/${name}`, ...args];
const put = (name, ...forms) =>
	key(name, "-XPUT", ...forms.flatMap((form) => ["-d", form]));
const del = (name) => key(name, "-XDELETE");

const EXAMPLES = [
	["-L", "/version"],
	put("message", "value=Hello world"),
	key("message"),
	put("message", "value=Hello etcd"),
	del("message"),
	put("foo", "value=bar", "ttl=1"),
	key("foo?wait=true&waitIndex=@5"),
	key("foo"),
	put("foo", "value=bar", "ttl=5"),
	put("foo", "value=bar", "ttl=", "prevExist=true"),
	put("foo", "value=bar", "ttl=50"),
	put("foo", "ttl=50", "refresh=true", "prevExist=true"),
	{ wait: key("foo?wait=true"), change: put("foo", "value=bar") },
	key("foo?wait=true&waitIndex=@10"),
	key("foo?wait=true&waitIndex=@7"),
	key("queue", "-XPOST", "-d", "value=Job1"),
	key("queue", "-XPOST", "-d", "value=Job2"),
	key("queue?recursive=true&sorted=true", "-s"),
	put("dir", "ttl=30", "dir=true"),
	put("dir", "ttl=1", "dir=true", "prevExist=true"),
	key("dir?wait=true&waitIndex=@15"),
	put("foo", "value=one"),
	put("foo?noValueOnSuccess=true", "value=one"),
	put("foo?prevExist=false", "value=three"),
	put("foo?prevValue=two", "value=three"),
	put("foo?prevValue=one", "value=two"),
	put("foo", "value=one"),
	del("foo?prevValue=two"),
	del("foo?prevIndex=1"),
	del("foo?prevValue=one"),
	put("dir", "dir=true"),
	put("foo", "value=two"),
	put("foo_dir/foo", "value=bar"),
	key(""),
	key("?recursive=true"),
	del("foo_dir?dir=true"),
	del("foo_dir/foo"),
	del("foo_dir?dir=true"),
	del("dir?recursive=true"),
	put("_message", "value=Hello hidden world"),
	put("message", "value=Hello world"),
	key(""),
	key("afile", "-XPUT", "--data-urlencode", "value@FILE"),
	key("afile?quorum=true"),
	["/v2/stats/leader"],
	["/v2/stats/self"],
	["/v2/stats/store"],
];

/** A history of more than 1,000 events: the curl of `writes` writes `other` so often. */
const CLEARED = {
	first: put("foo", "value=bar"),
	writes: put("other?write=[1-1001]", "value=bar"),
	wait: key("foo?wait=true&waitIndex=@1"),
	read: key("foo", "-vv"),
};

module.exports = { CLEARED, EXAMPLES };
