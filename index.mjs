// `import etcdjs from "etcdjs"`: the very function that `require` gives.
import etcdjs from "./index.js";

export default etcdjs;
