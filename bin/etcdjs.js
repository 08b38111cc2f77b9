#!/usr/bin/env node
// The command `etcdjs`.
"use strict";

const { main } = require("../lib/command");

main(process.argv.slice(2)).then((code) => {
	process.exitCode = code;
});
