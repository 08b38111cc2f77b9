// `etcdjs/server`: an HTTP server that speaks etcd's v2 API in front of a store.
"use strict";

const { serve } = require("./lib/server/serve");

module.exports = { serve };
