// One of the two packages in a stream: its clients, its prefix, and what it has seen of its keys.
const http = require("node:http");
const { text } = require("node:stream/consumers");

/** Sends a request past both packages; resolves with `{status, body}`. */
async function raw(url, method = "GET") {
	const response = await new Promise((resolve, reject) => {
		const request = http.request(url, { method }, resolve);
		request.on("error", reject).end();
	});
	return { status: response.statusCode, body: await text(response) };
}

const IN_ORDER = /\d{20}/g;
const GONE = ["delete", "expire", "compareAndDelete"];

/** `name` is "original" or "ours"; `prefix` is its own, as long as the other's. */
class Side {
	constructor({ name, etcdjs, url, prefix, number }) {
		Object.assign(this, { name, etcdjs, url, prefix, number });
		this.clients = {
			plain: etcdjs(url),
			json: etcdjs(url, { json: true }),
		};
		this.forget();
	}

	/** Forgets its keys and all indexes seen. */
	forget() {
		this.model = new Map();
		this.indexes = new Set();
		this.lastIndex = 0;
		this.inOrder = [];
	}

	/** Whether a key of an answer is one of its own. */
	owns(key) {
		return `${key}/`.startsWith(`/${this.prefix}`) || key === `/${this.number}`;
	}

	/** The text of a key with in-order names, each by when it was made: `(new 0)`. */
	named(key) {
		return key.replace(IN_ORDER, (name) => {
			if (!this.inOrder.includes(name)) this.inOrder.push(name);
			return `(new ${this.inOrder.indexOf(name)})`;
		});
	}

	/** The opposite of `named`. */
	unnamed(text) {
		return text.replace(/\(new (\d+)\)/g, (_all, n) => this.inOrder[n]);
	}

	/** Remembers the indexes and the keys of an answer, whose values may be `parsed`. */
	see({ action, node, prevNode }, parsed = false) {
		this._seeNode(node, (own) => this._model(own, action, parsed));
		this._seeNode(prevNode, () => {});
	}

	_seeNode(node, remember) {
		if (typeof node !== "object" || node === null) return;
		if (this.owns(node.key)) this._seeOwn(node, remember);
		// In-order names are known by when they were seen: that must not be etcd's random order.
		const children = Array.isArray(node.nodes) ? [...node.nodes] : [];
		children.sort((a, b) => (a?.key < b?.key ? -1 : 1));
		for (const child of children) this._seeNode(child, remember);
	}

	_seeOwn(node, remember) {
		for (const index of [node.modifiedIndex, node.createdIndex]) {
			if (typeof index !== "number") continue;
			this.indexes.add(index);
			this.lastIndex = Math.max(this.lastIndex, index);
		}
		remember(node);
	}

	_model(node, action, parsed) {
		const start = `/${this.prefix}`;
		if (!node.key.startsWith(start)) return;
		const path = this.named(node.key.slice(start.length));
		if (!GONE.includes(action)) {
			const { modifiedIndex: index } = node;
			const value = parsed ? JSON.stringify(node.value) : node.value;
			this.model.set(path, { value, index });
			return;
		}
		for (const known of this.model.keys())
			if (known === path || known.startsWith(`${path}/`))
				this.model.delete(known);
	}

	/** What is stored below its prefix, as etcd gives it. */
	async state() {
		const query = "?recursive=true&sorted=true&quorum=true";
		const { body } = await raw(`${this.url}/v2/keys/${this.prefix}${query}`);
		return JSON.parse(body);
	}

	/** Removes all its keys. */
	async wipe() {
		const keys = `${this.url}/v2/keys/`;
		await raw(`${keys}${this.prefix}?recursive=true&dir=true`, "DELETE");
		await raw(`${keys}${this.number}`, "DELETE");
		this.forget();
	}

	async close() {
		await this.wipe();
		for (const client of Object.values(this.clients)) client.destroy();
	}
}

module.exports = { Side, raw };
