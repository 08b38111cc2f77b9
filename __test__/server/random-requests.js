// Random raw requests of a seed. What one contains is in odd.js.
const { Chance } = require("../differential/prng");
const odd = require("./odd");

const METHODS = {
	GET: 8,
	PUT: 14,
	POST: 4,
	DELETE: 6,
	HEAD: 2,
	OPTIONS: 0.2,
	PATCH: 0.2,
	TRACE: 0.1,
	put: 0.1,
	"M-SEARCH": 0.1,
};

/** Resources other than keys. Their answers differ in what the servers are: only the methods that have fixed answers. */
const RESOURCES = [
	"/version",
	"/version/",
	"/health",
	"/v2/stats/leader/x",
	"/v2/stats/self/",
	"/v2/stats",
	"/v2/keysx",
	"/v2",
	"/",
	"/V2/keys/r",
	"/%762/keys/r",
	"/v2%2Fkeys/r",
	"/v2/machines/",
];

/** What must be escaped in a request line (docs/server.md): some characters, and bytes that are not UTF-8. */
const TO_ESCAPE = /[^!$-;=?-_a-~\xc3\xbc]|\xc3(?!\xbc)|(?<!\xc3)\xbc/g;

/** Request lines longer than this are refused by etcd. */
const MAX_LINE = 4_000;

/** Which parameters a method has in most of its requests. */
const USUAL = {
	GET: ["recursive", "sorted", "quorum"],
	HEAD: ["recursive", "sorted", "quorum"],
	PUT: [
		...["value", "value", "value", "dir", "ttl", "prevExist", "prevValue"],
		...["prevIndex", "refresh", "noValueOnSuccess"],
	],
	POST: ["value", "value", "ttl", "dir", "noValueOnSuccess"],
	DELETE: ["recursive", "dir", "prevValue", "prevIndex"],
};

/** So long a body may be without its reader: Go ends a connection behind a longer one, and its answer may be lost (RFC 9112 §9.6). */
const MOST_UNREAD = 250_000;

/** Makes requests as `{method, text}`. `first`: the index of the store at the beginning; `index`: the latest one. */
class Generator {
	constructor(seed, first = 1) {
		this.first = first;
		this.index = first;
		this.chance = new Chance(seed);
	}

	/** `@-2@` is the index before the one before the latest. */
	#indexed(text) {
		return text.replace(/@(-?\d+)@/g, (_, offset) =>
			String(Math.max(this.first, this.index + Number(offset))),
		);
	}

	#list(limit, make) {
		return Array.from({ length: this.chance.below(limit + 1) }, make);
	}

	#segment() {
		const { chance } = this;
		if (chance.happens(0.02)) return chance.one(odd.CROOKED);
		if (chance.happens(0.004)) return chance.one(odd.BROKEN);
		if (chance.happens(0.01)) return "n".repeat(chance.below(1500));
		// The first names often meet again.
		return odd.NAMES[chance.below(chance.happens(0.75) ? 6 : odd.NAMES.length)];
	}

	#path() {
		const { chance } = this;
		if (chance.happens(0.03)) return chance.one(RESOURCES);
		if (chance.happens(0.01)) return chance.one(["/v2/keys", "/v2/keys/"]);
		const segments = this.#list(chance.happens(0.9) ? 3 : 9, () =>
			this.#segment(),
		);
		const end = chance.happens(0.1) ? "/" : "";
		return `/v2/keys/r${segments.map((one) => `/${one}`).join("")}${end}`;
	}

	#parameter(method) {
		const { chance } = this;
		if (chance.happens(0.01)) return chance.one(odd.STRAY);
		const all = Object.keys(odd.PARAMETERS);
		const isUsual = method in USUAL && chance.happens(0.93);
		const name = chance.one(isUsual ? USUAL[method] : all);
		const values = odd.PARAMETERS[name];
		// The first values are the usual ones.
		const limit = chance.happens(0.85) ? 6 : values.length;
		const value = values[chance.below(Math.min(limit, values.length))];
		return `${name}=${this.#indexed(value)}`;
	}

	#parameters(method, limit) {
		return this.#list(limit, () => this.#parameter(method)).join("&");
	}

	/** The order of a listing is random in etcd without `sorted`. A wait is no part of a random request, and neither is a stream. */
	#query(method) {
		const isRead = method === "GET" || method === "HEAD";
		const some = this.#parameters(method, this.chance.happens(0.3) ? 4 : 1);
		const safe = some.replace(/(wait|stream)=([^&]*)/g, "$1=false$2");
		if (isRead) return `?sorted=true&${safe}`;
		return safe === "" && this.chance.happens(0.9) ? "" : `?${safe}`;
	}

	#target(method) {
		const path = this.#path();
		const target = path + this.#query(method);
		const escaped = target.replace(
			TO_ESCAPE,
			(one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`,
		);
		if (escaped.length > MAX_LINE) return `${path}?sorted=true`;
		return this.chance.happens(0.01) ? `http://localhost${escaped}` : escaped;
	}

	#form() {
		const { chance } = this;
		const form = this.#parameters("PUT", 4);
		if (!chance.happens(0.004)) return form;
		return `${form}&value=${"z".repeat(chance.below(MOST_UNREAD))}`;
	}

	/** The framing of a form, with its bytes. */
	#body(form) {
		const { chance } = this;
		if (chance.happens(0.85)) {
			const zeros = chance.happens(0.02) ? "00" : "";
			return [`Content-Length: ${zeros}${form.length}`, form];
		}
		let [chunks, rest] = ["", form];
		while (rest !== "") {
			const size = 1 + chance.below(chance.happens(0.8) ? 9 : 5000);
			const chunk = rest.slice(0, size);
			rest = rest.slice(size);
			const hex = chunk.length.toString(16);
			const extension = chance.one(["", "", "", ";a", ';a="b"', " "]);
			chunks += `${chance.one(["", "", "0"])}${hex}${extension}\r\n${chunk}\r\n`;
		}
		const coding = chance.one(["chunked", "chunked", "Chunked", "CHUNKED"]);
		return [`Transfer-Encoding: ${coding}`, `${chunks}0\r\n\r\n`];
	}

	/** The fields of a request, in any order, and its body. */
	#fieldsAndBody(method) {
		const { chance } = this;
		const fields = [chance.one(odd.HOSTS)];
		if (chance.happens(0.25)) fields.push(chance.one(odd.FIELDS));
		if (chance.happens(0.05)) fields.push(chance.one(odd.FIELDS));
		const hasForm = method === "PUT" || method === "POST";
		if (!chance.happens(hasForm ? 0.97 : 0.08)) return [fields, ""];
		const [framing, body] = this.#body(this.#form());
		fields.push(framing);
		const name = chance.one(["Content-Type", "content-type", "CONTENT-TYPE"]);
		fields.push(`${name}: ${chance.one(odd.CONTENT_TYPES)}`);
		if (chance.happens(0.02)) fields.push("Expect: 100-Continue");
		return [fields, body];
	}

	/** A request, mostly of HTTP/1.1. */
	request() {
		const { chance } = this;
		const method = chance.weighted(METHODS);
		const wanted = this.#target(method);
		const [fields, body] = this.#fieldsAndBody(method);
		// What is sent behind a refusal may cost its answer (RFC 9112 §9.6).
		const target = body.length < 5000 ? wanted : "/v2/keys/r/a?sorted=true";
		const end = chance.happens(0.02) ? "\n" : "\r\n";
		// How connections with HTTP/1.0 go on is only asked with one field Connection.
		const isOfNew = /transfer-encoding|connection/i.test(fields.join());
		const isBroken = /%(?![0-9a-f]{2})/i.test(target.split("?")[0]);
		const isOld = chance.happens(0.03) && !isOfNew && !isBroken;
		const head = [`${method} ${target} HTTP/1.${isOld ? 0 : 1}`, ...fields];
		if (isOld && chance.happens(0.5)) head.push("Connection: keep-alive");
		return { method, text: head.join(end) + end + end + body };
	}

	/** A wait, mostly from a past index. */
	wait() {
		const { chance } = this;
		const back = chance.happens(0.9) ? chance.below(12) : chance.below(2400);
		const index = chance.happens(0.9) ? `&waitIndex=@${-back}@` : "";
		const recursive = chance.happens(0.6) ? "&recursive=true" : "";
		const names = this.#list(2, () => `/${chance.one(["a", "b", "c", "_h"])}`);
		const target = `/v2/keys/r${names.join("")}?wait=true${index}${recursive}`;
		const text = `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
		return {
			method: "GET",
			text: this.#indexed(text),
			woken: `/r${names.join("")}`,
		};
	}
}

module.exports = { Generator };
