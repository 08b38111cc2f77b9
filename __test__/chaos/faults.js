// The faults: what each does to the cluster or to its network, and a random schedule of them.
const { Chance } = require("../differential/prng");
const { isV3 } = require("../support/etcd/api");

const HTML = "<html><body>It works!</body></html>\n";

function page(status, body) {
	const head = `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nConnection: close\r\n`;
	return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const ANSWERS = {
	500: page("500 Internal Server Error", "oops\n"),
	503: page("503 Service Unavailable", "try later\n"),
	html: page("200 OK", HTML),
	noise: "\u0015\u0003\u0001 this is no HTTP\r\n\r\n",
};

/** A fault that ends some members, orderly or not, and starts them again. */
function ends(choose, how) {
	return async (stage, { chance }) => {
		const chosen = await choose(stage, chance);
		await Promise.all(chosen.map((seat) => stage.end(seat, how)));
		return () => Promise.all(chosen.map((seat) => stage.start(seat)));
	};
}

/** A fault that stops some members (SIGSTOP) and lets them go on. */
function hangs(choose) {
	return async (stage, { chance }) => {
		const chosen = await choose(stage, chance);
		await Promise.all(chosen.map(({ member }) => member.pause()));
		return () => Promise.all(chosen.map(({ member }) => member.resume()));
	};
}

const waysToMembers = (stage) => stage.proxies;

/** A fault of the way to some or all members, or of other ways. */
function breaks(make, waysOf = waysToMembers) {
	return async (stage, { chance }) => {
		const ways = waysOf(stage);
		const proxies = some(ways, chance, 1 + chance.below(ways.length));
		const fault = make(chance);
		await Promise.all(proxies.map((proxy) => proxy.inflict(fault)));
		return () => Promise.all(proxies.map((proxy) => proxy.heal()));
	};
}

function some(list, chance, count) {
	const left = [...list];
	const take = () => left.splice(chance.below(left.length), 1)[0];
	return Array.from({ length: count }, take);
}

const anyOne = (stage, chance) => some(stage.seats, chance, 1);
const anyTwo = (stage, chance) => some(stage.seats, chance, 2);
const leader = async (stage) => [await stage.leader()];

const OF_MEMBERS = {
	"a member killed": ends(anyOne, "kill"),
	"a member shut down": ends(anyOne, "shutdown"),
	"a member stopped": hangs(anyOne),
	"the leader killed": ends(leader, "kill"),
	"the leader stopped": hangs(leader),
	"two of three killed": ends(anyTwo, "kill"),
	"two of three stopped": hangs(anyTwo),
};

const late = (chance) => chance.happens(0.5);
const cut = (direction, most) => (chance) => ({
	...{ kind: "cut", direction, after: chance.below(most) },
});

const OF_THE_WAY = {
	delayed: breaks((chance) => ({ kind: "delay", ms: 20 + chance.below(800) })),
	dripping: breaks((chance) => ({
		...{ kind: "drip", bytes: 1 + chance.below(20), ms: 1 + chance.below(20) },
	})),
	"requests cut": breaks(cut("up", 300)),
	"answers cut": breaks(cut("down", 500)),
	reset: breaks(() => ({ kind: "reset" })),
	refused: breaks(() => ({ kind: "refuse" })),
	silent: breaks((chance) => ({ kind: "silence", late: late(chance) })),
	"answers swallowed": breaks((chance) => ({
		...{ kind: "mute", late: late(chance) },
	})),
	"noise instead of requests": breaks(() => answer("noise", false)),
	"noise instead of answers": breaks(() => answer("noise", true)),
};

// Those that only a proxy can give that speaks HTTP/1.1: not through TLS, and not over gRPC.
const IN_THE_CLEAR = {
	"500 instead of requests": breaks(() => answer(500, false)),
	"500 instead of answers": breaks(() => answer(500, true)),
	"503 instead of requests": breaks(() => answer(503, false)),
	"503 instead of answers": breaks(() => answer(503, true)),
	"a page instead of requests": breaks(() => answer("html", false)),
	"a page instead of answers": breaks(() => answer("html", true)),
};

function answer(name, forwards) {
	const inTheMiddle = name === "noise";
	return { kind: "answer", text: ANSWERS[name], forwards, inTheMiddle };
}

const FAULTS = { ...OF_MEMBERS, ...OF_THE_WAY, ...IN_THE_CLEAR };

/** The names of the faults that can be had, with or without TLS. */
function namesOfFaults(tls) {
	const answers = tls || isV3() ? {} : IN_THE_CLEAR;
	return Object.keys({ ...OF_MEMBERS, ...OF_THE_WAY, ...answers });
}

/**
 * This many faults in random order, each `{name, seed, share}`: all kinds come up equally often. `share`, from
 * 0 to 1, is how long it lasts.
 */
function schedule(seed, count, names) {
	const chance = new Chance(seed);
	const faults = [];
	while (faults.length < count) {
		for (const name of some(names, chance, names.length))
			faults.push({
				...{ name, seed: chance.below(2 ** 32), share: chance.number() },
			});
	}
	return faults.slice(0, count);
}

/** How many times as long as another fault it lasts: without a quorum etcd gives up after 7 s. */
function durationOf({ name }) {
	return name.startsWith("two of three") ? 2.5 : 1;
}

/** Makes a fault of `all` happen; resolves with the function that ends it. */
function inflict(stage, { name, seed }, all = FAULTS) {
	return all[name](stage, { chance: new Chance(seed) });
}

module.exports = {
	...{ FAULTS, breaks, cut, late, some },
	...{ durationOf, inflict, namesOfFaults, schedule },
};
