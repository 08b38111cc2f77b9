// A line that shows how far the copy is: overwritten on a terminal, repeated elsewhere.
"use strict";

const INTERVAL_MS = 1000;

/** Shows what `text` returns each second, if it has changed, until `end`. */
class Progress {
	#stream;
	#text;
	#timer;
	#shown = "";

	constructor(stream, text) {
		this.#stream = stream;
		this.#text = text;
		this.#timer = setInterval(() => this.#show(), INTERVAL_MS);
	}

	/** Shows the last text. */
	end() {
		if (!this.#timer) return;
		clearInterval(this.#timer);
		this.#timer = undefined;
		this.#show();
		if (this.#stream.isTTY && this.#shown) this.#stream.write("\n");
	}

	#show() {
		const text = this.#text();
		if (text === this.#shown) return;
		const { isTTY } = this.#stream;
		this.#stream.write(
			isTTY ? `\r${text.padEnd(this.#shown.length)}` : `${text}\n`,
		);
		this.#shown = text;
	}
}

/** Counts, and says how many a second: over the time since the count began. */
class Rate {
	#start = performance.now();

	of(count) {
		const seconds = Math.max(performance.now() - this.#start, 1) / 1000;
		return `${Math.round(count / seconds)} a second`;
	}
}

module.exports = { Progress, Rate };
