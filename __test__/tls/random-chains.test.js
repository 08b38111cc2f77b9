// Random chains are judged as by Node's own https: another CHAINS_SEED makes others, CHAINS says how many.
const { test } = require("node:test");
const { assertJudgedAsByNode } = require("../support/tls/chains");
const { randomChains } = require("../support/tls/random-chains");

const seed = Number(process.env.CHAINS_SEED || 1);
const count = Number(process.env.CHAINS || 200);

test(`random chains are judged as by Node.js (CHAINS_SEED=${seed})`, (t) => {
	const next = randomChains(seed);
	const chains = Array.from({ length: count }, (_, index) => [
		`${index}`,
		next(),
	]);
	return assertJudgedAsByNode(t, chains);
});
