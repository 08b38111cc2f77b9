// What really happened: every event of a directory, read one after the other from the members themselves.
const http = require("node:http");
const https = require("node:https");
const { setTimeout: sleep } = require("node:timers/promises");
const { until } = require("../support/etcd/member");
const { isV3 } = require("../support/etcd/api");
const { ask } = require("./direct");
const { ReferenceV3 } = require("./reference-v3");

// A member that hangs is left after this.
const SILENCE_MS = 500;
// etcd's history has 1,000 events.
const CLOSE = 300;

class ReferenceV2 {
	/** Follows the directory from now on. */
	static async open(members, directory) {
		const { headers } = await ask(members[0], "/v2/keys/", { timeout: 2000 });
		const reference = new ReferenceV2(members, directory);
		reference.index = Number(headers["x-etcd-index"]);
		reference.first = reference.index + 1;
		reference.following = reference.follow();
		return reference;
	}

	constructor(members, directory) {
		this.members = members;
		this.path = `/v2/keys/${directory}?wait=true&recursive=true&waitIndex=`;
		this.events = [];
		this.turn = 0;
		this.closed = false;
		const { Agent } = members[0].url.startsWith("https:") ? https : http;
		this.agents = members.map(() => new Agent({ keepAlive: true }));
	}

	async follow() {
		while (!this.closed) {
			const at = this.turn % this.members.length;
			const answer = await ask(
				this.members[at],
				`${this.path}${this.index + 1}`,
				{ timeout: SILENCE_MS, agent: this.agents[at] },
			);
			if (!this.take(answer)) await this.leave();
		}
	}

	async leave() {
		this.turn++;
		await sleep(10);
	}

	take({ status, body }) {
		if (status === 400) this.lost = body;
		if (status !== 200 || !body.trim()) return false;
		const { action, node, prevNode } = JSON.parse(body);
		this.index = node.modifiedIndex;
		const { key, value, dir } = node;
		const prevValue = prevNode?.value;
		this.events.push({ index: this.index, action, key, value, prevValue, dir });
		return true;
	}

	/** Resolves when it has come to this index. */
	async upTo(index) {
		await until(
			() => this.lost || this.index >= index,
			() => new Error("the reference does not follow"),
		);
		if (this.lost) throw new Error(`the reference lost events: ${this.lost}`);
	}

	/** Resolves when it is so close behind these writes that it loses no event itself. */
	async keepsUp(written) {
		await until(
			() => this.lost || this.events.length > written - CLOSE,
			() => new Error("the reference does not follow"),
		);
	}

	/** Resolves when it has more events than these, which etcd's history no longer has. */
	async outlast(count) {
		await until(
			() => this.events.length > count,
			() => new Error("the reference does not follow"),
		);
	}

	async close() {
		this.closed = true;
		for (const agent of this.agents) agent.destroy();
		await this.following;
	}
}

module.exports = { Reference: isV3() ? ReferenceV3 : ReferenceV2 };
