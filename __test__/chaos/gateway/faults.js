// The faults around the servers in front of a cluster: those of every cluster, and those of the servers, of the ways to them, of the
// network between the members, and of etcd's history.
const { gateway } = require("../direct");
const { FAULTS, breaks, cut, late, namesOfFaults, some } = require("../faults");

const LONGEST_END_MS = 12_000;

const entrances = (stage) => stage.entrances.map(({ proxy }) => proxy);
const waysOfClients = (make) => breaks(make, entrances);

/** A fault that ends some servers, and starts them again. */
function ends(count, how) {
	return async (stage, { chance }) => {
		const chosen = some(stage.entrances, chance, count);
		await Promise.all(chosen.map((entrance) => ended(stage, entrance, how)));
		return () => Promise.all(chosen.map((entrance) => entrance.start()));
	};
}

/** A server that is told to end finishes its answers, and exits as one that was not killed. */
async function ended(stage, entrance, how) {
	const drained = await entrance.end(how);
	if (how !== "shutdown") return;
	if (drained.code !== 0 || drained.ms > LONGEST_END_MS)
		stage.violations.push({ what: "a server does not end", about: drained });
}

function hangs(count) {
	return async (stage, { chance }) => {
		const chosen = some(stage.entrances, chance, count);
		for (const { gateway } of chosen) gateway.pause();
		return () => {
			for (const { gateway } of chosen) gateway.resume();
		};
	};
}

/** The leadership goes to another member, and at the end of the fault to a third one or back. */
async function movesLeader(stage, { chance }) {
	const move = async () => {
		const from = await stage.leader();
		const others = stage.seats.filter((seat) => seat !== from);
		const { member } = chance.one(others);
		const path = "maintenance/transfer-leadership";
		await gateway(from.member, path, { targetID: member.id });
	};
	await move();
	return move;
}

/** A member is cut off from the other members. Its clients reach it. */
function cutsOff(choose) {
	return async (stage, { chance }) => {
		const { member } = await choose(stage, chance);
		const id = BigInt(member.id).toString(16);
		stage.relays.cut({ name: member.name, id });
		return () => stage.relays.heal();
	};
}

/** etcd forgets its history up to now. */
async function compacts(stage) {
	stage.isCompacting = true;
	stage.compactions.push(await stage.reference.outlast());
	stage.isCompacting = false;
}

/** The same while a fault is there: the waits that it interrupts go on behind the history. */
function compactsDuring(fault) {
	return async (stage, options) => {
		const heal = await fault(stage, options);
		return async () => {
			await compacts(stage);
			await heal();
		};
	};
}

const leader = (stage) => stage.leader();
const anyOne = async (stage, chance) => {
	await stage.leader(); // The members' ids are known then.
	return chance.one(stage.seats);
};
const allWays = async (stage) => {
	await Promise.all(stage.proxies.map((it) => it.inflict({ kind: "reset" })));
	return () => Promise.all(stage.proxies.map((proxy) => proxy.heal()));
};

const OF_GATEWAYS = {
	"a server killed": ends(1, "kill"),
	"a server shut down": ends(1, "shutdown"),
	"a server stopped": hangs(1),
	"all servers killed": ends(2, "kill"),
	"all servers shut down": ends(2, "shutdown"),
	"the leader moved": movesLeader,
	"a member cut off": cutsOff(anyOne),
	"the leader cut off": cutsOff(leader),
	"history compacted": async (stage) => {
		await compacts(stage);
		return () => {};
	},
	"history compacted while servers reach no member": compactsDuring(allWays),
	"history compacted while a server is stopped": compactsDuring(hangs(1)),
	"clients delayed": waysOfClients((chance) => ({
		...{ kind: "delay", ms: 20 + chance.below(800) },
	})),
	"clients dripping": waysOfClients((chance) => ({
		...{ kind: "drip", bytes: 1 + chance.below(40), ms: 1 + chance.below(10) },
	})),
	"clients' requests cut": waysOfClients(cut("up", 400)),
	"answers to clients cut": waysOfClients(cut("down", 600)),
	"clients reset": waysOfClients(() => ({ kind: "reset" })),
	"clients silent": waysOfClients((chance) => ({
		...{ kind: "silence", late: late(chance) },
	})),
	"answers to clients swallowed": waysOfClients((chance) => ({
		...{ kind: "mute", late: late(chance) },
	})),
};

const ALL = { ...FAULTS, ...OF_GATEWAYS };

/** The names of all faults. */
function names(tls) {
	return [...namesOfFaults(tls), ...Object.keys(OF_GATEWAYS)];
}

module.exports = { ALL, OF_GATEWAYS, names };
