// A real npm registry on loopback: it has the packages of this project, packed as they are
// published, and passes the rest on to the registry that npm is configured with.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");
const { capture } = require("../../../scripts/run");
const { PACKAGING } = require("../../../scripts/tools");
const { own, disown } = require("../etcd/reaper");

const TOKEN = "any";

/** Resolves with a setting of npm's, or undefined. */
async function npmConfig(name) {
	const value = (await capture("npm", ["config", "get", name])).trim();
	return ["null", "undefined", ""].includes(value) ? undefined : value;
}

function configuration(storage, upstream) {
	const open = { access: "$all", publish: "$all" };
	return {
		storage,
		configPath: path.join(storage, "config.yaml"),
		self_path: storage,
		uplinks: { upstream: { url: upstream, timeout: "60s", maxage: "10m" } },
		packages: {
			etcdjs: open,
			"etcdjs-*": open,
			"**": { ...open, proxy: "upstream" },
		},
		log: { type: "stdout", format: "json", level: "fatal" },
		max_body_size: "20mb",
	};
}

async function start(storage) {
	const config = configuration(storage, await npmConfig("registry"));
	const authority = await npmConfig("cafile");
	const child = spawn(process.execPath, [__filename, JSON.stringify(config)], {
		env: {
			...process.env,
			...(authority ? { NODE_EXTRA_CA_CERTS: authority } : {}),
		},
		stdio: ["pipe", "pipe", "inherit"],
	});
	own(storage, child.pid);
	const lines = readline.createInterface({ input: child.stdout });
	for await (const line of lines) {
		if (line.startsWith("http:")) return { child, url: line };
		console.error(line);
	}
	throw new Error("the registry did not start");
}

function npmrc(storage, url) {
	const file = path.join(storage, "npmrc");
	const settings = [
		`registry=${url}`,
		`${url.replace("http:", "")}:_authToken=${TOKEN}`,
		`cache=${path.join(storage, "cache")}`,
		...["audit", "fund", "update-notifier"].map((name) => `${name}=false`),
	];
	fs.writeFileSync(file, `${settings.join("\n")}\n`);
	return file;
}

// All of them in one process of npm.
async function publish(folder, options) {
	const workspaces = fs.readdirSync(folder, { withFileTypes: true });
	const names = workspaces.filter((w) => w.isDirectory()).map((w) => w.name);
	const manifest = JSON.stringify({ private: true, workspaces: names });
	fs.writeFileSync(path.join(folder, "package.json"), manifest);
	const args = ["publish", "--workspaces", ...options];
	await capture("npm", args, { cwd: folder });
}

/** Resolves with `{url, npmrc, stop}` when it has the packages in a folder. */
async function startRegistry(folder) {
	const storage = fs.mkdtempSync(path.join(os.tmpdir(), "etcdjs-registry-"));
	const { child, url } = await start(storage);
	const stop = async () => {
		child.kill();
		await once(child, "exit");
		disown(storage);
	};
	const userConfig = npmrc(storage, url);
	await publish(folder, ["--userconfig", userConfig, "--registry", url]);
	return { url, npmrc: userConfig, stop };
}

async function serve(config) {
	const { runServer } = require(
		require.resolve("verdaccio", { paths: [PACKAGING] }),
	);
	const server = await runServer(config);
	server.listen(0, "127.0.0.1", () => {
		console.log(`http://127.0.0.1:${server.address().port}/`);
	});
	process.stdin.resume().on("end", () => process.exit());
}

if (require.main === module) serve(JSON.parse(process.argv[2]));

module.exports = { npmConfig, startRegistry };
