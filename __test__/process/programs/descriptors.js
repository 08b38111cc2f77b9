// Uses up the file descriptors of its process.
const fs = require("node:fs");

class Descriptors {
	files = [];

	/** Leaves none. */
	useUp() {
		for (;;) {
			try {
				this.files.push(fs.openSync("/dev/null"));
			} catch (error) {
				if (error.code === "EMFILE") return;
				throw error;
			}
		}
	}

	/** Gives so many back. */
	free(count) {
		for (const file of this.files.splice(0, count)) fs.closeSync(file);
	}

	freeAll() {
		this.free(this.files.length);
	}
}

module.exports = { Descriptors };
