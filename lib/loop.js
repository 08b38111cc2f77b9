// The event loop: its ticks, turns and delays, and the calls that hold it open.
//
// A test may have replaced Node's timers, those of node:timers too, before this package was loaded. They are then a clock that stands
// still. So the addon makes the delays, and the turns until setImmediate has proved to be Node's own.
"use strict";

const { executionAsyncResource } = require("node:async_hooks");
const { setImmediate } = require("node:timers");
const native = require("./native");
const { Queue } = require("./queue");

/** process.nextTick at the load of this package. A test may have replaced it, so that it never calls. */
const { nextTick: tick } = process;

/** A delay of at least one turn of the event loop. */
const SHORTEST_MS = 1;

/** The most ticks before the next turn. Ticks that each make another tick would never let that turn come. */
const MOST_TICKS = 256;

/** The number of results that are taken from the addon at a time. The addon writes their parts, but for the texts, into these. */
const BATCH = 256;
const ids = new Float64Array(BATCH);
const kinds = new Uint8Array(BATCH);
const nextIndexes = new Float64Array(BATCH);

const runtime = native.startRuntime();
/** The function that the addon keeps while its runtime is open. */
let keeper;
/** Called with each result: `(id, kind, nextIndex, text)`. */
let settle;

/** The number of calls and delays in flight, and of those that hold the event loop open. */
let inFlight = 0;
let holding = 0;
/** What the addon was told last. */
let isOccupied = false;
let isHeld = false;
/** Whether a callback is running. It may make the next call, so the addon is told after it. */
let isSettling = false;

/** The runtime, which stays open at least until nothing is in flight. */
function openRuntime() {
	if (!runtime.isOpen) keeper = native.open(runtime, wake);
	return runtime;
}

/** Sets the function that gets the results. */
function onResult(take) {
	settle = take;
}

/** Counts a call or delay as in flight. The runtime stays open for it and, if it `holds`, the event loop. */
function enter(holds = true) {
	if (holds) holding++;
	inFlight++;
	if (!isSettling || !isOccupied) occupy();
}

function leave(holds = true) {
	if (holds) holding--;
	inFlight--;
	if (!isSettling) occupy();
}

/** Tells the addon whether anything is in flight and holds the event loop, if that has changed. */
function occupy() {
	if (isOccupied === inFlight > 0 && isHeld === holding > 0) return;
	if (!isOccupied) openRuntime();
	isOccupied = inFlight > 0;
	isHeld = holding > 0;
	// A held event loop keeps this module too.
	keeper.held = isHeld ? wake : undefined;
	runtime.occupy(isOccupied, isHeld);
}

/** Whether setImmediate is Node's own: its callback runs in the resource that it returned. */
let isImmediateReal = false;
let immediate;
immediate = setImmediate(() => {
	isImmediateReal = executionAsyncResource() === immediate;
});
immediate?.unref?.();

/** The addon calls this when there are results, and once for each requested turn. */
function wake() {
	if (turns.length > 0) return turns.shift()();
	const texts = runtime.drain(ids, kinds, nextIndexes);
	for (let i = 0; i < texts.length; i++) {
		const [id, kind, next] = [ids[i], kinds[i], nextIndexes[i]];
		if (isImmediateReal) setImmediate(arrive, id, kind, next, texts[i]);
		else inTurn(() => arrive(id, kind, next, texts[i]));
	}
}

/** Callbacks of the next calls of `wake`. Each call is a turn with its own ticks and microtasks. */
const turns = new Queue();

function inTurn(callback) {
	turns.push(callback);
	runtime.turns(1);
}

/** Calls back in a later turn of the event loop, which is held open until then. */
function nextTurn(callback) {
	enter();
	const run = () => {
		try {
			callback();
		} finally {
			leave();
		}
	};
	if (isImmediateReal) setImmediate(run);
	else inTurn(run);
}

function arrive(id, kind, nextIndex, text) {
	if (id < 0) return endDelay(id);
	isSettling = true;
	try {
		settle(id, kind, nextIndex, text);
	} finally {
		isSettling = false;
		occupy();
	}
}

const ticks = new Queue();
let ticksInTurn = 0;
let isGuarded = false;

/** Calls back on the next tick, or in a turn of the event loop if nextTick was replaced or too many ticks are due. */
function nextTick(callback) {
	ticks.push(callback);
	if (ticksInTurn++ < MOST_TICKS) tick(runTick);
	if (isGuarded) return;
	isGuarded = true;
	setTimeout(guard, SHORTEST_MS);
}

function runTick() {
	if (ticks.length > 0) ticks.shift()();
}

/** Runs the ticks that have not come in turns of the event loop. */
function guard() {
	isGuarded = false;
	ticksInTurn = 0;
	for (let i = 0; i < ticks.length; i++) {
		enter();
		inTurn(makeUp);
	}
}

function makeUp() {
	leave();
	runTick();
}

const delays = new Map();
let lastDelay = 0;

/** Calls back after some milliseconds. Until then, holds the event loop open if it `holds`. */
function setTimeout(callback, ms, holds = true) {
	const start = (id) => runtime.delay(id, ms);
	later(callback, start, holds);
}

/** Calls back when the addon gives the empty result of the id that `start` gets. */
function later(callback, start, holds = true) {
	const id = --lastDelay;
	enter(holds);
	delays.set(id, { callback, holds });
	start(id);
}

function endDelay(id) {
	const delay = delays.get(id);
	delays.delete(id);
	try {
		delay.callback();
	} finally {
		leave(delay.holds);
	}
}

// The addon does not keep `wake`: this module does.
module.exports = {
	enter,
	later,
	leave,
	nextTick,
	nextTurn,
	onResult,
	openRuntime,
	setTimeout,
	SHORTEST_MS,
	wake,
};
