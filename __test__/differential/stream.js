// Plays steps one after the other on a pair of sides, and keeps where the two differ.
const { Player, differing, stored } = require("./lockstep");
const { report } = require("./report");

const STATE_EVERY = 20;
// More would say no more, and each may have waited for a callback in vain.
const MOST_FAILURES = 10;

/** Plays on `sides`, the original's first. */
class Stream {
	constructor({ sides, env, allowed }) {
		Object.assign(this, { sides, env, allowed });
		this.steps = 0;
		this.calls = 0;
		this.history = [];
		this.outcomes = [];
		this.failures = [];
	}

	/** Plays all steps, and ends. */
	async run(steps) {
		for (const step of steps) {
			await this.play(step);
			if (this.failures.length >= MOST_FAILURES) break;
		}
		await this.close();
	}

	async play(step) {
		this.steps++;
		this.calls += step.calls.length;
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

	/** Compares what both sides have stored. */
	async compareStored() {
		const { equal, states } = await stored(this.sides);
		if (equal) return;
		this._fail("what is stored", ...states);
		await this._resync();
	}

	/** Removes the keys and ends the clients. */
	async close() {
		for (const side of this.sides) await side.close();
		this._checkCallbacks();
	}

	/** Whether callbacks came too often since the end. */
	hasFailedLate() {
		this._checkCallbacks();
		return this.failures.length > 0;
	}

	/** The failures as text; "" if there are none. */
	get report() {
		return report(this.failures);
	}

	throwFailures() {
		if (this.failures.length > 0) throw new Error(this.report);
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

	_checkCallbacks() {
		for (const { call, calledWithin, pending, later } of this.outcomes) {
			const most = pending ? 0 : 1;
			const fail = (what) => this._fail(what, `${most} at most`, later, call);
			if (calledWithin) fail("being called back within the call");
			if (later.length > most) fail("the callbacks that came, in all");
		}
	}

	async _after({ calls }) {
		const isDoubtful = (call) => call.expires || this.allowed.mustResync(call);
		if (this.mustResync || calls.some(isDoubtful)) return this._resync();
		const isSilent = calls.some((call) => !call.callback);
		if (isSilent || this.steps % STATE_EVERY === 0) await this.compareStored();
	}

	async _resync() {
		for (const side of this.sides) await side.wipe();
		this.history.push("(both wiped)");
	}

	_fail(what, original, ours, call) {
		this.mustResync = true;
		const { history, steps } = this;
		const before = [...history];
		this.failures.push({ steps, what, original, ours, history: before, call });
	}
}

module.exports = { Stream };
