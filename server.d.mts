import server = require("./server.js");

export default server;
export type { ServeOptions, Server } from "./server.js";
export { serve } from "./server.js";
