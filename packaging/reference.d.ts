/** What docs/api describes: the three entry points, under the names that the README and the pages give them. */
import etcdjs = require("../index");
import etcd = require("../promises");
import server = require("../server");

export { etcd, etcdjs, server };
