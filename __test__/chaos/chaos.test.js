// A cluster under fire, shortened: `npm run test:chaos` is the whole of it.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { inspect } = require("node:util");
const { fire } = require("./fire");
const { seed } = require("./seed");

const HOLD_MS = [200, 900];

for (const [way, tls, count] of [
	["in the clear", false, 14],
	["through TLS", true, 8],
]) {
	test(`under fire ${way}, no write is lost or doubled, and no wait misses a change`, async (t) => {
		const chosen = seed();
		t.diagnostic(`CHAOS_SEED=${chosen}`);
		const options = { tls, seed: chosen, count, hold: HOLD_MS };
		const { violations, ...figures } = await fire(options);
		t.diagnostic(inspect(figures, { breakLength: 200 }));
		const some = violations.slice(0, 5);
		assert.equal(violations.length, 0, inspect(some, { depth: 6 }));
		for (const what of ["acknowledged", "ambiguous", "seen"])
			assert.ok(figures[what] > 0, `nothing was ${what}`);
	});
}
