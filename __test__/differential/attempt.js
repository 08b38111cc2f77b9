// A call on one package, and its result.

const DEADLINE_MS = 8_000;

function snapshot(opts) {
	if (typeof opts !== "object" || opts === null) return opts;
	return { ...opts };
}

function invoke(store, method, args) {
	const path = method.split(".");
	const last = path.pop();
	const owner = path.reduce((object, part) => object[part], store);
	return owner[last](...args);
}

/**
 * Makes one call and records its result. `client` replaces the side's; `after` is the attempt
 * whose function `next` is called instead of the method.
 */
class Attempt {
	constructor(call, side, { client, after, deadline = DEADLINE_MS } = {}) {
		this.outcome = { call, later: [] };
		this._callback = call.callback ? [(...got) => this._called(got)] : [];
		this._args = after ? [] : call.arguments(side);
		this._opts = after?._opts ?? this._args[call.names.indexOf("opts")];
		this.outcome.optsGiven = after?.outcome.optsGiven ?? snapshot(this._opts);
		const store = client ?? side.clients[call.client];
		const next = after?.outcome.args?.[2];
		this._call = next ?? ((...args) => invoke(store, call.method, args));
		this._start(deadline);
	}

	/** Resolves with the outcome when the callback has come, or never will. */
	async end() {
		await this._ended;
		process.setUncaughtExceptionCaptureCallback(null);
		this.outcome.optsAtEnd = snapshot(this._opts);
		return this.outcome;
	}

	/** Ends it by the function that the call returned. */
	stop() {
		return this._returned();
	}

	_start(deadline) {
		this._ended = new Promise((resolve) => {
			const timer = setTimeout(() => this._giveUp(), deadline);
			this._end = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		this._catchCrash();
		this._invoke();
		if (this.outcome.thrown || this._callback.length === 0) this._end();
		this.outcome.optsAtReturn = snapshot(this._opts);
	}

	// What is thrown where an answer is read would end the process.
	_catchCrash() {
		process.setUncaughtExceptionCaptureCallback(null);
		process.setUncaughtExceptionCaptureCallback((thrown) => {
			this.outcome.crashed = thrown;
			this._end();
		});
	}

	_invoke() {
		const { outcome } = this;
		outcome.sync = true;
		try {
			this._returned = this._call(...this._args, ...this._callback);
			outcome.returned = typeof this._returned;
		} catch (thrown) {
			outcome.thrown = thrown;
		}
		outcome.sync = false;
	}

	_called(results) {
		const { outcome } = this;
		outcome.later.push(results);
		if (outcome.args) return;
		outcome.args = results;
		outcome.calledWithin = outcome.sync;
		this._end();
	}

	_giveUp() {
		this.outcome.pending = true;
		if (typeof this._returned === "function") this.stop();
		this._end();
	}
}

module.exports = { Attempt };
