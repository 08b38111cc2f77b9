// Chance that can be repeated: the same seed makes the same choices.

/** A function that returns numbers from 0 up to 1: mulberry32. */
function mulberry32(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Random choices. */
class Chance {
	constructor(seed) {
		this.number = mulberry32(seed);
	}

	/** An integer from 0 up to `limit`. */
	below(limit) {
		return Math.floor(this.number() * limit);
	}

	/** True with this probability. */
	happens(probability) {
		return this.number() < probability;
	}

	one(list) {
		return list[this.below(list.length)];
	}

	/** One key of `weights`, a name → weight object. */
	weighted(weights) {
		const entries = Object.entries(weights);
		const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
		let left = this.number() * total;
		for (const [name, weight] of entries) {
			left -= weight;
			if (left < 0) return name;
		}
		return entries[0][0];
	}
}

module.exports = { Chance };
