// A debugger, in a thread of the process whose main thread it holds for `ms` as soon as it is told to. On stdout it
// says when that begins: past the main thread, through which a thread's own stdout would go.
const fs = require("node:fs");
const { Session } = require("node:inspector");
const { parentPort, workerData } = require("node:worker_threads");

const STDOUT = 1;
const session = new Session();

// The session stays: Node.js 20 aborts now and then where one is disconnected while the main thread goes on.
function letGo() {
	session.post("Debugger.resume");
}

session.connectToMainThread();
session.post("Debugger.enable");
session.on("Debugger.paused", () => {
	fs.writeSync(STDOUT, "paused\n");
	setTimeout(letGo, workerData.ms);
});
parentPort.on("message", () => session.post("Debugger.pause"));
parentPort.postMessage("ready");
