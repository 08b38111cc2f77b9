// What really happened, on the v3 API: every event of a directory, which etcd tells again from any revision that is not compacted.
const http = require("node:http");
const https = require("node:https");
const { once } = require("node:events");
const { anyAnswer, base64, gateway, textOf } = require("./direct");

const ACT = "etcdjs/act";
const TIMEOUT_MS = 5000;

/** From the first key of a node up to the keys after the records of the actions. */
const ALL = { key: base64("/"), range_end: base64("f") };

async function revisionOf(members) {
	const read = (member) => gateway(member, "kv/range", ALL);
	const answer = await anyAnswer(members, read, "the revision");
	return Number(answer.header.revision);
}

class ReferenceV3 {
	/** Counts the events of the directory from now on. */
	static async open(members, directory) {
		const index = await revisionOf(members);
		return new ReferenceV3(members, directory, index);
	}

	constructor(members, directory, index) {
		Object.assign(this, { members, directory, index });
		this.first = index + 1;
		this.events = [];
	}

	/** Resolves when it has all events up to this index. */
	async upTo(index) {
		if (this.index >= index) return;
		const from = this.index + 1;
		const read = (member) => this.read(member, from, index);
		const changes = await anyAnswer(this.members, read, `revision ${index}`);
		// A batch may have later events too, which the next reading brings.
		const due = changes.filter((change) => change.index <= index);
		for (const revision of byRevision(due)) this.take(revision);
		this.index = index;
	}

	/** All changes of the keys from a revision up to another one, or undefined if the member does not tell them. */
	async read(member, from, to) {
		const { request } = member.url.startsWith("https:") ? https : http;
		const sent = request(`${member.url}/v3/watch`, {
			...member.clientOptions,
			...{ agent: false, method: "POST", timeout: TIMEOUT_MS },
		});
		const watch = { ...ALL, start_revision: from, prev_kv: true };
		sent.on("timeout", () => sent.destroy(new Error("no answer")));
		sent.on("error", () => {}); // one after the response; before it, once() rejects
		sent.end(JSON.stringify({ create_request: watch }));
		try {
			const [response] = await once(sent, "response");
			return await changesUpTo(to, response.setEncoding("utf8"));
		} catch {
			return undefined;
		} finally {
			sent.destroy();
		}
	}

	/** The changes of one revision are one event, whose action is in the record of the revision. */
	take(changes) {
		const record = changes.find(({ key }) => key === ACT);
		const act = record && JSON.parse(record.value);
		const prefix = `/${this.directory}/`;
		for (const { key, value, isDelete, prevValue, index } of changes) {
			if (!key.startsWith(prefix) || key.endsWith("/")) continue;
			const isOfRecord = act?.key === key;
			const plain = isDelete ? "delete" : "set";
			const action = isOfRecord ? act.action : plain;
			this.events.push({
				index,
				action,
				key,
				value,
				prevValue,
				dir: undefined,
			});
		}
	}

	/** It reads the events later. */
	async keepsUp() {}

	/** Reads all events up to now, and lets etcd compact them; resolves with the revision. */
	async outlast() {
		const revision = await revisionOf(this.members);
		await this.upTo(revision);
		const compact = (member) =>
			gateway(member, "kv/compaction", { revision, physical: true });
		await anyAnswer(this.members, compact, "a compaction");
		return revision;
	}

	async close() {}
}

/** Reads answers, each a line of JSON. */
async function changesUpTo(revision, response) {
	const changes = [];
	let rest = "";
	for await (const text of response) {
		const lines = (rest + text).split("\n");
		rest = lines.pop();
		for (const line of lines) {
			const { result } = JSON.parse(line);
			if (!result || result.canceled) return undefined;
			changes.push(...(result.events ?? []).map(changeOf));
		}
		if (changes.at(-1)?.index >= revision) return changes;
	}
	return undefined;
}

function changeOf({ type, kv, prev_kv: before }) {
	const isDelete = type === "DELETE";
	return {
		index: Number(kv.mod_revision),
		isDelete,
		key: textOf(kv.key),
		value: isDelete ? undefined : textOf(kv.value),
		prevValue: before && textOf(before.value),
	};
}

function byRevision(changes) {
	const groups = new Map();
	for (const change of changes) {
		if (!groups.has(change.index)) groups.set(change.index, []);
		groups.get(change.index).push(change);
	}
	return groups.values();
}

module.exports = { ReferenceV3 };
