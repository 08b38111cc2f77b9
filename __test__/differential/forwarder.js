// A host before etcd that knows when calls without a callback have had their answer.
const { EventEmitter, once } = require("node:events");
const http = require("node:http");
const { buffer } = require("node:stream/consumers");
const { scriptedHost } = require("../support");

const DEADLINE_MS = 8_000;

// The path goes on as it came: nothing may tidy it.
function send(url, { method, url: path, headers, body }) {
	const { hostname, port } = new URL(url);
	const passed = { ...headers, connection: "close" };
	return new Promise((resolve, reject) => {
		http
			.request({ hostname, port, method, path, headers: passed }, resolve)
			.on("error", reject)
			.end(body);
	});
}

async function answerOf(url, request) {
	const response = await send(url, request);
	const { statusCode: status, headers } = response;
	const body = await buffer(response);
	delete headers["transfer-encoding"];
	delete headers.connection;
	return { status, headers, body };
}

/** Starts one before the etcd at `url`. */
async function forwarder(url) {
	const answers = new EventEmitter();
	const host = await scriptedHost(async (request) => {
		const answer = await answerOf(url, request);
		answers.emit("answer");
		return answer;
	});
	/** Resolves with whether the next call has been answered in time. */
	const answered = () => {
		const signal = AbortSignal.timeout(DEADLINE_MS);
		const answer = once(answers, "answer", { signal });
		return answer.then(
			() => true,
			() => false,
		);
	};
	return { url: host.url, close: host.close, answered };
}

module.exports = { forwarder };
