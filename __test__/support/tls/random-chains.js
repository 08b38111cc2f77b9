// Random chains of every kind of certificates. The same seed makes the same chains.
const { generateKeyPairSync } = require("node:crypto");
const { issue } = require("./chains");
const {
	extension: { authorityKey, subjectKey },
} = require("./der");
const { AUTHORITIES, usually } = require("./kinds");
const { numbers } = require("./mutants");
const { LEAVES, ODD_LEAVES, ODD_NAMES } = require("./kinds-of-leaves");

const ALL_LEAVES = Object.values({ ...LEAVES, ...ODD_LEAVES, ...ODD_NAMES });
const ALL_AUTHORITIES = Object.values(AUTHORITIES);
const NAMES = ["root", "a", "b"];
/** Keys take long to make: a few are shared. */
const KEYS = [
	...["P-256", "P-256", "P-384"].map((namedCurve) => ["ec", { namedCurve }]),
	["rsa", { modulusLength: 2048 }],
	["ed25519", {}],
];

function forge(signed, serial) {
	const forged = Buffer.from(signed);
	forged[forged.indexOf(serial) + 1] ^= 1;
	return forged;
}

/** Two kinds in one: of extensions that both have, those of the first. */
function mixed(one, other) {
	const { extensions = [] } = one;
	const ids = extensions.map(([id]) => id);
	const more = (other.extensions ?? []).filter(([id]) => !ids.includes(id));
	return { ...other, ...one, extensions: [...extensions, ...more] };
}

/** Key identifiers, of few values. */
function keyed(below) {
	const ids = ["one", "two"];
	const [own, issuers] = [subjectKey, authorityKey].map((extension) =>
		below(3) === 0 ? [extension(ids[below(2)])] : [],
	);
	return { extensions: [...own, ...issuers] };
}

/** A function that makes a chain; see `judged` of chains.js. */
function randomChains(seed) {
	const below = numbers(seed);
	const keys = KEYS.map((kind) => generateKeyPairSync(...kind));
	const one = (list) => list[below(list.length)];
	const isOnce = (times) => below(times) === 0;
	const signing = () => ({
		digest: one(["sha256", "sha384", "sha512"]),
		...(isOnce(20) && { forge }),
		...(isOnce(12) && { until: -1 }),
	});
	const kind = (kinds) => {
		const how = isOnce(3) ? mixed(one(kinds), one(kinds)) : one(kinds);
		return isOnce(4) ? mixed(how, keyed(below)) : how;
	};
	const authority = (by) =>
		issue({
			subject: one(NAMES),
			keys: one(keys),
			...(isOnce(2) ? usually() : kind(ALL_AUTHORITIES)),
			...signing(),
			by,
		});
	const some = (list) => list.filter(() => !isOnce(3)).sort(() => below(3) - 1);
	return () => {
		const issuers = [authority()];
		for (let rest = below(4); rest > 0; rest--)
			issuers.unshift(authority(one([issuers[0], one(issuers)])));
		const { host, ...how } = kind(ALL_LEAVES);
		const by = isOnce(8) ? one(issuers) : issuers[0];
		const leaf = issue({
			subject: "leaf",
			keys: one(keys),
			...how,
			...signing(),
			by,
		});
		const ca = isOnce(3) ? some([...issuers, leaf]) : [issuers.at(-1)];
		const sent = [leaf, ...(isOnce(3) ? some(issuers) : issuers.slice(0, -1))];
		return { sent, ca: ca.length > 0 ? ca : [issuers.at(-1)], host };
	};
}

module.exports = { randomChains };
