import etcdjs = require("./index.js");

export default etcdjs;
