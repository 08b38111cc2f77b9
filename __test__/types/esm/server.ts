// Imports of etcdjs/server. Compiled, never run.

import etcdjs from "etcdjs";
import server, { type ServeOptions, type Server, serve } from "etcdjs/server";

const options: ServeOptions = { port: 0 };
const started: Promise<Server> = serve(etcdjs("memory:"), options);

export { server, started };
