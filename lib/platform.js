// Which package has the addon for this platform; named as is usual for Node-API: linux-x64-gnu.
"use strict";

const fs = require("node:fs");

// An executable names its loader, and so its libc, among its headers: they are its first bytes.
const HEADERS_LENGTH = 4096;
const MUSL_LOADER = "/ld-musl-";
const GLIBC_LOADER = "/ld-linux-";

function headersOf(executable) {
	const file = fs.openSync(executable);
	try {
		const bytes = Buffer.alloc(HEADERS_LENGTH);
		fs.readSync(file, bytes, 0, HEADERS_LENGTH, 0);
		return bytes.toString("latin1");
	} finally {
		fs.closeSync(file);
	}
}

// What is sure, but takes 5 to 20 ms: for an executable whose headers were moved, as on NixOS.
function libcOfReport() {
	const { excludeNetwork } = process.report;
	process.report.excludeNetwork = true;
	const { header } = process.report.getReport();
	process.report.excludeNetwork = excludeNetwork;
	return header.glibcVersionRuntime ? "gnu" : "musl";
}

/** The C library that an executable runs on: "gnu" or "musl". */
function libcOf(executable) {
	try {
		const headers = headersOf(executable);
		if (headers.includes(MUSL_LOADER)) return "musl";
		if (headers.includes(GLIBC_LOADER)) return "gnu";
	} catch {
		// no /proc, or none that may be read
	}
	return libcOfReport();
}

/** The target that this process is of: what the name of its package ends with. */
function target() {
	const { platform, arch } = process;
	if (platform === "linux") return `linux-${arch}-${libcOf("/proc/self/exe")}`;
	return platform === "win32" ? `win32-${arch}-msvc` : `${platform}-${arch}`;
}

module.exports = { libcOf, target };
