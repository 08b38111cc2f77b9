// A reporter for Node.js's test runner. It writes as JSON how many tests ran, which were skipped and why, and how many seconds
// each file took.
const path = require("node:path");
const { ROOT } = require("./run");

class Tally {
	constructor() {
		this.tests = 0;
		this.skipped = [];
		this.seconds = {};
	}

	add({ name, skip, nesting, file, details }) {
		if (skip) this.skipped.push({ name, reason: skip });
		else if (details.type !== "suite") this.tests++;
		if (nesting > 0 || !file) return;
		const place = path.relative(ROOT, file);
		this.seconds[place] ??= 0;
		this.seconds[place] += details.duration_ms / 1000;
	}
}

module.exports = async function* report(events) {
	const tally = new Tally();
	for await (const { type, data } of events)
		if (type === "test:pass" || type === "test:fail") tally.add(data);
	yield JSON.stringify(tally);
};
