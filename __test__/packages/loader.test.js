// How lib/addon.js finds the addon, and what it says where there is none: in a copy without one.
const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { before, test } = require("node:test");
const { libcOf } = require("../../lib/platform");
const { ROOT } = require("../../scripts/run");
const { inChild } = require("../support/child");
const { own } = require("../support/etcd/reaper");

const ADDON = path.join(ROOT, "etcdjs.node");

let folder;

before(() => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-loader-"));
	own(folder, 0);
	for (const name of ["index.js", "lib"])
		fs.cpSync(path.join(ROOT, name), path.join(folder, name), {
			recursive: true,
		});
});

/** Loads the copy, with properties of `process` replaced; resolves with the error's `{message, code}`. */
async function load({ env = {}, ...replaced } = {}) {
	const script = (_support, file, replaced) => {
		for (const [name, value] of Object.entries(replaced))
			Object.defineProperty(process, name, { value });
		try {
			require(file)("a").destroy();
			return {};
		} catch ({ message, code }) {
			return { message, code };
		}
	};
	const { result } = await inChild(script, [folder, replaced], env);
	return result;
}

/** Puts a package beside the copy whose addon is `content`. */
function install(t, name, content) {
	const place = path.join(folder, "node_modules", name);
	fs.mkdirSync(place, { recursive: true });
	fs.writeFileSync(path.join(place, "index.node"), content);
	const manifest = JSON.stringify({ name, main: "index.node" });
	fs.writeFileSync(path.join(place, "package.json"), manifest);
	t.after(() => fs.rmSync(place, { recursive: true }));
}

function executable(content) {
	const file = path.join(folder, "executable");
	fs.writeFileSync(file, content);
	return file;
}

test("the addon that NAPI_RS_NATIVE_LIBRARY_PATH names is loaded", async () => {
	const env = { NAPI_RS_NATIVE_LIBRARY_PATH: ADDON };
	assert.deepStrictEqual(await load({ env }), {});
});

test("a name of NAPI_RS_NATIVE_LIBRARY_PATH that cannot be loaded is the error, whatever else there is", async (t) => {
	install(t, "etcdjs-linux-x64-gnu", fs.readFileSync(ADDON));
	assert.deepStrictEqual(await load(), {});
	const env = { NAPI_RS_NATIVE_LIBRARY_PATH: "/nowhere/etcdjs.node" };
	const { message, code } = await load({ env });
	assert.match(message, /^etcdjs: .*\/nowhere\/etcdjs.node cannot be loaded/);
	assert.strictEqual(code, "ERR_ETCD_NO_ADDON");
});

test("without the package of this platform, the error names it and says what to do", async () => {
	const { message, code } = await load();
	assert.match(message, /linux-x64-gnu: the package etcdjs-linux-x64-gnu is/);
	for (const word of ["--omit=optional", "lock file", "npm run build"])
		assert.ok(message.includes(word), message);
	assert.strictEqual(code, "ERR_ETCD_NO_ADDON");
});

test("a package whose addon cannot be loaded is not called missing", async (t) => {
	install(t, "etcdjs-linux-x64-gnu", "no library");
	const { message } = await load();
	assert.match(message, /the package etcdjs-linux-x64-gnu cannot be loaded: /);
	assert.doesNotMatch(message, /not installed/);
});

for (const [platform, arch, name] of [
	["darwin", "arm64", "etcdjs-darwin-arm64"],
	["darwin", "x64", "etcdjs-darwin-x64"],
	["linux", "arm64", "etcdjs-linux-arm64-gnu"],
	["win32", "arm64", "etcdjs-win32-arm64-msvc"],
	["win32", "x64", "etcdjs-win32-x64-msvc"],
])
	test(`on ${platform} ${arch} the package is ${name}`, async () => {
		const { message } = await load({ platform, arch });
		assert.ok(message.includes(`the package ${name} is not inst`), message);
	});

test("a platform without a package is called one", async () => {
	const { message } = await load({ platform: "freebsd" });
	assert.match(message, /no native addon for freebsd-x64: .* has none/);
});

test("an executable tells its libc, and where it does not, Node.js's report does", () => {
	const elf = "\x7fELF".padEnd(800, "\0");
	const musl = executable(`${elf}/lib/ld-musl-x86_64.so.1\0`);
	assert.strictEqual(libcOf(musl), "musl");
	const glibc = executable(`${elf}/lib64/ld-linux-x86-64.so.2\0`);
	assert.strictEqual(libcOf(glibc), "gnu");
	assert.strictEqual(libcOf(executable(elf)), "gnu");
	assert.strictEqual(libcOf(path.join(folder, "nothing")), "gnu");
	assert.strictEqual(libcOf(process.execPath), "gnu");
});
