// What waits in order, however much of it: the first of a long array is taken out by moving all the others.
"use strict";

class Queue {
	#first;
	#last;
	length = 0;

	push(value) {
		const item = { value, next: undefined };
		if (this.length++ === 0) this.#first = item;
		else this.#last.next = item;
		this.#last = item;
	}

	/** Takes the first one. There must be one. */
	shift() {
		const { value, next } = this.#first;
		this.length--;
		this.#first = next;
		return value;
	}
}

module.exports = { Queue };
