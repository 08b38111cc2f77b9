// The machines that generated calls of stats.self name.
const fc = require("fast-check");

const NOBODY = "127.0.0.1:1";

const FORMS = {
	url: ({ url }) => url,
	"url with a slash": ({ url }) => `${url}/`,
	"bare host": ({ url }) => new URL(url).host,
	"url of nobody": () => `http://${NOBODY}`,
	null: () => null,
	undefined: () => undefined,
	empty: () => "",
};

/** A machine, named in this form. */
class Machine {
	constructor(form) {
		this.form = form;
	}

	for(side) {
		return FORMS[this.form](side);
	}

	toString() {
		return `<${this.form}>`;
	}
}

const MACHINES = fc
	.constantFrom(...Object.keys(FORMS))
	.map((form) => new Machine(form));

module.exports = { Machine, MACHINES, NOBODY };
