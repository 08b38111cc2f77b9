// A queue for many members: `shift` of a long array moves all its members.
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
