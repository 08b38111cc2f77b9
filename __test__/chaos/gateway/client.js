// A client of the v2 API over node:http: one request, one answer, nothing repeated. It has the methods of `etcdjs` that the writers
// and watchers call, and says of each write whether it was acknowledged, refused, or may have been applied.
const http = require("node:http");
const https = require("node:https");
const { once } = require("node:events");
const { text } = require("node:stream/consumers");
const { setTimeout: sleep } = require("node:timers/promises");

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const CLEARED = 401;
const BACKOFF_MS = 20;

/** Why a request has no result. An answer below 500 is a refusal; a refused connection has sent nothing. */
class Unanswered extends Error {
	constructor(gateway, message, { status, ambiguous }) {
		super(message);
		this.status = status;
		this.ambiguous = ambiguous;
		this.endpoint = gateway.url;
		this.attempts = [{ host: gateway.url, error: message }];
	}
}

class HttpClient {
	/**
	 * `gateways`: the servers, each `{url, incarnation}`; `first`: the one to begin with. `timeout` bounds a call, `patience` the time
	 * for an event of a wait, which is else without a limit. `violate` is told of wrong answers.
	 */
	constructor({ gateways, first, ca, timeout, patience, violate }) {
		Object.assign(this, { gateways, timeout, patience, violate });
		this.at = first;
		this.known = new Map();
		this.endings = 0;
		const secure = gateways[0].url.startsWith("https:");
		this.request = (secure ? https : http).request;
		this.agent = new (secure ? https : http).Agent({ keepAlive: true, ca });
	}

	get gateway() {
		return this.gateways[this.at % this.gateways.length];
	}

	/** The server of the last answer, and which of its processes it was. */
	get answered() {
		return this.from;
	}

	set(key, value, ...rest) {
		const [{ prevExist } = {}] = rest.length > 1 ? rest : [];
		const given = prevExist === undefined ? {} : { prevExist };
		this.write(rest.at(-1), "PUT", key, { value, ...given });
	}

	update(key, value, callback) {
		this.write(callback, "PUT", key, { value, prevExist: true });
	}

	push(key, value, callback) {
		this.write(callback, "POST", key, { value });
	}

	compareAndSwap(key, value, prevValue, callback) {
		this.write(callback, "PUT", key, { value, prevValue });
	}

	compareAndDelete(key, prevValue, callback) {
		this.write(
			callback,
			"DELETE",
			`${key}?${new URLSearchParams({ prevValue })}`,
		);
	}

	del(key, callback) {
		this.write(callback, "DELETE", key);
	}

	get(key, { quorum = false }, callback) {
		const path = quorum ? `${key}?quorum=true` : key;
		this.asked("GET", path).then(
			(result) => callback(null, result),
			(err) => callback(err.status === 404 ? null : err),
		);
	}

	async write(callback, method, path, form) {
		await this.registering;
		try {
			callback(null, await this.asked(method, path, form));
		} catch (err) {
			callback(err);
		}
	}

	/** The JSON of the answer to a request. */
	async asked(method, path, form) {
		const { gateway } = this;
		const { timeout } = this;
		const { response } = await this.begun(method, path, { form, timeout });
		const body = await this.bodyOf(gateway, response);
		if (response.statusCode < 300) return this.parsed(body);
		const ambiguous = response.statusCode >= 500;
		if (ambiguous) this.leave(gateway);
		const { statusCode: status } = response;
		throw new Unanswered(gateway, `${status} ${body.trim()}`, {
			status,
			ambiguous,
		});
	}

	/** Sends a request; resolves when the header section of its answer is there. */
	async begun(method, path, { form, timeout }) {
		const { gateway } = this;
		const { incarnation } = gateway;
		const least = this.known.get(incarnation) ?? 0;
		const signal = timeout ? AbortSignal.timeout(timeout) : undefined;
		const request = this.request(`${gateway.url}/v2/keys${path}`, {
			...{ method, signal, agent: this.agent, headers: form ? FORM : {} },
		});
		this.inFlight = request;
		request.on("error", () => {}); // one after the response; before it, once() rejects
		request.end(form && new URLSearchParams(form).toString());
		try {
			const [response] = await once(request, "response");
			if (incarnation === gateway.incarnation)
				this.note(incarnation, least, response);
			return { response, request };
		} catch (err) {
			throw this.unanswered(gateway, err);
		}
	}

	/** An index of a server is never lower than what the same process has said before the request. */
	note(incarnation, least, { headers, statusCode, req }) {
		this.from = incarnation;
		const index = Number(headers["x-etcd-index"] ?? 0);
		if (index === 0) return;
		if (index < least)
			this.violate("an index went back", {
				...{ index, least, statusCode, request: `${req.method} ${req.path}` },
			});
		const known = this.known.get(incarnation) ?? 0;
		this.known.set(incarnation, Math.max(known, index));
	}

	async bodyOf(gateway, response) {
		try {
			return await text(response);
		} catch (err) {
			throw this.unanswered(gateway, err);
		}
	}

	unanswered(gateway, err) {
		this.leave(gateway);
		const ambiguous = err.code !== "ECONNREFUSED";
		return new Unanswered(gateway, `${err.code} ${err.message}`, { ambiguous });
	}

	/** The next request goes to another server. */
	leave(gateway) {
		if (gateway === this.gateway) this.at++;
	}

	parsed(body) {
		try {
			return JSON.parse(body);
		} catch {
			this.violate("an answer is not one JSON value", { body });
			return {};
		}
	}

	/** A chain of waits: each looks from the index behind the event before. `onGap` is told of a history that is lost. */
	wait(key, { recursive, waitIndex, onGap }, onchange) {
		const chain = { key, recursive, from: waitIndex, onGap };
		if (waitIndex === undefined)
			this.registering = new Promise((resolve) => {
				chain.registered = resolve;
			});
		this.follow(chain, onchange);
		return () => this.destroy();
	}

	async follow(chain, onchange) {
		while (!this.isStopped) {
			const result = await this.polled(chain).catch((err) => {
				if (!(err instanceof Unanswered)) throw err;
				this.endings++;
			});
			if (this.isStopped) return;
			if (result) await new Promise((next) => onchange(null, result, next));
			else await sleep(BACKOFF_MS);
		}
	}

	/** One wait; undefined if it ends without an event. */
	async polled(chain) {
		const { gateway, patience } = this;
		const { key, recursive } = chain;
		const index = chain.from === undefined ? {} : { waitIndex: chain.from };
		const query = new URLSearchParams({ wait: true, recursive, ...index });
		const { response } = await this.begun("GET", `${key}?${query}`, {
			timeout: patience,
		});
		if (response.statusCode === 200) this.register(chain, response);
		const body = await this.bodyOf(gateway, response);
		if (response.statusCode !== 200)
			return this.refused(chain, gateway, response.statusCode, body);
		if (body === "") return undefined;
		const event = this.parsed(body);
		chain.from = event.node.modifiedIndex + 1;
		return event;
	}

	/** The header section is there: every event behind its index is due. */
	register(chain, { headers }) {
		chain.from ??= Number(headers["x-etcd-index"]) + 1;
		chain.registered?.();
	}

	refused(chain, gateway, status, body) {
		const { errorCode, index } = this.parsed(body);
		if (errorCode !== CLEARED) {
			if (status < 500) this.violate("a wait is refused", { status, body });
			this.leave(gateway);
			throw new Unanswered(gateway, body, { status });
		}
		chain.onGap(chain.from, index);
		chain.from = index + 1;
		return undefined;
	}

	destroy() {
		this.isStopped = true;
		this.inFlight?.destroy();
		this.agent.destroy();
	}
}

module.exports = { HttpClient };
