// Plays the same steps on both packages, the original first, and compares the results.
const { isDeepStrictEqual } = require("node:util");
const { Attempt } = require("./attempt");
const { callOf } = require("./call");
const { Normal } = require("./normalise");
const { troubled } = require("./situations");

const LISTING = callOf("get", { opts: { sorted: true } });

/** Plays one step on one side. */
class Player {
	constructor(side, env, allowed) {
		Object.assign(this, { side, env, allowed });
		this.normal = new Normal(side);
		this.outcomes = [];
		this.own = [];
	}

	/** Ends the clients that were made for one call. */
	close() {
		for (const client of this.own) client.destroy();
	}

	/** Makes a call; `end` its attempt. */
	start(call, options) {
		const isOriginal = this.side.name === "original";
		const changed = isOriginal ? this.allowed.forOriginal(call) : call;
		if (!changed) return { call, skipped: true };
		const client = troubled(call.client, this.side.etcdjs, this.env);
		if (client) this.own.push(client);
		const answered = changed.callback ? undefined : this.env.silent.answered();
		const attempt = new Attempt(changed, this.side, { client, ...options });
		return Object.assign(attempt, { of: call, answered });
	}

	async end(attempt) {
		if (attempt.skipped) {
			this.outcomes.push({ call: attempt.call });
			return undefined;
		}
		const outcome = await attempt.end();
		if (attempt.answered && !outcome.thrown)
			outcome.pending = !(await attempt.answered);
		const { of: call } = attempt;
		const normal = this.normal.outcome({ ...outcome, call }, !call.callback);
		this.outcomes.push({ call, normal, outcome });
		return outcome;
	}

	do(call, options) {
		return this.end(this.start(call, options));
	}
}

/** The fields in which two normal outcomes differ. */
function differing(original, ours) {
	return Object.keys(ours).filter(
		(name) => !isDeepStrictEqual(original[name], ours[name]),
	);
}

/** The states of both sides, and whether they are equal. */
async function stored(sides) {
	const states = await Promise.all(sides.map(stateOf));
	return { equal: isDeepStrictEqual(...states), states };
}

async function stateOf(side) {
	const body = await side.state();
	if (!body.node) return { errorCode: body.errorCode };
	side.see(body);
	return new Normal(side, { call: LISTING }).node(body.node);
}

module.exports = { Player, differing, stored };
