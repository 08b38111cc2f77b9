// wrk, a C program without JSON or callbacks. It shows the limit of this machine and this etcd, and is no rival.

const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { promisify } = require("node:util");
const { KEY, VALUE } = require("./workloads");

const run = promisify(execFile);

const PUT = `
wrk.method = "PUT"
wrk.body = "value=${VALUE}"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
`;

const US = { us: 1, ms: 1e3, s: 1e6 };

/** Whether wrk is installed. As root, installs Debian's package. */
async function haveWrk() {
	try {
		await run("wrk", ["-v"]).catch(({ code }) => {
			if (code === "ENOENT") throw new Error("no wrk");
		});
		return true;
	} catch {
		if (process.getuid() !== 0) return false;
	}
	try {
		await run("apt-get", ["install", "-y", "wrk"]);
		return true;
	} catch {
		return false;
	}
}

// "0m1.234s 0m0.567s": user and system time of a shell's commands.
function cpuSeconds(times) {
	const last = times.trim().split("\n").at(-1);
	const parts = last.match(/(\d+)m([\d.]+)s/g).map((part) => {
		const [, minutes, seconds] = /(\d+)m([\d.]+)s/.exec(part);
		return minutes * 60 + Number(seconds);
	});
	return parts[0] + parts[1];
}

function latency(output, share) {
	const [, number, unit] = new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s)`).exec(
		output,
	);
	return number * US[unit];
}

/** The figures of wrk with this many connections, after this many seconds. */
async function wrk(url, method, concurrency, seconds) {
	const script = path.join(os.tmpdir(), `etcdjs-bench-${process.pid}.lua`);
	fs.writeFileSync(script, method === "set" ? PUT : "");
	const target = `${url}/v2/keys/${KEY}`;
	const flags = `-t1 -c${concurrency} -d${seconds}s --latency -s ${script}`;
	const { stdout } = await run("bash", [
		...["-c", `wrk ${flags} ${target} && times`],
	]);
	fs.rmSync(script);
	const calls = Number(/(\d+) requests in/.exec(stdout)[1]);
	const processUs = (cpuSeconds(stdout) * 1e6) / calls;
	return {
		callsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
		...{ processUs, mainThreadUs: processUs },
		...{ p50Us: latency(stdout, 50), p99Us: latency(stdout, 99) },
	};
}

module.exports = { haveWrk, wrk };
