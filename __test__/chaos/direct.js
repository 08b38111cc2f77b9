// Requests to the members themselves, past the proxies and without the package under test: what they
// say is what really happened. They are over the API of the run: v2, or the JSON gateway to v3.
const http = require("node:http");
const https = require("node:https");
const { once } = require("node:events");
const { text } = require("node:stream/consumers");
const { isV3 } = require("../support/etcd/api");
const { until } = require("../support/etcd/member");

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const NO_ANSWER = { status: 0, headers: {}, body: "" };

/** Resolves with `{status, headers, body}`; rejects when there is silence for `timeout` ms. */
async function send(member, path, { form, json, timeout, agent, method }) {
	const { request } = member.url.startsWith("https:") ? https : http;
	const sent = request(member.url + path, {
		...member.clientOptions,
		...{ agent: agent ?? false, timeout, method: method ?? "GET" },
		headers: form ? FORM : {},
	});
	sent.on("timeout", () => sent.destroy(new Error("no answer")));
	sent.on("error", () => {}); // one after the response; before it, once() rejects
	const body = json
		? JSON.stringify(json)
		: form && new URLSearchParams(form).toString();
	sent.end(body);
	const [response] = await once(sent, "response");
	const { statusCode: status, headers } = response;
	return { status, headers, body: await text(response) };
}

/** The same; status 0 where there is no answer. */
async function ask(member, path, options) {
	try {
		return await send(member, path, options);
	} catch {
		return NO_ANSWER;
	}
}

/** A call of the JSON gateway: resolves with its answer, or undefined where there is none. */
async function gateway(member, path, json, timeout = 3000) {
	const options = { method: "POST", json, timeout };
	const { status, body } = await ask(member, `/v3/${path}`, options);
	return status === 200 ? JSON.parse(body) : undefined;
}

const base64 = (text) => Buffer.from(text).toString("base64");
const textOf = (encoded) => Buffer.from(encoded ?? "", "base64").toString();

/** The first answer that one of the members gives. */
function anyAnswer(members, calling, what) {
	let turn = 0;
	return until(
		() => calling(members[turn++ % members.length]),
		() => new Error(`${what} cannot be had`),
	);
}

const OVER_V2 = {
	async put(member, key, value) {
		const options = { method: "PUT", form: { value }, timeout: 3000 };
		const { status } = await ask(member, `/v2/keys${key}`, options);
		return status === 200 || status === 201;
	},

	async leavesOf(member, directory) {
		const path = `/v2/keys/${directory}?recursive=true&quorum=true`;
		const { status, body } = await ask(member, path, { timeout: 5000 });
		return status === 200 && leaves(JSON.parse(body).node);
	},
};

const OVER_V3 = {
	put: (member, key, value) =>
		gateway(member, "kv/put", { key: base64(key), value: base64(value) }),

	/** A key that ends with a slash marks a directory. */
	async leavesOf(member, directory) {
		const [key, range_end] = [`/${directory}/`, `/${directory}0`].map(base64);
		const answer = await gateway(member, "kv/range", { key, range_end });
		const nodes = answer?.kvs?.map((kv) => ({
			key: textOf(kv.key),
			value: textOf(kv.value),
			modifiedIndex: Number(kv.mod_revision),
		}));
		return nodes?.filter((node) => !node.key.endsWith("/"));
	},
};

const OVER = isV3() ? OVER_V3 : OVER_V2;

/** Sets a key; tries until it is done. */
async function put(members, key, value) {
	await anyAnswer(members, (member) => OVER.put(member, key, value), key);
}

/** Every key below a directory and its node, read through the leader. */
async function readAll(members, directory) {
	const read = (member) => OVER.leavesOf(member, directory);
	const nodes = await anyAnswer(members, read, directory);
	return new Map(nodes.map((node) => [node.key, node]));
}

function leaves(node) {
	return node.dir ? (node.nodes ?? []).flatMap(leaves) : [node];
}

module.exports = { anyAnswer, ask, base64, gateway, put, readAll, textOf };
