// The machines that generated calls of stats.self name.

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

function anyMachine(chance) {
	return new Machine(chance.one(Object.keys(FORMS)));
}

module.exports = { Machine, anyMachine, NOBODY };
