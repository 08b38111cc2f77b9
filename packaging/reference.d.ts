/** What docs/api describes: the two entry points, under the names that the README gives them. */
import etcdjs = require("../index");
import etcd = require("../promises");

export { etcd, etcdjs };
