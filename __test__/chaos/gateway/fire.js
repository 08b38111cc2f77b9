// Servers in front of a cluster under fire: faults of both while clients over plain HTTP write and wait.
const { Fire } = require("../fire");
const { inflict } = require("../faults");
const { ALL, names } = require("./faults");
const { GatewayLoad, miscounts } = require("./load");
const { GatewayStage } = require("./stage");

class GatewayFire extends Fire {
	open() {
		return GatewayStage.open(this);
	}

	async begin() {
		await super.begin();
		this.stage.reference = this.reference;
	}

	/** `kinds`: the names of the faults, if not all. */
	names() {
		return this.kinds ?? names(this.tls);
	}

	inflict(fault) {
		return inflict(this.stage, fault, ALL);
	}

	loadOf(options) {
		return new GatewayLoad(options);
	}

	check(stored) {
		super.check(stored);
		const { events } = this.reference;
		const of = [...miscounts(events), ...this.stage.violations];
		this.history.violations.push(...of);
	}

	report(ms) {
		const { notApplied: refused, overtaken, ...figures } = super.report(ms);
		const { endings, compactions } = this.stage;
		return { ...figures, refused, endings, compactions: compactions.length };
	}
}

/** Sets servers and their cluster on fire: see Fire. */
function fire(options) {
	return new GatewayFire(options).run();
}

module.exports = { fire };
