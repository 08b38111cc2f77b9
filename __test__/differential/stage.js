// Hosts that give odd answers, on which both packages make the same calls.
const { scriptedHost } = require("../support");
const { Attempt } = require("./attempt");
const { shown } = require("./normalise");
const { GOOD } = require("./odd-answers");

// A wait asks again where an answer has no event; no other call does.
const MOST_SUCCESSES = 2;

// What went over the wire, as a line: the order of parameters is nobody's business.
function line(host, { method, url, headers, body }) {
	const { pathname, searchParams } = new URL(url, "http://host");
	const form = new URLSearchParams(body);
	for (const parameters of [searchParams, form]) parameters.sort();
	const type = headers["content-type"] ?? "";
	return `${host} ${method} ${pathname}?${searchParams} ${type} ${form}`;
}

/** An odd host and a good one, on which calls are made one at a time. */
class Stage {
	static async open(packages) {
		const stage = new Stage();
		stage.packages = packages;
		stage.log = [];
		stage.odd = await scriptedHost((request) => stage._replyOdd(request));
		stage.good = await scriptedHost((request) => {
			stage.log.push(line("good", request));
			return GOOD;
		});
		return stage;
	}

	/** Makes a call on one package; resolves with what it shows and the requests that it made. */
	async play(call, name) {
		this.answer = call.answer;
		this.log = [];
		const { url } = this.odd;
		const urls = [url, this.good.url].slice(0, call.hosts);
		const client = this.packages[name](urls, { json: call.storesJson });
		const side = { prefix: "", unnamed: (text) => text, url };
		const attempt = new Attempt(call, side, { client });
		const outcome = await attempt.end();
		const requests = this.log;
		this.answer = GOOD;
		client.destroy();
		return { ...shown(outcome), wire: requests };
	}

	_replyOdd(request) {
		const { answer, log } = this;
		log.push(line("odd", request));
		if (request.url.startsWith("/other")) return GOOD;
		if (answer.status < 300 && log.length > MOST_SUCCESSES) return GOOD;
		if (answer.fault) return answer.fault;
		if (answer.location === undefined) return answer;
		const { url, host } = this.odd;
		const location = answer.location
			.replace("{url}", url)
			.replace("{host}", host);
		return { ...answer, headers: { location } };
	}

	close() {
		return Promise.all([this.odd.close(), this.good.close()]);
	}
}

module.exports = { Stage };
