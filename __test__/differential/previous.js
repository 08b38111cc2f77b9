// Previous values of generated calls: the stored one about as often as another, so that compares succeed.
const fc = require("fast-check");
const { OTHER_VALUES, PLAIN_VALUES } = require("./values");
const { chance } = require("./weighted");

/** A previous value as fast-check draws it: what is stored is known only when the call is made. */
class PreviousDraft {
	constructor(drawn) {
		Object.assign(this, drawn);
	}

	/** The value, where `stored` is the text that the key has; undefined if it has none. */
	resolve(stored, { isJson }) {
		if (stored === undefined || !this.isStored) return this.other;
		if (!isJson) return stored;
		try {
			return JSON.parse(stored);
		} catch {
			return stored;
		}
	}
}

/** Previous values. `plain` is for a call that fails for another reason. */
const PREVIOUS = fc
	.record({ isStored: chance(60), other: OTHER_VALUES, plain: PLAIN_VALUES })
	.map((drawn) => new PreviousDraft(drawn));

module.exports = { PREVIOUS };
