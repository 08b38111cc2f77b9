// Requests to the members themselves, past the proxies and without the package under test: what they
// say is what really happened.
const http = require("node:http");
const https = require("node:https");
const { once } = require("node:events");
const { text } = require("node:stream/consumers");
const { until } = require("../support/etcd/member");

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const NO_ANSWER = { status: 0, headers: {}, body: "" };

/** Resolves with `{status, headers, body}`; rejects when there is silence for `timeout` ms. */
async function send(member, path, { form, timeout, agent, method }) {
	const { request } = member.url.startsWith("https:") ? https : http;
	const sent = request(member.url + path, {
		...member.clientOptions,
		...{ agent: agent ?? false, timeout, method: method ?? "GET" },
		headers: form ? FORM : {},
	});
	sent.on("timeout", () => sent.destroy(new Error("no answer")));
	sent.on("error", () => {}); // one after the response; before it, once() rejects
	sent.end(form && new URLSearchParams(form).toString());
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

/** Sets a key; tries until it is done. */
async function put(members, key, value) {
	let turn = 0;
	await until(
		async () => {
			const member = members[turn++ % members.length];
			const options = { method: "PUT", form: { value }, timeout: 3000 };
			const { status } = await ask(member, `/v2/keys${key}`, options);
			return status === 200 || status === 201;
		},
		() => new Error(`${key} cannot be written`),
	);
}

/** Every key below a directory and its node, read through the leader. */
async function readAll(members, directory) {
	const path = `/v2/keys/${directory}?recursive=true&quorum=true`;
	let turn = 0;
	const body = await until(
		async () => {
			const member = members[turn++ % members.length];
			const answer = await ask(member, path, { timeout: 5000 });
			return answer.status === 200 && answer.body;
		},
		() => new Error(`${directory} cannot be read`),
	);
	return new Map(leaves(JSON.parse(body).node).map((node) => [node.key, node]));
}

function leaves(node) {
	return node.dir ? (node.nodes ?? []).flatMap(leaves) : [node];
}

module.exports = { ask, put, readAll };
