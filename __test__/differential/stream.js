// Plays steps one after the other on a pair of sides, and keeps where the two differ.
const { Player, differing, stored } = require("./lockstep");

const STATE_EVERY = 20;
const HISTORY = 12;
// More would say no more, and each may have waited for a callback in vain.
const MOST_FAILURES = 10;

/** Plays on `sides`, the original's first. */
class Stream {
	constructor({ sides, env, allowed }) {
		Object.assign(this, { sides, env, allowed });
		this.steps = 0;
		this.history = [];
		this.outcomes = [];
		this.failures = [];
	}

	async run(steps) {
		for (const step of steps) {
			await this._play(step);
			if (this.failures.length >= MOST_FAILURES) break;
		}
		for (const side of this.sides) await side.close();
		for (const outcome of this.outcomes) this._checkCallbacks(outcome);
	}

	async _play(step) {
		this.steps++;
		for (const call of step.calls) this.history.push(String(call));
		const players = [];
		for (const side of this.sides) {
			const player = new Player(side, this.env, this.allowed);
			await step.play(player);
			players.push(player);
		}
		this._compare(players);
		await this._after(step);
		for (const player of players) player.close();
	}

	_compare([original, ours]) {
		this.mustResync = original.outcomes.length !== ours.outcomes.length;
		if (this.mustResync) this._fail("the number of calls", original, ours);
		ours.outcomes.forEach(({ call, normal, outcome }, i) => {
			this.outcomes.push(outcome);
			const theirs = original.outcomes[i];
			if (theirs) this._compareOne(call, theirs.normal, normal);
		});
	}

	_compareOne(call, theirs, mine) {
		const fields = theirs ? differing(theirs, mine) : [];
		const isFine = this.allowed.excuse(call, fields, theirs, mine);
		const isPlain = fields.length === 0 && theirs;
		if (!isFine && !isPlain) this._fail(fields, theirs, mine, call);
		if (fields.includes("result") && call.callback) this.mustResync = true;
	}

	_checkCallbacks({ call, calledWithin, pending, later }) {
		const most = pending ? 0 : 1;
		const fail = (what) => this._fail(what, `${most} at most`, later, call);
		if (calledWithin) fail("being called back within the call");
		if (later.length > most) fail("the callbacks that came, in all");
	}

	async _after({ calls }) {
		const isDoubtful = (call) => call.expires || this.allowed.mustResync(call);
		if (this.mustResync || calls.some(isDoubtful)) return this._resync();
		const isSilent = calls.some((call) => !call.callback);
		if (!isSilent && this.steps % STATE_EVERY !== 0) return;
		const { equal, states } = await stored(this.sides);
		if (equal) return;
		this._fail("what is stored", ...states);
		await this._resync();
	}

	async _resync() {
		for (const side of this.sides) await side.wipe();
		this.history.push("(both wiped)");
	}

	_fail(what, original, ours, call) {
		this.mustResync = true;
		const history = this.history.slice(-HISTORY);
		const { steps } = this;
		this.failures.push({ steps, what, original, ours, history, call });
	}
}

module.exports = { Stream };
