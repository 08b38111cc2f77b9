// One listener for each signal, whatever the number of its calls: a service may use one signal for all.
"use strict";

const listeners = new WeakMap();

/** What is called when a signal is aborted. */
class Listener {
	callbacks = new Set();

	constructor(signal) {
		this.signal = signal;
		signal.addEventListener("abort", this.tell, { once: true });
		listeners.set(signal, this);
	}

	tell = () => {
		for (const callback of [...this.callbacks]) callback();
	};

	remove(callback) {
		this.callbacks.delete(callback);
		if (this.callbacks.size > 0) return;
		this.signal.removeEventListener("abort", this.tell);
		listeners.delete(this.signal);
	}
}

/** Calls back when a signal is aborted; returns what ends that. */
function onAbort(signal, callback) {
	const listener = listeners.get(signal) ?? new Listener(signal);
	listener.callbacks.add(callback);
	return () => listener.remove(callback);
}

module.exports = { onAbort };
