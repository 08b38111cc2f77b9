// `npm run demo` in a fresh checkout: it fetches no npm package, and on Windows it needs nothing that only other systems have.
const assert = require("node:assert/strict");
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { promisify } = require("node:util");
const { ROOT } = require("../../scripts/run");

const execute = promisify(execFile);
const CHECKOUT = ["index.js", "promises.js", "package.json", "lib", "scripts"];
const OTHERS = [
	"Cargo.toml",
	"Cargo.lock",
	".cargo",
	"build.rs",
	"src",
	"__test__",
];

/** What cargo names the addon, by the platform. */
const LIBRARIES = {
	darwin: "libetcdjs.dylib",
	linux: "libetcdjs.so",
	win32: "etcdjs.dll",
};

/** Makes a process believe that it is on a platform. On Windows a detached process has no console, and no group to signal. */
const platformOf = (name) => `
Object.defineProperty(process, "platform", { value: "${name}" });
const children = require("node:child_process");
const { spawn } = children;
if ("${name}" === "win32") {
	children.spawn = (command, args, options) => {
		if (options.detached) throw new Error("a command without a console");
		return spawn(command, args, options);
	};
	const { kill } = process;
	process.kill = (pid, signal) => {
		if (pid < 0) throw new Error("Windows has no process groups");
		return kill(pid, signal);
	};
}`;

/** A cargo whose build is the addon of this checkout. */
const cargoOf = (target, library) => `#!${process.execPath}
const fs = require("node:fs");
const folder = ${JSON.stringify(path.join(target, "release"))};
if (process.argv[2] === "metadata")
	console.log(JSON.stringify({ target_directory: ${JSON.stringify(target)} }));
if (process.argv[2] === "build") {
	fs.mkdirSync(folder, { recursive: true });
	const addon = ${JSON.stringify(path.join(ROOT, "etcdjs.node"))};
	fs.symlinkSync(addon, folder + "/${library}");
}`;

/** A fresh checkout, and a folder of programs that has no npm and no C compiler. */
function stage(t, platform) {
	const root = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-demo-"));
	t.after(() => fs.rmSync(root, { recursive: true }));
	const programs = path.join(root, "programs");
	fs.mkdirSync(programs);
	for (const name of CHECKOUT)
		fs.cpSync(path.join(ROOT, name), path.join(root, name), {
			recursive: true,
		});
	for (const name of OTHERS)
		fs.symlinkSync(path.join(ROOT, name), path.join(root, name));
	const cargo = cargoOf(path.join(root, "target"), LIBRARIES[platform]);
	fs.writeFileSync(path.join(programs, "cargo"), cargo, { mode: 0o755 });
	fs.writeFileSync(path.join(root, "platform.js"), platformOf(platform));
	return { root, programs };
}

function demo({ root, programs }) {
	const env = {
		PATH: programs,
		NODE_OPTIONS: `--require ${path.join(root, "platform.js")}`,
	};
	const options = { cwd: root, env };
	return execute(process.execPath, ["scripts/demo.js"], options);
}

for (const platform of Object.keys(LIBRARIES))
	test(`the demo of a fresh checkout runs on ${platform} with Node.js and cargo alone`, async (t) => {
		const place = stage(t, platform);
		if (platform !== "win32")
			fs.symlinkSync(process.execPath, path.join(place.programs, "cc"));
		const { stdout } = await demo(place);
		assert.match(stdout, /fault.*\n.*ambiguous: true.*\n.*\n\n── done\n$/);
		assert.ok(!fs.existsSync(path.join(place.root, "node_modules")));
	});

test("a missing linker is told where a system has no other one", async (t) => {
	const { stderr } = await demo(stage(t, "linux")).catch((err) => err);
	assert.equal(
		stderr,
		"a C linker is missing: install gcc or clang (the command cc)\n",
	);
});
