// Loads the addon: one that the environment names, one that was built here, or the one of the
// package for this platform.
"use strict";

const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const { withoutCustomGc } = require("./custom-gc");
const { target } = require("./platform");

const BUILT_HERE = path.join(__dirname, "..", "etcdjs.node");

// Not `require` itself, which bundlers follow: no bundle has these files.
// In the script of a worker that was given as text, `__filename` is no path.
const open = createRequire(path.resolve(__filename));

// Each name is written out for bundlers, which find the package by it.
function ofPackage(name) {
	try {
		switch (name) {
			case "etcdjs-darwin-arm64":
				return require("etcdjs-darwin-arm64");
			case "etcdjs-darwin-x64":
				return require("etcdjs-darwin-x64");
			case "etcdjs-linux-arm64-gnu":
				return require("etcdjs-linux-arm64-gnu");
			case "etcdjs-linux-arm64-musl":
				return require("etcdjs-linux-arm64-musl");
			case "etcdjs-linux-x64-gnu":
				return require("etcdjs-linux-x64-gnu");
			case "etcdjs-linux-x64-musl":
				return require("etcdjs-linux-x64-musl");
			case "etcdjs-win32-arm64-msvc":
				return require("etcdjs-win32-arm64-msvc");
			case "etcdjs-win32-x64-msvc":
				return require("etcdjs-win32-x64-msvc");
		}
	} catch (err) {
		throw failure(whyNot(name, err), err);
	}
	throw failure(`there is no package ${name}: this platform has none`);
}

function whyNot(name, err) {
	if (err.code !== "MODULE_NOT_FOUND")
		return `the package ${name} cannot be loaded: ${err.message}`;
	return `the package ${name} is not installed.
npm leaves it out with --omit=optional (or --no-optional), and where the lock file or node_modules was made on
another platform: then remove both and run npm install again, here and without that option`;
}

function failure(why, cause) {
	const message = `etcdjs: no native addon for ${target()}: ${why}.
To build it from source: "npm run build" in a checkout of etcdjs, with Rust's cargo; then let
NAPI_RS_NATIVE_LIBRARY_PATH name the etcdjs.node that it makes`;
	const err = new Error(message, { cause });
	return Object.assign(err, { code: "ERR_ETCD_NO_ADDON" });
}

function load() {
	const named = process.env.NAPI_RS_NATIVE_LIBRARY_PATH;
	const file = named || (fs.existsSync(BUILT_HERE) && BUILT_HERE);
	if (!file) return ofPackage(`etcdjs-${target()}`);
	try {
		return open(path.resolve(file));
	} catch (err) {
		throw failure(`${file} cannot be loaded: ${err.message}`, err);
	}
}

module.exports = withoutCustomGc(load);
