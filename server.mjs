// `import { serve } from "etcdjs/server"`: the very function that `require` gives.
import server from "./server.js";

export default server;
export const { serve } = server;
