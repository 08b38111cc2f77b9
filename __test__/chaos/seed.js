// The seed of a run: CHAOS_SEED makes the same faults happen again.

function seed() {
	const given = process.env.CHAOS_SEED;
	return given ? Number(given) : Math.floor(Math.random() * 2 ** 31);
}

module.exports = { seed };
